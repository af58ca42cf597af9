"""Front matter: where it starts and ends, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.content.frontmatter import MAX_BYTES, split
from sitegen.errors import ContentError, Problem


def refused(data: bytes) -> str:
    """The one problem of *data*."""
    with pytest.raises(ContentError) as caught:
        split(data, "content/a.md")
    (problem,) = caught.value.problems
    return str(problem)


def test_a_file_is_taken_apart() -> None:
    """Head and body, with the lines where they start."""
    front = split(b"---\ntitle: A\n---\n\nText\n", "content/a.md")
    assert ("title: A", 2, "\nText\n", 4) == (front.head, front.head_line, front.body, front.body_line)


@pytest.mark.parametrize(
    "data",
    [
        b"---\r\ntitle: A\r\n---\r\nText\n",
        b"---\rtitle: A\r---\rText\n",
        b"\xef\xbb\xbf---\ntitle: A\n---\nText\n",
        b"\xef\xbb\xbf\xef\xbb\xbf---\ntitle: A\n---\nText\n",
        b"---  \ntitle: A\n---\t\nText\n",
        b"---\ntitle: A\n...\nText\n",
    ],
)
def test_what_editors_leave_does_not_matter(data: bytes) -> None:
    """Byte-order marks, ends of lines, spaces after a fence."""
    front = split(data, "content/a.md")
    assert ("title: A", "Text\n", 4) == (front.head, front.body, front.body_line)


def test_blank_lines_first() -> None:
    """They do not hide a draft."""
    front = split(b"\n\n---\ndraft: true\n---\nText", "content/a.md")
    assert ("draft: true", 4, 6) == (front.head, front.head_line, front.body_line)


def test_rules_in_a_text_are_its_own() -> None:
    """Only the first two fences count."""
    assert "a\n---\nb" == split(b"---\ntitle: A\n---\na\n---\nb", "content/a.md").body


@pytest.mark.parametrize(
    ("data", "place", "word"),
    [
        (b"", "1", "empty"),
        (b" \n\t\n", "1", "empty"),
        (b"# Ferry\n", "1", "no front matter"),
        (b"---\ntitle: A\n", "1", "never closed"),
        (b"----\ntitle: A\n----\n", "1", "three hyphens"),
        (b"+++\ntitle = 'A'\n+++\n", "1", "TOML"),
        (b'{"title": "A"}', "1", "JSON"),
        ("---\ntitle: A\n---\n".encode("utf-16"), "1", "UTF-16"),
        ("---\ntitle: A\n---\n".encode("utf-16-le"), "1", "UTF-16"),
        ("---\ntitle: Café\n---\n".encode("latin-1"), "2", "UTF-8"),
        ("---\ntitle: A\n---\n\n\n부산항\n".encode("cp949"), "6", "Korean"),
        (b"---\ntitle: A\n---\nx\0y", "4", "null"),
        (b"---\n<<<<<<< HEAD\ntitle: A\n", "1", "never closed"),
        (b"---\ntitle: A\n<<<<<<< HEAD\n---\n", "3", "merge conflict"),
    ],
)
def test_doubt_is_an_error(data: bytes, place: str, word: str) -> None:
    """A file whose front matter is not certain is never published with defaults."""
    message = refused(data)
    assert message.startswith(f"content/a.md:{place}")
    assert word in message


def test_a_file_can_be_too_large() -> None:
    """A text of ten megabytes is none."""
    assert "11.0 MB" in refused(b"---\n---\n" + b"x" * (MAX_BYTES + 1_000_000))


def test_marks_of_a_merge_conflict_are_told() -> None:
    """They would be published."""
    front = split(b"---\ntitle: A\n---\n\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> desk\n", "content/a.md")
    (problem,) = front.problems
    assert ("content/a.md:5:1", "warning") == (str(problem.where), problem.severity)


def problems(data: bytes) -> tuple[Problem, ...]:
    """What is wrong with *data*."""
    try:
        return split(data, "a.md").problems
    except ContentError as error:
        return error.problems


@given(st.binary(max_size=60))
def test_nothing_is_a_crash(data: bytes) -> None:
    """Any bytes are a file taken apart, or errors with a line."""
    assert all(problem.where and problem.where.line for problem in problems(data))
