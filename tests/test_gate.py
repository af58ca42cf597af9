"""The gate: what is not out is named by nothing that is, whichever way it could be."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
import yaml

from sitegen.check import embargo_leaks
from support.building import NOON, built, quick_builds, tree
from support.newsroom import PICTURE, Fields, Newsroom, picture
from support.newsroom import story as text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

HELD: Final[dict[str, tuple[Fields, str]]] = {
    "a draft": ({"draft": True}, "is a draft"),
    "future": ({"published": "2026-06-16T06:00:00+09:00"}, "is not public before 2026-06-16T06:00:00+09:00"),
    "expired": ({"expires": "2026-06-15T06:00:00+09:00"}, "expired at 2026-06-15T06:00:00+09:00"),
}
"""Front matter that keeps a story from readers at noon of 15 June 2026 in UTC, and how that is said."""


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    with quick_builds():
        yield


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    """A site of six stories."""
    return Newsroom(tmp_path / "site")


def found(room: Newsroom, text: str) -> list[str]:
    """The files of the output that have *text* in their bytes or in their name."""
    return [path for path, (_, data) in tree(room.root / "public").items() if text in path or text.encode() in data]


def told(room: Newsroom, now: datetime = NOON) -> tuple[str, ...]:
    """What a build that succeeds tells."""
    outcome = built(room.root, now)
    assert 0 == outcome.status, outcome.told
    return outcome.told


@pytest.mark.parametrize("why", HELD)
@pytest.mark.parametrize(
    "link",
    [
        "[words](zx-held.md)",
        "[words](zx-held.md#part)",
        "[words](/2026/06/zx-held/)",
        "[words](/2026/06/zx-held)",
        "[words](/zx-old/)",
        "[words](https://harborwire.example/2026/06/zx-held/?a#b)",
        "[words](HTTPS://HarborWire.example/2026/06/zx-held/index.html)",
        "[words](//harborwire.example/zx-old/)",
        "[words](https://harborwire.example:443/zx-old/)",
        "[words](https://desk@harborwire.example/zx-old/)",
        "[words](https://h%61rborwire.example/zx-old/)",
        "[words](https://harborwire.example./zx-old/)",
        "[words](https://harborwire.example/2026/../zx-old/)",
        "[words](https://harborwire.example//zx%2Dold/)",
        "[words][1]\n\n[1]: https://harborwire.example/zx-old",
        '<a href="https://harborwire.example/2026/06/zx-held/">words</a>',
        '<a href="zx-held.md">words</a>',
    ],
)
def test_a_link_to_what_is_held(room: Newsroom, why: str, link: str) -> None:
    """However it is written, its words alone are printed, with a warning at its line that says when it would be out."""
    fields, said = HELD[why]
    story: Fields = {
        "title": "Held",
        "slug": "zx-held",
        "published": "2026-06-10T09:00:00+09:00",
        "aliases": ["/zx-old/"],
    }
    room.write("content/zx-held.md", text_of(story | fields, "Held."))
    room.put("b", room.stories["b"][0], f"See {link}")
    (line,) = [line for line in told(room) if "zx-held.md" in line and line.startswith("content/b.md")]
    assert f"warning: content/zx-held.md {said}, so the link is printed as plain text" in line
    assert line.startswith("content/b.md:")
    assert [] == found(room, "zx-")
    assert found(room, "words")
    assert 1 == built(room.root, strict=True).status


@pytest.mark.parametrize(
    "words",
    [
        "At https://harborwire.example/2026/06/zx-held/.",
        "At <https://harborwire.example/2026/06/zx-held/>.",
        "At HTTP://harborwire.example:80/zx-old, `https://harborwire.example/zx-old/` and harborwire.example/zx-old/!",
        "* One\n* [words](https://harborwire.example/zx-old/) of https://harborwire.example/zx-old/",
    ],
)
def test_an_address_in_words(room: Newsroom, words: str) -> None:
    """The name of the site stands for one of what is held, in a text, a summary and a note; all else stays."""
    held: Fields = {"title": "Held", "slug": "zx-held", "aliases": ["/zx-old/"]}
    room.write("content/zx-held.md", text_of({**held, "published": "2026-06-16T06:00:00+09:00"}, "Held."))
    note = {"date": "2026-06-12", "text": words}
    room.change("b", summary=words, corrections=[note])
    room.put("b", room.stories["b"][0], f"First.\n\n{words}")
    lines = [line for line in told(room) if "zx-held.md is not public before 2026-06-16T06:00:00+09:00" in line]
    assert any(line.startswith("content/b.md:") for line in lines)
    assert all(line.startswith("content/b.md") for line in lines)
    assert [] == found(room, "zx-")
    assert 1 == built(room.root, strict=True).status
    told(room, datetime(2026, 6, 17, tzinfo=UTC))
    assert "2026/06/story-b/index.html" in found(room, "zx-")


def test_links_to_what_is_withdrawn(room: Newsroom) -> None:
    """However they are written, they are their words."""
    room.change("c", corrections=[{"date": "2026-06-12", "text": "Wrong.", "kind": "retraction"}])
    room.put(
        "b", room.stories["b"][0], "[x](c.md) [x](/2026/06/story-c/) [x](https://harborwire.example/2026/06/story-c/)"
    )
    assert 3 == sum("content/c.md is retracted" in line for line in told(room))
    assert "2026/06/story-b/index.html" not in found(room, "story-c")


ADDRESS: Final = "https://harborwire.example/zx-old/"


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("content/b.md", {"partner": {"name": "Post", "url": ADDRESS}}),
        ("content/b.md", {"syndicated": {"from": "Post", "url": ADDRESS}}),
        ("content/b.md", {"syndicated": {"from": "Post", "feed": ADDRESS}}),
        ("content/b.md", {"source": ADDRESS}),
        ("content/b.md", {"authors": [{"name": "New", "url": ADDRESS}]}),
        ("content/b.md", {"canonical": ADDRESS}),
        ("content/pages/new.md", {"title": "New", "canonical": ADDRESS}),
        ("content/authors.yaml", {"url": ADDRESS}),
        ("content/authors.yaml", {"links": {"Own": ADDRESS}}),
        ("site.yaml", {"publisher": {"policies": {"corrections": ADDRESS}}}),
    ],
)
def test_an_address_of_what_is_held(room: Newsroom, path: str, fields: Fields) -> None:
    """Wherever the newsroom gives addresses: it is not printed, which is told; and is, once the story is out."""
    held: Fields = {"title": "Held", "slug": "zx-held", "aliases": ["/zx-old/"]}
    room.write("content/zx-held.md", text_of({**held, "published": "2026-06-16T06:00:00+09:00"}, "Held."))
    match path:
        case "content/b.md":
            room.change("b", **fields)
        case "content/authors.yaml":
            people = yaml.safe_load((room.root / path).read_text(encoding="utf-8"))
            room.write(path, yaml.safe_dump({**people, "ana": {"name": "Ana Ruiz", **fields}}))
        case "site.yaml":
            settings = yaml.safe_load((room.root / path).read_text(encoding="utf-8"))
            room.write(path, yaml.safe_dump(settings | fields))
        case _:
            room.write(path, text_of(fields, "New."))
    (line,) = {line for line in told(room) if "zx-held.md" in line}
    assert line.startswith(path)
    assert "content/zx-held.md is not public before 2026-06-16T06:00:00+09:00, so its address is not printed" in line
    assert [] == found(room, "zx-")
    assert 1 == built(room.root, strict=True).status
    told(room, datetime(2026, 6, 17, tzinfo=UTC))
    assert [name for name in found(room, ADDRESS) if not name.startswith("zx-old")]


def test_a_link_in_full_to_what_is_out(room: Newsroom) -> None:
    """It stays as it was written."""
    room.put("b", room.stories["b"][0], "See [c](https://harborwire.example/2026/06/story-c/).")
    told(room)
    assert "2026/06/story-b/index.html" in found(room, 'href="https://harborwire.example/2026/06/story-c/"')


@pytest.mark.parametrize("why", HELD)
def test_a_layout_that_names_what_is_held(room: Newsroom, why: str) -> None:
    """A layout learns nothing of it, and can do without it; that is told."""
    room.change("c", title="Zxtitle", summary="Zxsummary", **HELD[why][0])
    room.put("c", room.stories["c"][0], "Zxbody.")
    asks = [
        "{% set story = site.article('content/c.md') %}{% if story %}{{ story.title }}{% endif %}",
        "{{ site.standfirst('content/c.md') }}{{ site.body('content/c.md').html }}{{ site.words('content/c.md') }}",
        "{% for other in site.related('content/c.md') %}{{ other.title }}{% endfor %}",
        "{{ site.picture('content/c.md', 'f/pier.png') }}",
    ]
    room.write("layouts/partials/note.html", "".join(asks))
    assert any(line.startswith("content/c.md: warning: is named by a layout") for line in told(room))
    assert [] == found(room, "Zx")


def test_a_layout_that_names_what_is_held_back(room: Newsroom) -> None:
    """A story in a folder whose name starts with an underscore is not there for layouts either."""
    room.write("content/_later/x.md", "---\ntitle: Zxtitle\npublished: 2026-06-01\n---\n\nZxbody.\n")
    room.write("layouts/partials/note.html", "{{ site.standfirst('content/_later/x.md') }}")
    told(room)
    assert [] == found(room, "Zx")


PHOTO: Final = "static/photos/zx crash.png"
PHOTO_BYTES: Final = (Path(__file__).parent / "content/fixtures/pictures/clean.jpg").read_bytes()


@pytest.mark.parametrize("why", HELD)
@pytest.mark.parametrize(
    "named",
    [
        {"image": {"src": "/photos/zx crash.png", "alt": "Crash"}},
        "![Crash](</photos/zx crash.png>)",
        "![Crash](/photos/zx%20crash.png)",
        "[crash](https://harborwire.example/photos/zx%20crash.png)",
    ],
)
def test_a_static_file_of_a_held_story(room: Newsroom, why: str, named: dict[str, object] | str) -> None:
    """One that it alone names is not published, until it is; one that is named elsewhere too, or nowhere, is."""
    room.write_bytes(PHOTO, PICTURE)
    told(room)
    assert "photos/zx crash.png" in found(room, "zx")
    fields = room.stories["c"][0] | HELD[why][0]
    body = named if isinstance(named, str) else "No picture."
    room.put("c", fields | (named if isinstance(named, dict) else {}), body)
    told(room)
    assert [] == found(room, "zx")
    room.write("static/app.css", "body { background: url('/photos/zx%20crash.png') }")
    told(room)
    assert "photos/zx crash.png" in found(room, "zx")
    room.remove("static/app.css")
    told(room)
    assert [] == found(room, "zx")
    room.put("d", room.stories["d"][0], "![Crash](</photos/zx crash.png>)")
    told(room)
    assert "photos/zx crash.png" in found(room, "zx")


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("zx (1).png", {"image": {"src": "/photos/zx (1).png", "alt": "Crash"}}),
        ("zx's, [2].png", {"image": {"src": "/photos/zx's, [2].png", "alt": "Crash"}}),
        ("zx.csv", {"extra": {"data": "photos/zx.csv"}}),
        ("zx.png", "![Crash](/other/../photos/zx.png)"),
        ("zx (1).png", "![Crash](</photos/zx (1).png>)"),
        ("zx_a.png", "![Crash](/photos/zx\\_a.png)"),
        ("zx.png", "![Crash](&#47;photos/zx.png)"),
    ],
)
def test_an_odd_name_of_a_file_of_a_held_story(room: Newsroom, name: str, named: dict[str, object] | str) -> None:
    """Whatever it is called and however it is written, it is published when the story is."""
    room.write_bytes(f"static/photos/{name}", PICTURE)
    fields = room.stories["c"][0] | (named if isinstance(named, dict) else {})
    body = named if isinstance(named, str) else "No picture."
    room.put("c", fields | HELD["future"][0], body)
    told(room)
    assert [] == found(room, "zx")
    room.put("c", fields, body)
    told(room)
    assert f"photos/{name}" in found(room, "zx")


def test_a_picture_of_an_author_to_come(room: Newsroom) -> None:
    """It is published with the first story of theirs; that of somebody who wrote nothing may be on some page."""
    for name in ("zx", "2zx", "staff"):
        room.write_bytes(f"static/people/{name}.png", picture(name))
    people = yaml.safe_load((room.root / "content/authors.yaml").read_text(encoding="utf-8"))
    people |= {
        "zed": {"name": "Zed Oh", "picture": "/people/zx.png"},
        "lee": {"name": "Lee Oh", "picture": "/people/staff.png"},
        "ana": {"name": "Ana Ruiz", "picture": "/people/2zx.png"},
    }
    room.write("content/authors.yaml", yaml.safe_dump(people))
    room.change("c", authors=["zed"], **HELD["future"][0])
    told(room)
    assert "people/staff.png" in found(room, "staff.png")
    assert "people/2zx.png" in found(room, "zx.png")
    assert "people/zx.png" not in found(room, "zx.png")
    room.change("c", authors=["zed"], published="2026-06-10")
    told(room)
    assert "people/zx.png" in found(room, "zx.png")


def test_a_static_file_of_an_entry_to_come(room: Newsroom) -> None:
    """What an entry alone names is published with it; the scan knows what is in it."""
    room.write_bytes("static/photos/zx.jpg", PHOTO_BYTES)
    entry = "::: entry {} Later\n![Crash](/photos/zx.jpg)\n:::\n"
    fields = {**room.stories["c"][0], "kind": "live"}
    room.put("c", fields, entry.format("2099-06-15 09:00"))
    told(room)
    assert [] == found(room, "zx")
    room.write_bytes("public/other.jpg", PHOTO_BYTES)
    assert ["public/other.jpg"] == [str(leak.where) for leak in embargo_leaks(room.root, room.root / "public", NOON)]
    room.put("c", fields, entry.format("2026-06-12 09:00"))
    told(room)
    assert "photos/zx.jpg" in found(room, "zx")


def test_a_picture_beside_an_entry_to_come(room: Newsroom) -> None:
    """So it is with a file beside the story."""
    room.write_bytes("content/live/zx.jpg", PHOTO_BYTES)
    room.write(
        "content/live/index.md",
        text_of(
            {"title": "L", "published": "2026-06-10", "kind": "live"},
            "::: entry 2099-06-15 09:00 Later\n![Crash](zx.jpg)\n:::\n",
        ),
    )
    told(room)
    assert [] == found(room, "zx")
    room.write_bytes("public/other.jpg", PHOTO_BYTES)
    assert ["public/other.jpg"] == [str(leak.where) for leak in embargo_leaks(room.root, room.root / "public", NOON)]


def test_a_picture_beside_a_held_story(room: Newsroom) -> None:
    """It is not published with that story, but where a public one shows it, under the address of that."""
    room.change("f", draft=True)
    told(room)
    assert [] != found(room, "2026/06/story-b")
    assert [] == [path for path in found(room, "pier.png") if "story-f" in path]
    room.put("b", room.stories["b"][0], "No picture of it.")
    told(room)
    assert [] == found(room, "pier.png")


def test_a_link_in_a_text_that_a_layout_prints(room: Newsroom) -> None:
    """What a bio says of a story that is not out, or is not any more, is words alone; and that is told."""
    for address in ("/2026/06/zxscoop/#a", "https://harborwire.example/2026/06/zxscoop/"):
        bio = f'ana: {{name: Ana Ruiz, bio: "She had [a *scoop*]({address})."}}\ncy: {{name: Cy Oh}}\n'
        room.write("content/authors.yaml", bio)
        room.put(
            "c", room.stories["c"][0] | {"slug": "zxscoop", "published": "2026-06-20", "authors": ["ana"]}, "Text."
        )
        outcome = built(room.root)
        assert 0 == outcome.status
        output = tree(room.root / "public").items()
        assert [] == [path for path, (_, data) in output if b"zxscoop" in data or "zxscoop" in path]
        assert "She had a <em>scoop</em>." in (room.root / "public/authors/ana/index.html").read_text()
        assert 1 == sum("in a text that a layout prints is printed as plain text" in line for line in outcome.told)
        room.change("c", published="2026-06-10")
        assert 0 == built(room.root).status
        assert "zxscoop" in (room.root / "public/authors/ana/index.html").read_text()


FLOOD: Final = {
    "static/graphics/flood/index.html": '<link href="css/zx.css"><script src="/js/zx-chart.js"></script>',
    "static/graphics/flood/css/zx.css": "body { background: url('../zx%20map.svg') }",
    "static/graphics/flood/zx map.svg": '<svg><image href="zxé.png"/></svg>',
    "static/graphics/flood/zxé.png": "é",
    "static/graphics/flood/data/zx2026.csv": "a,b",
    "static/js/zx-chart.js": 'fetch("zx.json"); load("data/" + year + ".csv")',
    "static/graphics/flood/zx.json": '{"photo": "\\/photos\\/ZX-crash.JPG"}',
    "static/photos/zx-crash.jpg": "crash",
    "static/photos/pier.jpg": "pier",
    "static/graphics/flood/pier.jpg": "another pier",
}
"""A graphic that is a page, and what it loads."""


@pytest.mark.parametrize("why", HELD)
@pytest.mark.parametrize(
    "named", ["/graphics/flood/", "/graphics/flood", "/Graphics/Flood/index.html", "graphics/flood/"]
)
def test_static_files_of_static_files(room: Newsroom, why: str, named: str) -> None:
    """What a held story embeds is held with all that it leads to, but what is public by itself; and then comes out."""
    for path, text in FLOOD.items():
        room.write(path, text)
    fields = room.stories["c"][0] | {"extra": {"graphic": named}}
    room.put("c", fields | HELD[why][0], "Text.")
    room.write("static/app.js", 'load("zx-crash.jpg", "/other/zx.css", "pictures/zx.json", "chart")')
    told(room)
    assert ["app.js"] == found(room, "zx")
    assert [] == found(room, "graphics/flood")
    assert ["photos/pier.jpg"] == [path for path in found(room, "pier.jpg") if path.startswith("photos")]
    room.write("static/app.js", 'load("/Photos/ZX-Crash.jpg")')
    told(room)
    assert {"photos/zx-crash.jpg"} == {path for path in found(room, "zx") if path != "app.js"}
    room.write("static/other/index.html", '<iframe src="../graphics/flood/"></iframe>')
    told(room)
    assert {path.removeprefix("static/") for path in FLOOD} <= set(found(room, ""))


def test_a_name_in_two_pieces(room: Newsroom) -> None:
    """Where a layout prints the folder, a file is named by stories; who says the folder and the name uses it."""
    room.write("layouts/partials/note.html", '<img alt="" src="{{ url("/photos/" ~ page.extra.photo) }}">')
    room.write_bytes("static/photos/zx.jpg", PHOTO_BYTES)
    room.put("b", room.stories["b"][0] | {"extra": {"photo": "zx.jpg"}, "draft": True}, "Text.")
    told(room)
    assert [] == found(room, "zx")
    room.change("b", draft=None)
    told(room)
    assert "photos/zx.jpg" in found(room, "zx")
    room.put("c", room.stories["c"][0] | {"draft": True}, "![Crash](/photos/zx.jpg)")
    told(room)
    assert "photos/zx.jpg" in found(room, "zx")


def test_a_static_file_of_a_text_that_is_not_read(room: Newsroom) -> None:
    """What lies in a folder that is held back, or has another ending, is in doubt, and so is what it names."""
    for path in ("content/_later/x.md", "content/x.markdown"):
        room.write(path, "![Crash](/photos/zx.jpg)")
        room.write_bytes("static/photos/zx.jpg", PHOTO_BYTES)
        told(room)
        assert [] == found(room, "zx")
        room.remove(path)
        told(room)
        assert "photos/zx.jpg" in found(room, "zx")


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("zx-held.md", "content/zx-held.md is not public before 2026-06-16T06:00:00+09:00, so a link to it"),
        ("zx-none.md", "zx-none.md is no story or page, so a link to it"),
        ("a.md", ""),
        ("pages/about.md#us", ""),
    ],
)
def test_a_link_by_file_in_a_bio(room: Newsroom, target: str, expected: str) -> None:
    """It starts at content/; to what is held or nowhere it is its words, which is told at its line."""
    held: Fields = {"title": "Held", "slug": "zx-slug", "published": "2026-06-16T06:00:00+09:00"}
    room.write("content/zx-held.md", text_of(held, "Held."))
    room.write("content/authors.yaml", f"cy: {{name: Cy Oh}}\nana:\n  name: Ana Ruiz\n  bio: See [*it*]({target}).\n")
    lines = [line for line in told(room) if "zx-" in line]
    assert [expected in line and line.startswith("content/authors.yaml:4:") for line in lines] == [True] * bool(
        expected
    )
    page = (room.root / "public/authors/ana/index.html").read_text()
    assert ("See <em>it</em>." in page) == bool(expected)
    assert [] == found(room, "zx-")
    address = {"a.md": 'href="/2026/06/story-a/"', "pages/about.md#us": 'href="/about/#us"'}.get(target, "<em>it</em>")
    assert address in page


SETTINGS: Final = """
sections:
  - {id: news, title: "News, {0}", summary: "As in {0}."}
  - sport
tags:
  harbor: {title: "Harbor: {0}", summary: "See {0} and [words]({0})."}
summary: "All on [words]({0})"
publisher: {name: "At {0}", policies: {ethics: /zx-old/, zz: "https://other.example/"}}
feeds: {partners: {all: {title: "{0} all", credit: "From {0}"}}}
extra: {nav: [{name: Held, url: "{0}"}], "{0}": x}
"""


@pytest.mark.parametrize(
    "address", ["/2026/06/zx-held/", "https://harborwire.example/zx-old/", "//harborwire.example/ZX-old"]
)
def test_an_address_in_settings_and_data(room: Newsroom, address: str) -> None:
    """What is held is in no word of settings, people and data; told with its line, and printed once it is out."""
    held: Fields = {"title": "Held", "slug": "zx-held", "aliases": ["/zx-old/"]}
    room.write("content/zx-held.md", text_of({**held, "published": "2026-06-16T06:00:00+09:00"}, "Held."))
    site = "title: Harbor Wire\nurl: https://harborwire.example\ntimezone: Asia/Seoul\n"
    room.write("site.yaml", site + SETTINGS.replace("{0}", address))
    room.write("content/data/numbers.yaml", f"boats: '{address}'\n'{address}': [{{a: 'b {address}'}}]\n")
    room.write(
        "content/authors.yaml",
        f"ana: {{name: Ana Ruiz, role: 'At {address}', bio: 'At {address} now.'}}\ncy: {{name: Cy Oh}}\n",
    )
    prints = ("site.extra", "site.publisher", "data.numbers", "site.sections()", "site.tag('harbor')")
    room.write("layouts/partials/note.html", "".join(f"{{{{ {each}|json }}}}" for each in prints))
    image = {"src": "/robots-of-ours.txt", "alt": address, "caption": f"At {address}", "credit": address}
    room.change("b", image=image, dateline=f"AT {address}", source=address, extra={"link": address})
    lines = [line for line in told(room) if "zx-held.md" in line]
    assert {"site.yaml", "content/b.md", "content/authors.yaml", "content/data/numbers.yaml"} == {
        line.split(":")[0] for line in lines
    }
    assert all(line.split(":")[1].isdigit() for line in lines)
    assert [] == found(room, "zx-") + found(room, "ZX-")
    assert () == embargo_leaks(room.root, room.root / "public", NOON)
    told(room, datetime(2026, 6, 17, tzinfo=UTC))
    assert "2026/06/story-b/index.html" in found(room, address)


LAYOUT: Final = """\
<nav
  class="x" href="/2026/06/zx-held/">held</nav><a data-x=/zx-old/ href='{{ url("/zx-old/") }}'>words</a>
{# /zx-old/ #}{% if site.answers("/2026/06/zx-held/") %}<p>It is out.</p>{% endif %}
{% for address in ["https://harborwire.example/zx-old/", "/about/"] %}<i title="{{ address }}">x</i>{% endfor %}
<p>At harborwire.example/zx-old/ or /zx-old/.</p>
"""


def test_an_address_in_a_layout(room: Newsroom) -> None:
    """A layout may name a story before it is out: it does not print the address, and knows once it is there."""
    held: Fields = {"title": "Held", "slug": "zx-held", "aliases": ["/zx-old/"]}
    room.write("content/zx-held.md", text_of({**held, "published": "2026-06-16T06:00:00+09:00"}, "Held."))
    room.write("layouts/partials/note.html", LAYOUT)
    lines = [line for line in told(room) if "zx-held.md is not public before" in line]
    assert [2, 4, 5] == [int(line.split(":")[1]) for line in lines if line.startswith("layouts/partials/note.html:")]
    assert [] == found(room, "zx-") + found(room, "It is out.")
    page = (room.root / "public/2026/06/story-b/index.html").read_text()
    assert """class="x">held</nav><a href=''>words</a>""" in page.replace("\n", "")
    assert '<i title="">x</i><i title="/about/">x</i>' in page
    assert "<p>At harborwire.example or harborwire.example.</p>" in page
    told(room, datetime(2026, 6, 17, tzinfo=UTC))
    assert "2026/06/story-b/index.html" in found(room, "It is out.")
    assert "2026/06/story-b/index.html" in found(room, ' href="/2026/06/zx-held/">held</nav><a data-x=/zx-old/')
