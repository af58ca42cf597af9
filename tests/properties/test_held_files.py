"""What is published of ``static/`` is what something public leads to, or nothing held does.

Random files name one another in the ways of HTML, style sheets, scripts and data, by paths of all forms, and stories
name some of them.
"""

from __future__ import annotations

import posixpath
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from support.building import built, quick_builds, tree
from support.newsroom import Fields, story

FOLDERS: Final = ("", "a", "a/b", "c", "c d", "é")
STEMS: Final = ("x", "X y", "x.y", "x@2", "x (1)", "x's", "x&y", "x+y", "ü", "x,y", "x_y", "x=1")
READABLE: Final = (".html", ".css", ".js", ".json")
SAYS: Final = {
    ".html": '<a href="{}">x</a>\n',
    ".css": 'a {{ background: url("{}") }}\n',
    ".js": 'load("{}")\n',
    ".json": '{{"x": "{}"}}\n',
}
FILES: Final = st.lists(
    st.tuples(st.sampled_from(FOLDERS), st.sampled_from(STEMS), st.sampled_from((*READABLE, ".png", ".png"))),
    min_size=4,
    max_size=9,
)


def address(target: str, start: str, form: int) -> str:
    """How a file or page in the folder *start* may name the one at *target*."""
    match form:
        case 0:
            return f"/{target}"
        case 1:
            return quote(f"/{target}")
        case 2:
            return quote(f"https://wire.example/{target}", safe="/:")
        case 3:
            return quote(posixpath.relpath(f"/{target}", f"/{start}"))
        case _:
            return posixpath.relpath(f"/{target}", f"/{start}")


def reached(start: set[str], leads: dict[str, set[str]]) -> set[str]:
    """All that *start* leads to, itself among it."""
    found, waiting = set[str](), [*start]
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            waiting += leads[name]
    return found


@given(data=st.data(), drawn=FILES)
def _published(data: st.DataObject, drawn: list[tuple[str, str, str]]) -> None:
    """Those that held stories alone lead to are not there, and all others are."""
    # Each has a number of its own in its name, as two of one name are told apart by their folders alone.
    names = [posixpath.join(folder, f"n{at}{stem}{end}") for at, (folder, stem, end) in enumerate(drawn)]
    with TemporaryDirectory(prefix="sitegen-test-") as temporary, quick_builds():
        root = Path(temporary) / "site"
        (root / "content").mkdir(parents=True)
        (root / "site.yaml").write_text("title: Wire\nurl: https://wire.example\ntimezone: UTC\n")
        leads: dict[str, set[str]] = {}
        for name in names:
            kind = posixpath.splitext(name)[1]
            leads[name] = data.draw(st.sets(st.sampled_from(names), max_size=2)) if kind in READABLE else set()
            folder = posixpath.dirname(name)
            addresses = [address(each, folder, data.draw(st.integers(0, 4))) for each in sorted(leads[name])]
            text = "".join(SAYS[kind].format(each) for each in addresses) if kind in READABLE else name
            (root / "static" / name).parent.mkdir(parents=True, exist_ok=True)
            (root / "static" / name).write_text(text)
        named: dict[bool, set[str]] = {}
        for is_held in (True, False):
            named[is_held] = data.draw(st.sets(st.sampled_from(names), max_size=3))
            forms = [address(each, "", data.draw(st.integers(0, 2))) for each in sorted(named[is_held])]
            way = data.draw(st.sampled_from(["extra", "text"]))
            fields: Fields = {
                "title": "T",
                "published": "2020-01-01T00:00:00Z",
                "draft": is_held,
                "extra": {"all": forms},
            }
            fields["extra"] = {"all": forms} if way == "extra" else {}
            body = "\n".join(f"[x](<{each}>)" for each in forms) if way == "text" else "Text."
            (root / f"content/{'held' if is_held else 'open'}.md").write_text(story(fields, body))
        public = reached(named[False], leads)
        public = reached(public | (set(names) - reached(named[True], leads)), leads)
        outcome = built(root)
        assert 0 == outcome.status, outcome.told
        there = {name for name in names if name in tree(root / "public")}
        assert public == there, [sorted(public - there), sorted(there - public), named, leads]


FEW: Final = settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink a failure takes minutes
    suppress_health_check=list(HealthCheck),
)
test_what_is_published_of_static_files = FEW(_published)


@pytest.mark.long
@given(data=st.data(), drawn=FILES)
@settings(FEW, max_examples=400)
def test_what_is_published_of_static_files_in_many(data: st.DataObject, drawn: list[tuple[str, str, str]]) -> None:
    """The same, for the long form."""
    _published.hypothesis.inner_test(data, drawn)  # type: ignore[attr-defined]
