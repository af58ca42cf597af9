"""Nothing that a site says makes a build write outside its output, or read outside the site.

`SITEGEN_LONG=1` makes it long.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.building import Outcome, built, tree
from support.newsroom import SITE, picture

LONG: Final = bool(os.environ.get("SITEGEN_LONG"))
if LONG:
    pytestmark = pytest.mark.long

CANARY: Final = "zxoutside"

PIECES: Final = st.sampled_from(
    [
        *(
            "/",
            "\\",
            ".",
            "..",
            ":",
            "%",
            "~",
            "$",
            "%2e%2e",
            "%2f",
            "%5c",
            "//",
            "../",
            "..\\",
            " ",
            "?",
            "#",
            "*",
            "|",
        ),
        *("\0", "\x01", "\x1b", "\x7f", "\x85", "\n", "\t", "\u2028", "\u202e", "\ufeff", "<", '"', "'", "{{ 1 }}"),
        *("a", "b", "é", "e\u0301", "İ", "con", "NUL", "lpt1.txt", "C:", "$HOME", "~root", "x" * 300, "한" * 100),
        *("outside", "secret", ".md", ".html", ".png", "site", "public", ".sitegen", ".git", "index.html"),
        *("{slug}", "{year}", "file://", "javascript:"),
    ]
)
TEXTS: Final = st.lists(PIECES, min_size=1, max_size=5).map("".join) | st.sampled_from(
    [
        *("../../outside/secret", "../outside/secret.md", "/../outside/", "..%2f..%2foutside%2fsecret.png"),
        *("\\..\\..\\outside\\secret.png", "....//....//outside", "/etc/passwd", "../../../../../../etc/passwd"),
        *("static/../../x", ".", ".."),
    ]
)
HEADS: Final = {
    **dict.fromkeys(("slug", "section", "layout", "id", "canonical"), "{field}: {value}"),
    "tag": "tags: [{value}]",
    "alias": "aliases: [{value}]",
    "author": "authors: [{value}]",
    "related": "related: [{value}]",
    "image": "image: {{src: {value}, alt: A}}",
}
BODIES: Final = {"markdown image": "![A](<{text}>)", "link": "[A](<{text}>)", "html": '<img src="{text}">'}
LAYOUTS: Final = {
    "include": "{{% include {value} %}}",
    "extends": "{{% extends {value} %}}",
    "asset": "{{{{ asset({value}) }}}}",
    "data": "{{{{ data[{value}] }}}}",
}
SETTINGS: Final = {
    "keep": "keep: [{value}]\n",
    **dict.fromkeys(("permalink", "layouts", "static"), "{field}: {value}\n"),
}
FIELDS: Final = st.sampled_from(sorted(HEADS | BODIES | LAYOUTS | SETTINGS))


def make_site(top: Path) -> Path:
    """A small site in *top*, beside a folder of secrets, whose root is returned."""
    root = top / "site"
    for folder in ("content/pages", "layouts", "static"):
        (root / folder).mkdir(parents=True)
    outside = top / "outside"
    (outside / "deep").mkdir(parents=True)
    for name in ("secret", "deep/secret"):
        (outside / f"{name}.md").write_text(f"---\ntitle: {CANARY}\npublished: 2026-06-01\n---\n\n{CANARY}\n")
        (outside / f"{name}.html").write_text(f"<p>{CANARY}</p>")
        (outside / f"{name}.png").write_bytes(picture(CANARY))
        (outside / f"{name}.yaml").write_text(f"ana: {{name: {CANARY}}}\n")
    (root / "site.yaml").write_text(SITE)
    (root / "static/icon.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (root / "content/plain.md").write_text("---\ntitle: Plain\npublished: 2026-06-01\n---\n\nText.\n")
    return root


def plant(root: Path, field: str, text: str) -> None:
    """Let *field* of the site in *root* say *text*."""
    known = {"field": field, "text": text, "value": json.dumps(text, ensure_ascii=False)}
    head = HEADS.get(field, "").format(**known)
    body = BODIES.get(field, "Text.").format(**known)
    if field in LAYOUTS:
        (root / "layouts/page.html").write_text(LAYOUTS[field].format(**known))
    with (root / "site.yaml").open("a", encoding="utf-8") as file:
        file.write(SETTINGS.get(field, "").format(**known))
    (root / "content/pages/about.md").write_text("---\ntitle: About\n---\n\nText.\n")
    story = f"---\ntitle: Story\npublished: 2026-06-02\n{head}\n---\n\n{body}\n"
    (root / "content/story.md").write_text(story, encoding="utf-8")


def other(top: Path) -> dict[str, tuple[int, bytes]]:
    """All that is in *top* beside the output and the cache."""
    ours = ("site/public", "site/.sitegen")
    return {path: found for path, found in tree(top).items() if not path.startswith(ours)}


def check(top: Path, root: Path) -> Outcome:
    """Build twice, with the cache, and see that nothing came in or went out."""
    before = other(top)
    outcome = built(root)
    again = built(root)
    assert outcome.told == again.told
    assert before == other(top)
    for path, (mode, content) in tree(root / "public").items():
        assert CANARY.encode() not in content
        assert b"root:x:0" not in content
        assert mode & 0o170000 in {0o100000, 0o040000}, f"{path} is no file of ours"
    assert outcome.status in {0, 1, 2}
    return outcome


@given(field=FIELDS, text=TEXTS)
@settings(max_examples=600 if LONG else 60, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_text_leads_out(field: str, text: str) -> None:
    """Whatever a field says, files are written to the output and read from the site."""
    with tempfile.TemporaryDirectory(prefix="sitegen-test-") as folder:
        root = make_site(Path(folder))
        plant(root, field, text)
        check(Path(folder), root)


@given(text=TEXTS)
@settings(max_examples=400 if LONG else 40, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_output_leads_over_sources(text: str) -> None:
    """Whatever the configuration calls the output, no file that was there is changed or removed."""
    with tempfile.TemporaryDirectory(prefix="sitegen-test-") as folder:
        root = make_site(Path(folder))
        (root / "site.yaml").write_text(f"{SITE}output: {json.dumps(text)}\n")
        before = tree(Path(folder))
        assert built(root).status in {0, 1, 2, 3}
        after = tree(Path(folder))
        assert before == {path: after.get(path) for path in before}


PLACES: Final = st.sampled_from(
    [
        *("content/new.md", "content/story.md", "content/pages/about.md", "content/folder", "content/data"),
        *("content/authors.yaml", "content/data/people.yaml", "content/pages", "content/story.png"),
        *("layouts/article.html", "layouts/partials", "layouts/words", "layouts", "content/deep/er/new.md"),
        *("static/new.png", "static/folder", "static"),
    ]
)
TARGETS: Final = st.sampled_from(
    ["secret.md", "secret.html", "secret.png", "secret.yaml", "deep", "deep/secret.md", "", "missing"],
)


@given(places=st.sets(PLACES, min_size=1, max_size=3), target=TARGETS, relative=st.booleans(), chain=st.booleans())
@settings(max_examples=800 if LONG else 80, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_link_in_the_sources_leads_out(places: set[str], target: str, *, relative: bool, chain: bool) -> None:
    """A link that leads out of the site, directly or through another, is never followed."""
    with tempfile.TemporaryDirectory(prefix="sitegen-test-") as folder:
        top = Path(folder)
        root = make_site(top)
        plant(root, "markdown image", "story.png")
        for place in sorted(places):
            link(root, place, top / "outside" / target, relative=relative, chain=chain)
        check(top, root)


def link(root: Path, place: str, target: Path, *, relative: bool, chain: bool) -> None:
    """Put a link to *target* at *place*, instead of what is there; with *chain* through another link of the site."""
    at = root / place
    if any(parent.is_symlink() for parent in at.parents):
        return
    at.parent.mkdir(parents=True, exist_ok=True)
    if at.is_dir():
        at.rename(root / f"was-{at.name}")
    at.unlink(missing_ok=True)
    if chain:
        hop = root / f"hop-{place.replace('/', '-')}"
        hop.symlink_to(target)
        target = hop
    at.symlink_to(os.path.relpath(target, at.parent) if relative else target)


OUTPUTS: Final = st.sampled_from(
    ["index.html", "tags", "tags/harbor", "2026", "2026/06", "feed.xml", "assets", "icon.svg", "new", "2026/new"],
)


@given(places=st.sets(OUTPUTS, min_size=1, max_size=3), target=st.sampled_from(["", "deep", "secret.html", "missing"]))
@settings(max_examples=400 if LONG else 40, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_link_in_the_output_is_written_through(places: set[str], target: str) -> None:
    """A link in the output folder is replaced, or removed; what it leads to stays as it was."""
    with tempfile.TemporaryDirectory(prefix="sitegen-test-") as folder:
        top = Path(folder)
        root = make_site(top)
        plant(root, "tag", "harbor")
        assert 0 == built(root).status
        fresh = tree(root / "public")
        for place in sorted(places):
            at = root / "public" / place
            if any(parent.is_symlink() for parent in at.parents):
                continue
            if at.is_dir():
                at.rename(top / f"was-{place.replace('/', '-')}")
            at.unlink(missing_ok=True)
            at.symlink_to(top / "outside" / target)
        check(top, root)
        assert fresh == tree(root / "public")


@pytest.mark.parametrize("name", ["stage", "stage/2026"])
def test_the_stage_is_no_way_out(tmp_path: Path, name: str) -> None:
    """A link where files are staged is removed, not written through."""
    root = make_site(tmp_path)
    at = root / ".sitegen" / name
    at.parent.mkdir(parents=True)
    at.symlink_to(tmp_path / "outside")
    check(tmp_path, root)


@pytest.mark.parametrize("how", ["![A](hidden.md)", "[A](hidden.md)", "![A](../.sitegen/memos)", "[A](../site.yaml)"])
def test_a_source_is_no_attachment(tmp_path: Path, how: str) -> None:
    """What a text shows or links to is published beside it, but never the text of another story."""
    root = make_site(tmp_path)
    (root / "content/hidden.md").write_text(f"---\ntitle: Hidden\ndraft: true\n---\n\n{CANARY}\n")
    (root / "content/story.md").write_text(f"---\ntitle: Story\npublished: 2026-06-02\n---\n\n{how}\n")
    check(tmp_path, root)


def test_a_source_is_no_lead_picture(tmp_path: Path) -> None:
    """The picture of a story cannot be the text of another."""
    root = make_site(tmp_path)
    (root / "content/hidden.md").write_text(f"---\ntitle: Hidden\ndraft: true\n---\n\n{CANARY}\n")
    head = "title: Story\npublished: 2026-06-02\nimage: {src: hidden.md, alt: A}"
    (root / "content/story.md").write_text(f"---\n{head}\n---\n\nText.\n")
    check(tmp_path, root)
