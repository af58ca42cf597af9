"""``sitegen import wire``: files of a wire become drafts, and drafts become pages that say what the wire said."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final
from unicodedata import normalize

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support import dom
from support.building import quick_builds
from support.command import Done, built, sitegen
from support.workspace import SITE, Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COPY: Final = Path(__file__).parent / "copy"
KOREA: Final = "content/police-arrest-58-in-first-month-of-undercover-work.md"
AUTHORS: Final = "minji:\n  name: Kim Min-ji\n  email: own@example.org\nsean:\n  name: Seán O'Neill\n"


@pytest.fixture(autouse=True, scope="module")
def _quick() -> Iterator[None]:
    """Builds are many here."""
    with quick_builds():
        yield


def imported(workspace: Workspace, *names: str) -> Done:
    """What importing the files *names* beside this one, or anywhere, did."""
    return sitegen("import", "wire", "--site", str(workspace.root), *(str(COPY / name) for name in names))


def published(workspace: Workspace) -> None:
    """Let every draft out, as an editor does."""
    for path in (workspace.root / "content").glob("*.md"):
        path.write_text(path.read_text("utf-8").replace("draft: true\n", ""), "utf-8")


def page(workspace: Workspace, slug: str) -> dom.Element:
    """The page of the story called *slug*."""
    (path,) = (workspace.root / "public").glob(f"*/*/{slug}/index.html")
    return dom.parsed(path.read_text("utf-8"))


def test_a_file_of_a_wire_becomes_a_page(workspace: Workspace) -> None:
    """Two authors, one e-mail address, both times in Seoul, and the partner; nothing of the page around it."""
    done = imported(workspace, "korea.txt")
    assert (0, f"{KOREA} is a draft; remove `draft: true` to publish it\n") == (done.status, done.out)
    assert 0 == built(workspace.root).status
    assert not list((workspace.root / "public").glob("*/*/police*"))
    published(workspace)
    made = built(workspace.root, "--strict")
    assert (0, "") == (made.status, made.err)
    root = page(workspace, "police-arrest-58-in-first-month-of-undercover-work")
    story = dom.one(root, "article", "story")
    authors = [dom.words(each) for each in dom.elements(story) if each.get("rel") == "author"]
    assert ["Kim Min-ji", "Sean O'Neill"] == authors
    mails = [each.get("href") for each in dom.elements(root) if each.get("href", "").startswith("mailto:")]
    assert ["mailto:kim.minji@example.org"] == mails
    times = [each.get("datetime") for each in dom.elements(story) if each.tag == "time"]
    assert ["2021-10-28T18:22:00+09:00", "2021-10-28T19:05:00+09:00"] == times
    assert "With the Korea JoongAng Daily" == dom.words(dom.of_class(story, "partner"))
    text = dom.words(dom.of_class(story, "text"))
    assert text.startswith("Police arrested 58 people in the first month")
    assert text.endswith("1. The first number in the report is 58. # is the sign that the suspects used.")
    assert "250" not in "".join(root.itertext())


NB: Final = "\u00a0"
AS_IT_COMES: Final[dict[str, Callable[[str], str]]] = {
    "crlf": lambda text: text.replace("\n", "\r\n"),
    "mark": lambda text: f"\ufeff{text}",
    "spaces": lambda text: text.replace("BY KIM MIN-JI, ", f"BY{NB}KIM{NB}MIN-JI,{NB}").replace(
        "with the", "\twith the"
    ),
    "decomposed": lambda text: normalize("NFD", text),
    "wide": lambda text: text.replace("[", "（").replace("]", "）").replace("@", "＠").replace("d: ", "d： "),
    "and": lambda text: text.replace("JI, SEAN", "JI and SEAN"),
    "dot": lambda text: text.replace("JI, SEAN", "JI · SEAN"),
    "small": lambda text: text.replace("BY KIM MIN-JI, SEAN O'NEILL", "by kim min-ji and sean o'neill"),
    "spelled": lambda text: text.replace("kim.minji@example.org", "kim dot minji at example dot org"),
    "two": lambda text: text.replace(", SEAN O'NEILL [", "\nBY SEAN O'NEILL ["),
    "apart": lambda text: text.replace(" [kim", "\n\n[kim"),
    "tight": lambda text: text.replace("\n\nBY", "\nBY"),
    "korean": lambda text: text.replace("Published: 28 Oct. 2021, 18:22", "입력 2021.10.28. 오후 6:22").replace(
        "Updated: 28 Oct. 2021, 19:05", "수정 2021.10.28. 오후 7:05"
    ),
}


def test_a_file_as_it_comes(workspace: Workspace) -> None:
    """However it was typed, saved and pasted, the page is that of the plain file."""
    text = (COPY / "korea.txt").read_text("utf-8")
    for name, change in AS_IT_COMES.items():
        assert change(text) != text
        workspace.write(f"{name}.txt", change(text).replace("Police arrest 58", f"Police {name} arrest 58"))
    done = imported(workspace, *(str(workspace.root / f"{name}.txt") for name in AS_IT_COMES))
    assert 0 == done.status, done.err
    published(workspace)
    made = built(workspace.root, "--strict")
    assert (0, "") == (made.status, made.err)
    for name in AS_IT_COMES:
        root = page(workspace, f"police-{name}-arrest-58-in-first-month-of-undercover-work")
        story = dom.one(root, "article", "story")
        shown = [dom.words(each) for each in dom.elements(story) if each.get("rel") == "author"]
        mails = [each.get("href") for each in dom.elements(root) if each.get("href", "").startswith("mailto:")]
        times = [each.get("datetime") for each in dom.elements(story) if each.tag == "time"]
        assert (name, ["Kim Min-ji", "Sean O'Neill"]) == (name, shown)
        assert (name, ["mailto:kim.minji@example.org"]) == (name, mails)
        assert (name, ["2021-10-28T18:22:00+09:00", "2021-10-28T19:05:00+09:00"]) == (name, times)
        assert (name, "With the Korea JoongAng Daily") == (name, dom.words(dom.of_class(story, "partner")))
        assert dom.words(dom.of_class(story, "text")).endswith("that the suspects used."), name


def test_people_are_matched(workspace: Workspace) -> None:
    """Who is in authors.yaml is credited by id, whatever the wire's spelling; the wire's address is the byline's."""
    workspace.write("content/authors.yaml", AUTHORS)
    assert 0 == imported(workspace, "korea.txt").status
    assert 'authors: ["minji", "sean"]\n' in (workspace.root / KOREA).read_text("utf-8")
    published(workspace)
    assert 0 == built(workspace.root).status
    root = page(workspace, "police-arrest-58-in-first-month-of-undercover-work")
    assert "kim.minji@example.org" == dom.words(dom.of_class(root, "contact"))


def test_people_who_are_not_known_are_told(workspace: Workspace) -> None:
    """Their names are written, with the line of the byline; a name like an id is not taken for one."""
    workspace.write("content/authors.yaml", "kim-minjy:\n  name: Somebody Else\n")
    done = imported(workspace, "korea.txt")
    assert "korea.txt:13:1: warning: `Kim Min-ji` is not in content/authors.yaml" in done.err
    assert 'authors: [{name: "Kim Min-ji"}, "Sean O\'Neill"]\n' in (workspace.root / KOREA).read_text("utf-8")
    published(workspace)
    assert 0 == built(workspace.root).status


@pytest.mark.parametrize("name", sorted(path.name for path in COPY.iterdir()))
def test_every_form_becomes_pages_without_a_warning(workspace: Workspace, name: str) -> None:
    """Front matter and text of what is imported are as sitegen wants them, as a draft and when it is out."""
    done = imported(workspace, name)
    assert 0 == done.status, done.err
    drafts = built(workspace.root, "--strict", "--drafts", "--now", "2026-11-24T00:00:00Z")
    assert (0, "") == (drafts.status, drafts.err)
    published(workspace)
    out = built(workspace.root, "--now", "2026-11-24T00:00:00Z")
    assert 0 == out.status
    assert not [line for line in out.err.splitlines() if "there is no `published`" not in line]


def test_an_import_again(workspace: Workspace) -> None:
    """The same file twice: the second time nothing is made and nothing is told but that; edits stay."""
    names = sorted(path.name for path in COPY.iterdir() if path.name != "pasted-windows.txt")
    first = imported(workspace, *names)
    assert 0 == first.status
    published(workspace)
    files = {path: path.read_bytes() for path in (workspace.root / "content").iterdir()}
    again = imported(workspace, *names)
    assert (0, "") == (again.status, again.err)
    assert f"{COPY / 'korea.txt'} is already imported: {KOREA}\n" in again.out
    assert len(first.out.splitlines()) == len(again.out.splitlines())
    assert files == {path: path.read_bytes() for path in (workspace.root / "content").iterdir()}


def test_a_new_version_is_told(workspace: Workspace, tmp_path: Path) -> None:
    """What changed since a story was imported is for an editor to put in: its file is not touched."""
    assert 0 == imported(workspace, "message.xml").status
    path = workspace.root / "content/ferry-resumes-after-storm.md"
    before = path.read_bytes()
    update = (
        (COPY / "message.xml").read_text("utf-8").replace("at 7:40", "at 7:50").replace('version="3"', 'version="4"')
    )
    (tmp_path / "update.xml").write_text(update, "utf-8")
    done = imported(workspace, str(tmp_path / "update.xml"))
    assert 0 == done.status
    assert "was imported as content/ferry-resumes-after-storm.md and has changed since (version 4)" in done.err
    assert 1 == len(done.err.splitlines())
    assert before == path.read_bytes()


@pytest.mark.parametrize(
    "line",
    [
        'id: "20211028-0042"',
        "id: 20211028-0042 # of the wire",
        "id: '20211028-0042'",
        "id: |\n  20211028-0042",
        "id: >-\n  20211028-0042",
        '"id": "2021\\u0031028-0042"\ndateline: 20211028-0042',
    ],
)
def test_an_id_is_known_however_it_is_written(workspace: Workspace, line: str) -> None:
    """Editors may write YAML as they like."""
    workspace.write("content/boat.md", f"---\ntitle: Boat\n{line}\ndraft: true\n---\nText.")
    assert "is already imported: content/boat.md\n" in imported(workspace, "story.nitf").out


def test_an_unreadable_story_is_not_imported_twice(workspace: Workspace) -> None:
    """A story whose front matter was broken since is still that story."""
    workspace.write("content/boat.md", "---\ntitle: Boat: x: [\nid: 20211028-0042\n---\nText.")
    assert "is already imported: content/boat.md\n" in imported(workspace, "story.nitf").out


def test_a_moved_or_renamed_story_is_known(workspace: Workspace) -> None:
    """It is the id that counts, not the file."""
    assert 0 == imported(workspace, "story.nitf").status
    (workspace.root / "content/news").mkdir()
    (workspace.root / "content/ferry-returns-to-busan.md").rename(workspace.root / "content/news/boat.md")
    assert "is already imported: content/news/boat.md\n" in imported(workspace, "story.nitf").out


def test_what_front_matter_cannot_have_is_told(workspace: Workspace) -> None:
    """A tag or a language that is none."""
    item = {"uri": "urn:x", "headline": "A", "language": "Korean, spoken", "keywords": ["a" * 101, "boat", "..."]}
    workspace.write("wire.json", json.dumps({**item, "body_text": "Words."}))
    done = imported(workspace, str(workspace.root / "wire.json"))
    assert 0 == done.status
    assert "wire.json:1:2: warning: the copy's language, `Korean, spoken`, is no language tag" in done.err
    assert 2 == done.err.count("wire.json:1:2: warning: a tag of the copy cannot be one: ")
    text = (workspace.root / "content/a.md").read_text("utf-8")
    assert 'tags: ["boat"]\n' in text
    assert "lang" not in text


def test_no_file_is_written_over(workspace: Workspace, tmp_path: Path) -> None:
    """Another story of that name, a folder or a dangling link is left alone, and the new one gets a number."""
    workspace.write(KOREA, "---\ntitle: Mine\ndraft: true\n---\nwork of an hour")
    target = KOREA.replace(".md", "-2.md")
    (workspace.root / KOREA.replace(".md", "-3")).mkdir()
    done = imported(workspace, "korea.txt")
    assert 0 == done.status
    assert target in done.out
    (tmp_path / "other.txt").write_text((COPY / "korea.txt").read_text("utf-8").replace("28 Oct.", "27 Oct."), "utf-8")
    assert KOREA.replace(".md", "-4.md") in imported(workspace, str(tmp_path / "other.txt")).out
    assert "work of an hour" in (workspace.root / KOREA).read_text("utf-8")
    assert 0 == built(workspace.root, "--drafts").status


def test_nothing_is_made_if_one_file_is_wrong(workspace: Workspace, tmp_path: Path) -> None:
    """All files are read first; all that is wrong is told, each at its place, and no draft is made."""
    (tmp_path / "bad.xml").write_text("<nitf>\n<head></nitf>", "utf-8")
    (tmp_path / "empty.txt").write_text("\n", "utf-8")
    before = sorted((workspace.root / "content").iterdir())
    done = imported(workspace, "korea.txt", str(tmp_path / "bad.xml"), str(tmp_path / "empty.txt"))
    assert 1 == done.status
    bad, empty = done.errors
    assert bad.startswith(f"{tmp_path}/bad.xml:2:9: error: this is not XML: ")
    assert empty.startswith(f"{tmp_path}/empty.txt:1: error: there is no story in this file")
    assert before == sorted((workspace.root / "content").iterdir())


def test_wrong_use(workspace: Workspace, tmp_path: Path) -> None:
    """A file that is not there, no file, no site, a broken site."""
    assert 2 == imported(workspace, "missing.txt").status
    assert 2 == imported(workspace).status
    assert 2 == sitegen("import", "wire", "--site", str(tmp_path), str(COPY / "korea.txt")).status
    workspace.write("content/authors.yaml", "a: [\n")
    done = imported(workspace, "korea.txt")
    assert 1 == done.status
    assert done.err.startswith("content/authors.yaml:2:1: error: ")


def test_json(workspace: Workspace) -> None:
    """Machines get what was made, what was there, and every problem with its place."""
    arguments = ("import", "wire", "--site", str(workspace.root), "--json", str(COPY / "korea.txt"))
    first, again = json.loads(sitegen(*arguments).out), json.loads(sitegen(*arguments).out)
    assert (True, [KOREA], []) == (first["ok"], first["made"], first["present"])
    assert [16, 17] == [problem["line"] for problem in first["problems"]]
    assert {"ok": True, "made": [], "present": [{"file": arguments[-1], "path": KOREA}], "problems": []} == again


TEXTS: Final = st.lists(
    st.sampled_from(
        [
            "# a",
            "1. b",
            "* c",
            "- d",
            "<b>e</b>",
            "_f_",
            "> g",
            "---",
            "| h |",
            "&amp;",
            "[i](j)",
            "k\\",
            "::: l",
            "~~m~~",
        ]
    )
    | st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"]), min_size=1, max_size=12),
    min_size=1,
    max_size=6,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(TEXTS, TEXTS)
def test_a_page_says_what_the_wire_said(words: list[str], headline: list[str]) -> None:
    """Through front matter, Markdown and layouts: the headline and the text of the page are those of the wire."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder) / "site")
        workspace.write("site.yaml", SITE)
        paragraphs = [f"x{word}x" for word in words]
        title = f"x{' '.join(headline)}x"
        item = {
            "uri": "urn:x",
            "headline": title,
            "firstcreated": "2026-06-01T00:00:00Z",
            "body_text": "\n\n".join(paragraphs),
        }
        workspace.write("wire.json", json.dumps(item))
        done = sitegen("import", "wire", "--site", str(workspace.root), "--json", str(workspace.root / "wire.json"))
        assert 0 == done.status, done.out
        published(workspace)
        made = built(workspace.root)
        assert (0, "") == (made.status, made.err)
        (path,) = (workspace.root / json.loads(done.out)["made"][0],)
        root = page(workspace, path.stem)
        typeset = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "–": "--", "—": "---"})
        assert "".join(title.split()) == "".join(dom.words(dom.one(root, "h1")).split())
        shown = "".join("".join(dom.of_class(root, "text").itertext()).split())
        assert "".join("".join(paragraphs).split()).translate(typeset) == shown.translate(typeset)
