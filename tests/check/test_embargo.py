"""The scan of the output finds what is held, and nothing else."""

from __future__ import annotations

import base64
import json
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import pytest

from sitegen.check import embargo_leaks
from support.building import NOON, built, quick_builds
from support.command import sitegen
from support.newsroom import PICTURE, Fields, Newsroom
from support.workspace import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator

TITLE: Final = "Minister to resign over “the Café affair” & leave"
PHOTO: Final = (Path(__file__).parents[1] / "content/fixtures/pictures/clean.jpg").read_bytes()
TEXT: Final = "People near the minister say that she will *resign* on Monday, [as planned](a.md), and go."


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    with quick_builds():
        yield


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    """A site in which story c is a draft."""
    room = Newsroom(tmp_path / "site")
    hold(room, draft=True)
    assert 0 == built(room.root).status
    return room


def hold(room: Newsroom, **fields: object) -> None:
    """Make c a story with a headline of its own, and these fields."""
    known: Fields = {"title": TITLE, "slug": "minister-resigns", "published": "2026-06-03T09:00:00+09:00"}
    room.put("c", known | {"authors": ["ana"], "section": "news"} | fields, TEXT)


def leaks(room: Newsroom) -> list[str]:
    """What the scan of the output tells."""
    return list(map(str, embargo_leaks(room.root, room.root / "public", NOON)))


def plant(room: Newsroom, data: str | bytes, path: str = "planted.html") -> list[str]:
    """What the scan tells of a file that somebody puts into the output; the others tell nothing."""
    file = room.root / "public" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    told = leaks(room)
    assert all(line.startswith(f"public/{path}") for line in told)
    return told


@pytest.mark.parametrize(
    "fields",
    [{"draft": True}, {"published": "2026-06-16"}, {"expires": "2026-06-14"}],
    ids=["draft", "future", "expired"],
)
def test_an_output_that_is_right(room: Newsroom, fields: Fields) -> None:
    """Nothing is found in what a build makes, whatever is held."""
    hold(room, **{"draft": None} | fields)
    assert 0 == built(room.root).status
    assert [] == leaks(room)


def test_an_output_with_drafts(room: Newsroom) -> None:
    """An output that was built with drafts tells its title, its address, its words, its id; each with its place."""
    assert 0 == built(room.root, drafts=True).status
    told = leaks(room)
    for what in ("the name", "the address", "the title", "words", "the id"):
        assert any(f"error: has {what} of content/c.md, which is a draft; " in line for line in told), what
    assert any(line.startswith("public/2026/06/minister-resigns/index.html:") for line in told)
    pages = {line.split(":")[0].removeprefix("public/") for line in told}
    assert {"feed.xml", "sitemap.xml", "news/index.html"} <= pages


def test_an_output_of_before(room: Newsroom) -> None:
    """What has expired since the output was built is found in it."""
    hold(room, draft=None)
    assert 0 == built(room.root).status
    assert [] == leaks(room)
    hold(room, expires="2026-06-15T12:00:00Z")
    assert any("which expired at 2026-06-15T21:00:00+09:00" in line for line in leaks(room))


@pytest.mark.parametrize(
    "form",
    [
        lambda text: text,
        str.upper,
        escape,
        lambda text: escape(escape(text)),
        lambda text: json.dumps({"t": text}),
        lambda text: json.dumps({"t": f"<p>{escape(text)}</p>"}),
        lambda text: f"<script>{json.dumps(text).replace('/', chr(92) + '/')}</script>",
        lambda text: f'<a href="/search?q={quote(text)}">x</a>',
        lambda text: text.encode("ascii", "xmlcharrefreplace").decode(),
        lambda text: f"<p>{text.replace(' ', chr(10))}</p>",
        lambda text: text.replace("to resign", "to <b>resign</b>"),
        lambda text: text.replace("é", "e\u0301"),
        lambda text: text.replace("resign", "re\u00adsign"),
    ],
)
def test_a_title_in_any_form(room: Newsroom, form: object) -> None:
    """Escaped once, twice, for JSON, for an address: it is found, with its line."""
    assert callable(form)
    assert any(
        "the title of content/c.md" in line and ":3" in line for line in plant(room, f"<p>\n</p>\n{form(TITLE)}")
    )


@pytest.mark.parametrize(
    "address",
    [
        '<a href="/2026/06/minister-resigns/">x</a>',
        '<a href="https://harborwire.example/2026/06/minister-resigns/">x</a>',
        '{"url": "https:\\/\\/harborwire.example\\/2026\\/06\\/minister-resigns\\/"}',
        "<loc>https://harborwire.example/x/minister-resigns</loc>",
        "/minister%2Dresigns/ /x/ 301",
    ],
)
def test_an_address(room: Newsroom, address: str) -> None:
    """The slug of what is held, as part of an address of the site, is found; that of another site is nobody's."""
    assert any("the address of content/c.md" in line for line in plant(room, address))
    assert [] == plant(room, '<a href="https://other.example/minister-resigns/">x</a>')


def test_names_and_files(room: Newsroom) -> None:
    """A file with its name, and a picture that is its own, are found."""
    room.write_bytes("content/resigns.png", PICTURE + b"own")
    room.put("c", room.stories["c"][0], TEXT + "\n\n![She](resigns.png)")
    assert any("the name of content/c.md" in line for line in plant(room, b"\0", "x/minister-resigns.jpg"))
    (room.root / "public/x/minister-resigns.jpg").unlink()
    assert any("a file of content/c.md" in line for line in plant(room, PICTURE + b"own", "x/y.png"))


def test_a_note_to_come(room: Newsroom) -> None:
    """A correction is held until its date."""
    note = {"date": "2026-06-16", "text": "An earlier version misstated the tonnage of the second ferry."}
    room.change("a", corrections=[note])
    assert 0 == built(room.root).status
    assert [] == leaks(room)
    assert any("a note to come of content/a.md" in line for line in plant(room, str(note["text"])))


def test_an_entry_to_come(room: Newsroom) -> None:
    """An entry of a live story is held until its time; what its other entries say is public."""
    entry = "::: entry 2026-06-{} 09:00\nThe harbor master {} the south pier for a week.\n:::\n\n"
    room.change("a", kind="live")
    room.put("a", room.stories["a"][0], entry.format(10, "reopens") + entry.format(20, "closes"))
    assert 0 == built(room.root).status
    assert [] == leaks(room)
    assert [] == plant(room, "The harbor master reopens the south pier for a week.")
    told = plant(room, "The harbor master closes the south pier for a week.")
    assert any("an entry to come of content/a.md" in line for line in told)


def test_what_was_withdrawn(room: Newsroom) -> None:
    """Of a retracted story neither words nor pictures may stand anywhere; its headline and its notes may."""
    note = {"date": "2026-06-14", "kind": "retraction", "text": "We could not confirm that anybody said so."}
    room.write_bytes("static/resigns.jpg", PHOTO)
    hold(room, corrections=[note], summary="She told friends that she had had enough of it.")
    room.put("c", room.stories["c"][0], TEXT + "\n\n![She leaves the house](/resigns.jpg)")
    assert 0 == built(room.root).status
    assert not (room.root / "public/resigns.jpg").exists()
    assert [] == leaks(room)
    assert [] == plant(room, f"<h1>{escape(TITLE)}</h1>{note['text']}")
    for words in (TEXT, "She told friends that she had had enough"):
        assert any("words of content/c.md, which is retracted" in line for line in plant(room, words))
    (room.root / "public/planted.html").unlink()
    assert any("a file of content/c.md" in line for line in plant(room, PHOTO, "x/y.jpg"))


def test_what_is_public_as_well(room: Newsroom) -> None:
    """Words that a public story, a layout or a setting has too are no leak, nor is a word that is nothing special."""
    room.put("a", room.stories["a"][0], TEXT)
    room.write("site.yaml", (room.root / "site.yaml").read_text() + f"summary: {json.dumps(TITLE)}\n")
    room.put("d", room.stories["d"][0] | {"title": "Ferry", "draft": True}, "The ferry.")
    assert 0 == built(room.root).status
    assert [] == leaks(room)
    assert [] == plant(room, f"<h1>{escape(TITLE)}</h1> Ferry /2026/ {TEXT}")


def test_a_link_to_it_does_not_make_it_public(room: Newsroom) -> None:
    """That a public story names it, where its link leads, hides no leak."""
    room.put("a", room.stories["a"][0], "See [this](/2026/06/minister-resigns/) and [that](c.md).")
    assert 0 == built(room.root).status
    assert [] == leaks(room)
    assert [] != plant(room, '<a href="/2026/06/minister-resigns/">x</a>')


def test_other_scripts(room: Newsroom) -> None:
    """Words that are written together are found within a longer text."""
    hold(room, title="首相が来週辞任する見通し", draft=True)
    assert any("the title" in line for line in plant(room, "<p>独自：首相が来週辞任する見通しとなった</p>"))


def test_a_story_that_cannot_be_read(room: Newsroom) -> None:
    """Nobody can tell what of it is held, so that is an error."""
    room.write("content/b.md", "no front matter")
    assert ["content/b.md:1: error: there is no front matter"] == [line.split(";")[0] for line in leaks(room)]


def test_the_command(room: Newsroom) -> None:
    """`check --embargo` looks at the output as it lies there, and its status tells."""
    arguments = ["check", "--embargo", "--site", str(room.root), "--now", NOW]
    done = sitegen(*arguments)
    assert (0, "0 errors, 0 warnings\n", "") == (done.status, done.out, done.err)
    (room.root / "public/x.html").write_text(TITLE)
    done = sitegen(*arguments)
    assert 1 == done.status
    assert done.err.startswith("public/x.html:1:1: error: has the title of content/c.md, which is a draft; ")
    found = json.loads(sitegen(*arguments, "--json").out)
    assert (False, "public/x.html") == (found["ok"], found["problems"][0]["path"])
    assert 2 == sitegen(*arguments, "--fix").status
    assert 0 == sitegen("clean", "--site", str(room.root)).status
    assert 2 == sitegen(*arguments).status


def test_base64_is_not_looked_into(room: Newsroom) -> None:
    """What is encoded as a whole is data, which no build of ours makes of text: a limit that is known."""
    assert [] == plant(room, base64.b64encode(TITLE.encode()))
