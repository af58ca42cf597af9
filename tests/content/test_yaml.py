"""YAML: text as typed, and slips told where they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.content.slips import in_quotes, slip
from sitegen.content.yaml import Mapping, Node, Scalar, Sequence, plain_value, read, read_mapping
from sitegen.errors import Problems


def value(text: str) -> object:
    """What *text* says, as JSON knows it; it has no errors."""
    problems = Problems()
    node = read(text, "a.yaml", 1, problems)
    assert [] == [problem for problem in problems.found if problem.severity == "error"]
    assert node is not None
    return plain_value(node)


def texts(text: str) -> list[tuple[str, str]]:
    """The keys and values of *text*, as typed."""
    node = read(text, "a.yaml", 1, Problems())
    assert isinstance(node, Mapping)
    return [(key.text, item.text) for key, item in node.items if isinstance(item, Scalar)]


def told(text: str, first_line: int = 1) -> list[str]:
    """What is wrong with *text*."""
    problems = Problems()
    node = read(text, "a.md", first_line, problems)
    assert node is None or not problems.errors
    return [str(problem) for problem in problems.found]


@pytest.mark.parametrize("text", ["yes", "no", "1.10", "12:30:45", "0x1F", ".inf", "2021-10-28", "007", "null", "1e3"])
def test_no_text_is_retyped(text: str) -> None:
    """What is typed is what is read, whatever YAML 1.1 would make of it."""
    assert [("title", text)] == texts(f"title: {text}")


def test_nothing_is_a_plain_word_only() -> None:
    """An empty value, ``null`` and ``~`` mean that there is none; in quotes they are texts."""
    node = read("a:\nb: null\nc: ~\nd: 'null'\ne: ''\nf: No\n", "a.md", 1, Problems())
    assert isinstance(node, Mapping)
    assert [True, True, True, False, False, False] == [
        item.nothing for _, item in node.items if isinstance(item, Scalar)
    ]


def test_places_count_from_the_first_line() -> None:
    """A node knows its line in the file, and its column."""
    node = read("a: x\nb:\n  - 부산: y\n", "a.md", 2, Problems())
    assert isinstance(node, Mapping)
    _, items = node.items[1]
    assert isinstance(items, Sequence)
    inner = items.items[0]
    assert isinstance(inner, Mapping)
    assert "a.md:4:9" == str(inner.items[0][1].where)


@pytest.mark.parametrize(
    ("line", "place", "hint"),
    [
        ("title: Breaking: ferry aground", "a.md:2:8", 'title: "Breaking: ferry aground"'),
        ("title: `sudo` explained", "a.md:2:8", 'title: "`sudo` explained"'),
        ("title: %25 stay home", "a.md:2:8", 'title: "%25 stay home"'),
        ("title: @desk writes", "a.md:2:8", 'title: "@desk writes"'),
        ("title: *Exclusive* deal", "a.md:2:8", 'title: "*Exclusive* deal"'),
        ("title: !important notice", "a.md:2:8", '"!important notice"'),
        ("title: &More on this", "a.md:2:8", '"&More on this"'),
        ("title: - 10 degrees", "a.md:2:8", 'title: "- 10 degrees"'),
        ("title: > 5 people", "a.md:2:8", 'title: "> 5 people"'),
        ("title: {{ headline }}", "a.md:2:9", 'title: "{{ headline }}"'),
        ("title: [Update] Ferry sails", "a.md:2:8", 'title: "[Update] Ferry sails"'),
        ("tags: [ferry, harbor", "a.md:2:7", "close it: tags: [ferry, harbor]"),
        ('title: "Unfinished', "a.md:2:8", 'title: "Unfinished"'),
        ('title: The "quiet" harbor: a report', "a.md:2:8", "title: 'The \"quiet\" harbor: a report'"),
        ('title: "The "quiet" harbor"', "a.md:2:13", "title: 'The \"quiet\" harbor'"),
        ("title: 'It's over'", "a.md:2:11", 'title: "It\'s over"'),
        ("title:Ferry resumes", "a.md:2:7", "title: Ferry resumes"),
        ("- @desk writes", "a.md:2:3", '- "@desk writes"'),
        ("just words", "a.md:2:1", "give it a key"),
    ],
)
def test_a_slip_is_told_with_the_line_as_it_should_be(line: str, place: str, hint: str) -> None:
    """The message is at the line of the slip, and shows the mend."""
    rest = "" if line.startswith("-") else "published: 2026-06-10\n"
    message = told(f"{line}\n{rest}", 2)[0]
    assert message.startswith(f"{place}: error: ")
    assert hint in message


@pytest.mark.parametrize(
    "piece", [" ", "- ", "a ", "a: ", "a:", "'", "''", '"', '\\"', "\t", "#", " #", "[", ": ", "a'b ", '"a" ']
)
def test_a_long_line_takes_no_longer_than_its_length(piece: str) -> None:
    """Four times the line takes about four times as long to be looked through for slips, and not sixteen."""
    from time import process_time

    def seconds(count: int) -> float:
        start = process_time()
        slip([f"{piece * count}x", "`"], 1, 1)
        return process_time() - start

    small = min(seconds(5_000) for _ in range(2))
    assert seconds(20_000) < 10 * small + 0.1


def test_a_slip_in_a_long_line_is_told() -> None:
    """However long it is."""
    message = told(f"title: {'a ' * 5000}: b\n")[0]
    assert message.startswith("a.md:1:8: error: a text with a colon needs quotes")


def test_an_unclosed_quote_is_told_where_it_opens() -> None:
    """Also where a later line has a quote, at which YAML thinks that it ends."""
    message = told('title: "Unfinished\nsummary: "x"\n')[0]
    assert message.startswith('a.md:1:8: error: a quote (") opens here')


def test_tabs_are_told() -> None:
    """A tab looks like spaces, so it is named."""
    assert "a.md:3:1: error: a tab indents this line, and YAML forbids that; use spaces" == told("a:\n\t- b\n", 2)[0]


def test_a_block_of_text_may_look_like_anything() -> None:
    """What is wrong is looked for outside of blocks of text."""
    message = told("a: |\n  b: c: d\n\t`\n  'x\ne: f: g\n")[0]
    assert message.startswith(("a.md:5", "a.md:3"))


def test_a_key_given_twice_names_both_lines() -> None:
    """Neither value is taken."""
    assert ["a.md:3:1: error: `a` is given twice, on lines 1 and 3; keep one of them"] == told("a: 1\nb: 2\na: 3")


@pytest.mark.parametrize(
    ("line", "cut"),
    [
        ("title: Deal #2 signed", True),
        ("title: Deal # 2 signed", True),
        ("title: Ferry sails # again", True),
        ("title: Ferry sails   # working title", False),
        ("draft: false # cleared", False),
        ('title: "Deal" # 2', False),
        ("title: C#", False),
    ],
)
def test_a_text_that_a_comment_cuts_is_told(line: str, cut: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Never is a headline cut in silence; a comment that is meant as one is left alone."""
    assert cut is any("starts a comment" in message for message in told(line))


@pytest.mark.parametrize(
    "tag", ["!!python/object/apply:os.system ['true']", "!!python/name:os.environ", "!secret x", "!!binary eA=="]
)
def test_tags_are_refused(tag: str) -> None:
    """Nothing is made or run because a file says so."""
    assert told(f"a: {tag}")[0].startswith("a.md:1:4: error: `!` starts a tag")


def test_aliases_stand_for_values() -> None:
    """Plain anchors and aliases work."""
    assert {"a": ["x"], "b": ["x"]} == value("a: &l [x]\nb: *l")


def test_aliases_are_bounded() -> None:
    """A few lines cannot stand for millions of values."""
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)
    )
    assert "too many aliases" in told(bomb)[0]


@pytest.mark.parametrize("text", ["a: &a [*a]", "a: &a {<<: *a}", "a: *b", "<<: {b: c}", "[a]: b", "a: b\n---\nc: d"])
def test_what_has_no_meaning_here_is_an_error(text: str) -> None:
    """An alias inside of itself, one of nothing, merge keys, odd keys, second documents."""
    assert 1 == len(told(text))


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_deep_nesting_is_refused(opening: str) -> None:
    """However deep: the parser is not asked to go there."""
    assert "nested more than" in told(opening * 100_000)[0]


@pytest.mark.parametrize("text", ['a: "\\0"', 'a: "\\a"', 'a: "\\ud800"', "a: b\x07", "a: \x85\x9f"])
def test_control_characters_are_errors(text: str) -> None:
    """No page and no feed could hold them."""
    assert told(text)[0].startswith("a.md:1:")


def test_line_separators_are_spaces() -> None:
    """Lines are counted as editors count them."""
    assert [("a", "b c"), ("d", "e")] == texts("a: b\u2028c\nd: e")


def test_empty_documents() -> None:
    """No content is an empty mapping for those who need one."""
    problems = Problems()
    assert read("# nothing\n", "a.md", 1, problems) is None
    node = read_mapping("# nothing\n", "a.md", 2, problems, "front matter")
    assert node is not None
    assert () == node.items
    assert [] == problems.found


@pytest.mark.parametrize("text", ["- a", "words", "title:words"])
def test_other_roots_are_errors(text: str) -> None:
    """Front matter is a mapping."""
    problems = Problems()
    assert read_mapping(text, "a.md", 2, problems, "front matter") is None
    assert [2] == [problem.where.line for problem in problems.found if problem.where]


def test_values_of_json() -> None:
    """In `extra` and data, only what JSON itself would write is typed."""
    text = "[true, yes, null, 1, 010, 1.5, 12:30, 2021-10-28, '1', 1e999, 12345678901234567890, -3, True]"
    expected = [True, "yes", None, 1, "010", 1.5, "12:30", "2021-10-28", "1", "1e999", "12345678901234567890"]
    assert [*expected, -3, "True"] == value(text)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1))
def test_quotes_hold_any_line(text: str) -> None:
    """The mend that a message proposes is read as the very text."""
    problems = Problems()
    node = read(f"a: {in_quotes(text)}", "a.md", 1, problems)
    if not problems.errors:
        assert isinstance(node, Mapping)
        item = node.items[0][1]
        assert isinstance(item, Scalar)
        assert text == item.text


@given(st.text(alphabet=" \n\t:#-'\"`%@&*!|>[]{},?ab0", max_size=60))
def test_nothing_is_a_crash(text: str) -> None:
    """Whatever a file holds: a value, or errors with a place in the file."""
    problems = Problems()
    node: Node | None = read(text, "a.md", 1, problems)
    assert not (node and problems.errors)
    assert all(problem.where and 1 <= problem.where.line <= text.count("\n") + 1 for problem in problems.found)
