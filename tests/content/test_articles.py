"""Stories and standing pages, from what editors write."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from msgspec import Struct, structs

from sitegen.content.articles import KEYS, read_article
from sitegen.content.frontmatter import split
from sitegen.content.pages import read_page
from sitegen.errors import ContentError, Problem
from sitegen.model.article import Article, Image, Partner, StandingPage, Syndicated
from sitegen.model.settings import Settings
from sitegen.model.taxonomy import Author, AuthorBook, Section
from sitegen.urls import Fault, slug

SEOUL = Settings(
    title="Wire", url="https://wire.example", timezone="Asia/Seoul", sections=(Section("news"), Section("arts", "Arts"))
)
PEOPLE = AuthorBook((Author(id="jlee", slug="jlee", name="Ji-woo Lee"), Author(id="omar", slug="omar", name="Omar H")))


class Desk(Struct):
    """A newsroom with two people, two sections, one picture and one layout."""

    site: Settings = SEOUL
    people: AuthorBook | None = PEOPLE

    def settings(self) -> Settings:
        """The settings."""
        return self.site

    def author_book(self) -> AuthorBook | None:
        """The two people."""
        return self.people

    def layout_exists(self, name: str) -> bool:
        """Whether it is the layout."""
        return name == "feature.html"

    def picture(self, path: str, src: str) -> Fault | None:
        """A problem, unless it is the picture."""
        return None if src == "/pier.png" else Fault(f"{path} has no picture {src}", "did you mean /pier.png?")

    def picture_file(self, path: str, src: str) -> Fault | None:
        """The picture is whole."""
        del path, src
        return None


def read(
    *lines: str, path: str = "content/2026/pier.md", desk: Desk | None = None
) -> tuple[Article, tuple[Problem, ...]]:
    """The story whose front matter has *lines* after its title and date, if these are not among them."""
    given = {line.split(":")[0].lower() for line in lines}
    first = () if "title" in given else ("title: The pier",)
    date = () if given & {"published", "date"} else ("published: 2026-06-10 09:00",)
    text = "\n".join(("---", *first, *date, *lines, "---", "", "Text.", ""))
    return read_article(path, split(text.encode(), path), desk or Desk())


def story(*lines: str) -> Article:
    """The story, without a problem."""
    article, problems = read(*lines)
    assert () == problems
    return article


def warned(*lines: str) -> list[str]:
    """What is warned of."""
    return [str(problem) for problem in read(*lines)[1]]


def refused(*lines: str, desk: Desk | None = None) -> list[str]:
    """What is wrong; warnings as well."""
    with pytest.raises(ContentError) as caught:
        read(*lines, desk=desk)
    return [str(problem) for problem in caught.value.problems]


def test_a_plain_story() -> None:
    """Two lines are enough."""
    article = story()
    assert ("The pier", "the-pier", "/2026/06/the-pier/") == (article.title, article.slug, article.url)
    assert ("2026/pier", "en", "news", False) == (article.id, article.lang, article.kind, article.draft)
    assert datetime.fromisoformat("2026-06-10T09:00+09:00") == article.published


EVERY_KEY = """
updated: 2026-06-11 10:00
closed: 2026-06-11 22:00
authors: [jlee, {name: Guest Writer, email: g@wire.example, role: Critic, url: https://g.example}]
email: desk@wire.example
partner: {name: Radio, url: https://radio.example, line: With Radio}
summary: In short.
section: arts
tags: [ferries, 'Busan, Korea']
image: {src: /pier.png, alt: A pier, caption: Dawn., credit: O.}
front: 2
dateline: SEOUL
corrections: [{date: 2026-06-12, text: Wrong pier., kind: update}]
kind: Live
expires: 2027-01-01
draft: no
slug: the-old-pier
aliases: [/old/pier]
canonical: https://elsewhere.example/pier
id: pier-1
lang: pt-br
layout: feature
related: [other.md]
noindex: true
syndicated: {from: Wire Two, url: https://two.example}
source: The harbor office
extra: {rating: 5, code: 010}
"""


def test_every_key() -> None:
    """Nothing that is written is dropped."""
    article = story(*EVERY_KEY.strip().splitlines())
    assert ("/2026/06/the-old-pier/", "pt-BR", "feature.html") == (article.url, article.lang, article.layout)
    assert [("jlee", "Ji-woo Lee"), ("guest-writer", "Guest Writer")] == [(a.id, a.name) for a in article.authors]
    assert Partner(name="Radio", url="https://radio.example", line="With Radio") == article.partner
    assert ["ferries", "busan-korea"] == [tag.slug for tag in article.tags]
    assert Image(src="/pier.png", alt="A pier", caption="Dawn.", credit="O.") == article.image
    assert ["update"] == [note.kind for note in article.corrections]
    assert Syndicated(name="Wire Two", url="https://two.example") == article.syndicated
    assert {"rating": 5, "code": "010"} == json.loads(article.extra.json)
    assert ["draft"] == [key for key in KEYS.known if not getattr(article, key)]


@pytest.mark.parametrize("key", ["date", "lastmod", "modified", "description", "excerpt", "author"])
def test_names_of_other_tools(key: str) -> None:
    """They are taken for ours."""
    value = {"description": "Words", "excerpt": "Words", "author": "jlee"}.get(key, "2026-06-10 10:00")
    name = KEYS.same[key]
    assert getattr(story(f"{name}: {value}"), name) == getattr(story(f"{key}: {value}"), name)


def test_one_field_under_two_names() -> None:
    """Neither is guessed to be meant."""
    assert "are the same field" in refused("published: 2026-06-10", "date: 2026-06-11")[0]


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("publised", "published"),
        ("Title", "title"),
        ("Draft", "draft"),
        ("drafts", "draft"),
        ("publishDate", "published"),
        ("embargo", "published"),
        ("status", "draft"),
        ("atuhors", "authors"),
    ],
)
def test_a_key_near_a_known_one_is_an_error(key: str, meant: str) -> None:
    """A slip in a key must not lift an embargo."""
    assert any(f"did you mean `{meant}`?" in message for message in refused(f"{key}: 2030-01-01"))


def test_other_unknown_keys_are_warnings() -> None:
    """The first of them, and how many more there are."""
    messages = warned(*(f"k{n}: x" for n in range(5000)))
    assert 6 == len(messages)
    assert "content/2026/pier.md:4:1: warning: unknown key `k0`; put it under `extra:`" in messages[0]
    assert "and 4995 more" in messages[-1]


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("title: yes", "yes"),
        ("title: 007", "007"),
        ("title: 1984", "1984"),
        ('title: "null"', "null"),
        ("title: |\n  Line one\n  Line two", "Line one Line two"),
        ('title: "Line one\\t \\tline two"', "Line one line two"),
        ('title: "\\u00a0Ferry resumes\\u200b "', "Ferry resumes"),
        ("title: Tom & Jerry <em>win</em>", "Tom & Jerry <em>win</em>"),
    ],
)
def test_titles_are_text(line: str, title: str) -> None:
    """As typed, on one line, without invisible edges."""
    assert title == story(line).title


@pytest.mark.parametrize("line", ["title: null", "title: ~", "title:", 'title: "  "', "title: [a]", "title: {a: b}"])
def test_a_title_is_needed(line: str) -> None:
    """Nothing, blanks, lists and mappings are none."""
    assert refused(line)[0].startswith("content/2026/pier.md:3:")


def test_without_a_date_a_story_is_a_draft() -> None:
    """With a warning: it may have been forgotten."""
    path = "content/a.md"
    article, problems = read_article(path, split(b"---\ntitle: A\n---\n", path), Desk())
    assert (True, None, "/drafts/a/") == (article.draft, article.published, article.url)
    assert ["content/a.md:2:1: warning"] == [str(problem).split(": there")[0] for problem in problems]


@pytest.mark.parametrize("value", ["", "null", "soon", "[2026-06-10]", "20260610", "2026-02-30"])
def test_a_date_that_cannot_be_read_is_an_error(value: str) -> None:
    """It never means now."""
    assert refused(f"published: {value}")[0].startswith("content/2026/pier.md:3:")


@pytest.mark.parametrize(("value", "draft"), [("true", True), ("yes", True), ("'true'", True), ("'false'", False)])
def test_what_says_draft(value: str, draft: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """In quotes or not."""
    assert draft is story(f"draft: {value}").draft


@pytest.mark.parametrize("value", ["", "1", "maybe", "[true]"])
def test_what_neither_says_draft_nor_not(value: str) -> None:
    """It is an error, so that nothing is published meanwhile."""
    assert "`draft`" in refused(f"draft: {value}")[0]


def test_problems_of_a_draft_are_warnings() -> None:
    """It is not finished; its faulty fields have their defaults."""
    article, problems = read("title:", "draft: true", "tags: [..]", "slug: a/b", path="content/new-pier/index.md")
    assert ("new pier", (), "new-pier") == (article.title, article.tags, article.id)
    assert {"warning"} == {problem.severity for problem in problems}


def test_updates_and_expiry_follow_publication() -> None:
    """Errors name both moments."""
    assert (
        "is 2026-06-09 09:00+09:00, before `published`, 2026-06-10 09:00+09:00"
        in refused("updated: 2026-06-09 09:00")[0]
    )
    assert "not after `published`" in refused("expires: 2026-06-09")[0]
    assert story("updated: 2026-06-10T00:00:00Z").updated == story().published


BERLIN = Desk(site=structs.replace(SEOUL, timezone="Europe/Berlin"))


@pytest.mark.parametrize(
    ("published", "key", "value", "expected"),
    [
        # At 3 clocks go back to 2: the later half past two is published, the earlier quarter to three is its end.
        ("2026-10-25 02:30", "expires", "2026-10-25 02:45", "2026-10-25 02:45+02:00, not after {}02:30+01:00"),
        (
            "2026-10-25T02:10+01:00",
            "expires",
            "2026-10-25T02:50+02:00",
            "2026-10-25 02:50+02:00, not after {}02:10+01:00",
        ),
        ("2026-10-25T02:10+01:00", "updated", "2026-10-25T02:50+02:00", "2026-10-25 02:50+02:00, before {}02:10+01:00"),
        ("2026-10-25T00:30Z", "expires", "2026-10-25T00:30:00Z", "2026-10-25 02:30+02:00, not after {}02:30+02:00"),
    ],
)
def test_moments_are_told_with_their_offset(published: str, key: str, value: str, expected: str) -> None:
    """Where clocks show an hour twice, their times alone would say the opposite of what is wrong."""
    told = refused(f"published: {published}", f"{key}: {value}", desk=BERLIN)
    assert [f"is {expected.format('`published`, 2026-10-25 ')}"] == [
        each.split("`", 2)[2].strip().partition(";")[0] for each in told if f": error: `{key}`" in each
    ]


def test_the_later_of_two_hours_is_after_the_earlier() -> None:
    """A story may be out for the hour that clocks show twice."""
    article, problems = read("published: 2026-10-25T02:30+02:00", "expires: 2026-10-25T02:15+01:00", desk=BERLIN)
    expected = ("2026-10-25T02:30:00+02:00", "2026-10-25T02:15:00+01:00")
    assert ((), expected) == (problems, tuple(at.isoformat() for at in (article.published, article.expires) if at))


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_a_day_has_one_date_though_clocks_change(day: str) -> None:
    """An update of the day comes with the story, late in the evening and early in the morning."""
    for time in ("00:10", "23:50"):
        article, problems = read(f"published: {day} {time}", f"updated: {day}", desk=BERLIN)
        assert ((), article.published) == (problems, article.updated)


def test_a_day_alone_is_not_before_the_story_of_that_day() -> None:
    """An update or a correction of the day comes with the story."""
    article = story("updated: 2026-06-10", "corrections: [{date: 2026-06-10, text: a}]")
    assert article.published == article.updated == article.corrections[0].date


@pytest.mark.parametrize(
    ("line", "slugs"),
    [
        ("tags: ferries", ["ferries"]),
        ("tags: ferries, harbor", ["ferries", "harbor"]),
        ("tags: [yes, 2026, 1.10]", ["yes", "2026", "1-10"]),
        ("tags: [harbor, Harbor, 'harbor ']", ["harbor"]),
        ("tags:", []),
        ("tags: []", []),
    ],
)
def test_tags(line: str, slugs: list[str]) -> None:
    """A list, or a text with commas; each slug once."""
    assert slugs == [tag.slug for tag in story(line).tags]


@pytest.mark.parametrize("value", ["[a, null]", "[[a]]", "{a: 1}", "['']", "[' ']", "['..']", "a,,b", f"[{'x' * 101}]"])
def test_what_is_no_tag(value: str) -> None:
    """Each is an error at its line."""
    assert refused(f"tags: {value}")[0].startswith("content/2026/pier.md:4:")


def test_sections_are_those_of_the_site() -> None:
    """An error lists them, and says which one is near."""
    message = refused("section: art")[0]
    assert "the sections are news, arts; did you mean arts?" in message
    assert refused("section: News")


def test_sections_of_a_site_without_a_list() -> None:
    """Any text, as an address; not one that is taken."""
    desk = Desk(Settings(title="Wire", url="https://wire.example", timezone="UTC"))
    article, problems = read("section: World News", desk=desk)
    assert ("world-news", 1) == (article.section, len(problems))
    with pytest.raises(ContentError, match="the list of tags"):
        read("section: Tags", desk=desk)


def test_authors_in_order() -> None:
    """Ids, names, and people whom only this story knows."""
    article = story("authors: [omar, Jane Doe, {name: Guest}, Ji-woo Lee]")
    assert ["omar", "jane-doe", "guest", "jlee"] == [author.id for author in article.authors]
    assert ["jane-doe"] == [author.id for author in story("author: Jane Doe").authors]
    assert () == story("authors: []").authors == story("authors:").authors


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("authors: [jleee]", "did you mean `jlee`?"),
        ("authors: [Omar]", "did you mean `omar`?"),
        ("authors: [nobody]", "looks like an id"),
        ("authors: jlee, omar", "must be a list"),
        ("authors: [{email: a@b.example}]", "`author.name` is required"),
        ("authors: [{name: A, url: 'javascript:alert(1)'}]", "web address"),
        ("authors: [{name: Jlee}]", "share the page /authors/jlee/"),
        ("authors: [[jlee]]", "must be text"),
        ('email: "desk@wire.example\\nBcc: all@wire.example"', "not an e-mail address"),
        ("email: not-an-address", "not an e-mail address"),
        ("partner: {url: https://a.example}", "`partner.name` is required"),
        ("canonical: /elsewhere/", "web address"),
        ("canonical: 'javascript:alert(1)'", "web address"),
        ("image: {alt: A pier}", "`image.src` is required"),
        ("image: [/pier.png]", "src and alt"),
        ("image: {src: /peer.png, alt: A}", "did you mean /pier.png?"),
        ("image: {src: /pier.png, atl: A}", "did you mean `alt`?"),
        ("front: first", "lead, hidden, or a number"),
        ("front: 0", "lead, hidden, or a number"),
        ("kind: opinon", "did you mean opinion?"),
        ("lang: english", "language tag"),
        ("layout: nothing", "does not exist"),
        ("layout: ../secret", "leads out of the site"),
        ("slug: ../../up", "slug"),
        ("slug: feed.xml", "the RSS feed"),
        ("slug:", "slug is empty"),
        ("aliases: [../up]", "slash"),
        ("aliases: [/]", "home page"),
        ("aliases: ['/a?b=1']", "static host"),
        ("corrections: Wrong.", "must be a list"),
        ("corrections: [{text: Wrong.}]", "date` is required"),
        ("corrections: [{date: 2026-06-11}]", "text` is required"),
        ("corrections: [Wrong.]", "a date and a text"),
        ("noindex: perhaps", "true or false"),
        ("extra: [a]", "must be a mapping"),
    ],
)
def test_what_is_wrong_is_told(line: str, word: str) -> None:
    """In words, with the place."""
    assert any(word in message and message.startswith("content/2026/pier.md:4:") for message in refused(line))


def test_two_people_of_one_name() -> None:
    """A name that two have says nothing of which one it is; an id does."""
    people = tuple(Author(id=each, slug=each, name="Ana Ruiz") for each in ("ana", "ruiz"))
    desk = Desk(people=AuthorBook(people))
    with pytest.raises(ContentError, match=r"the name of several people .*write `ana` or `ruiz`"):
        read("authors: [ana, Ana Ruiz]", desk=desk)
    assert ["ruiz", "ana"] == [byline.id for byline in read("authors: [ruiz, ana]", desk=desk)[0].authors]


def test_all_problems_are_told_at_once() -> None:
    """An editor mends a file once."""
    assert 3 == len(refused("tags: ['']", "email: x", "front: x"))


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("slug: Ferry News", "`ferry-news` is used"),
        ("image: /pier.png", "alt text"),
        ("image: {src: /pier.png}", "alt text"),
        ("authors: [jlee, jlee]", "named twice"),
        ("corrections: [{date: 2026-01-01, text: Early.}]", "older than the story"),
        ("aliases: [/2026/06/the-pier]", "own address"),
        ('summary: "Eve \\u202egnp.exe"', "turn the direction"),
        ("summary: Deal #2 signed", "starts a comment"),
    ],
)
def test_what_is_doubtful_is_warned_of(line: str, word: str) -> None:
    """The story is built all the same."""
    assert any(word in message for message in warned(line))


def test_corrections_are_oldest_first() -> None:
    """However they are written."""
    article = story("corrections: [{date: 2026-06-12, text: two}, {date: 2026-06-11, text: one, kind: retraction}]")
    assert ["one", "two"] == [note.text for note in article.corrections]
    assert article.retracted


def test_somebody_with_the_name_of_an_author() -> None:
    """Two pages for one person are doubted; the name alone is that of the person who is known."""
    known = PEOPLE.authors[0]
    story, problems = read(f"authors: [{{name: {known.name}}}]")
    assert [slug(known.name)] == [byline.id for byline in story.authors]
    assert [f"write `{known.id}` instead, unless it is somebody else"] == [problem.fix for problem in problems]
    story, problems = read(f"authors: [{known.name}]")
    assert ([known.slug], ()) == ([byline.id for byline in story.authors], problems)


def test_authors_are_not_checked_against_a_broken_file() -> None:
    """One mistake there is not told for each story."""
    article, problems = read("authors: [jleee]", desk=Desk(people=None))
    assert (["jleee"], ()) == ([author.id for author in article.authors], problems)


def test_a_permalink_has_the_day_of_the_site_s_zone() -> None:
    """Also for an instant that is another day in UTC, or whose offset has seconds."""
    assert "/2026/06/the-pier/" == story("published: 2026-05-31T15:00:00Z").url
    assert "/1900/01/the-pier/" == story("published: 1 Jan. 1900").url


def page(text: str, path: str = "content/pages/about.md") -> tuple[StandingPage, tuple[Problem, ...]]:
    """The standing page whose front matter is *text*."""
    return read_page(path, split(f"---\n{text}\n---\n".encode(), path), Desk())


def test_a_page_is_called_after_its_file() -> None:
    """Whatever its title; `slug` says otherwise."""
    about, problems = page("title: About us")
    assert ("/about/", "About us", ()) == (about.url, about.title, problems)
    assert "/us/" == page("title: About us\nslug: us")[0].url


def test_a_page_has_its_own_keys() -> None:
    """It has no dates; and no address that is taken."""
    assert "unknown key `published`" in str(page("title: A\npublished: 2026-06-10")[1][0])
    with pytest.raises(ContentError, match="kept for"):
        page("title: Tags", "content/pages/tags.md")
