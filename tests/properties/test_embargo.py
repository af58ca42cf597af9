"""Before its time and after its end no byte of a story is in the output, whatever was there before: property P4.

Each story has a word of its own in every field, file name, picture, note and entry; the rest of the site names stories
wherever it can say anything; the clock jumps to a moment at, just before or just after a border.  Builds with the cache
and the earlier output are compared with one from nothing.
"""

from __future__ import annotations

import base64
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st
from msgspec import Struct

from sitegen.check import embargo_leaks
from support.building import built, quick_builds, tree
from support.newsroom import Fields, story
from support.newsroom import picture as picture_of

BORDER: Final = datetime(2026, 3, 29, 1, tzinfo=UTC)
"""When clocks change in Berlin, around which all happens."""

SITE: Final = """\
title: Wire
url: https://wire.example/news
timezone: {zone}
paginate: 1
summary: "Wire {0}"
tags: {{shared: {{title: "Shared {1}", summary: "See [words]({2}) and {3}"}}}}
publisher: {{name: "Wire {4}", policies: {{ethics: "{5}"}}}}
feeds:
  lists: [atom, json]
  partners:
    now: {{pictures: all, title: "For {6}", credit: "From {7}"}}
    later: {{tags: [shared], delay: 1 hour}}
extra: {{nav: ["{8}", {{"{9}": "at {0}"}}]}}
"""
AUTHORS: Final = """\
bo:
  name: Bo Li
  role: "Of {0}"
  bio: "Bo wrote [it]({1}), [that]({2}), [this](zq0file.md) and {3}."
  url: "{4}"
  links: {{Own: "{5}"}}
"""
DATA: Final = """\
- {{name: "{0}", "{1}": "As in {2}, {3}"}}
"""
LAYOUT: Final = """\
<a class="x" href="{0}">x</a><i title={1}>{{{{ url("{2}") }}}}</i> {3} {{% set all = ["{4}"] %}}{{{{ all|json }}}}
{{{{ data.list|json }}}}{{{{ site.extra|json }}}}{{{{ site.publisher|json }}}}
{{{{ site.tag("shared").summary|markdown }}}}
{{% for each in ["content/zq0file.md", "content/zq1file.md"] %}}{{{{ site.standfirst(each) }}}}{{% endfor %}}
"""
PAGE: Final = """\
---
title: About {0}
summary: "On {1}"
canonical: "{6}"
image: {{src: /news.png, alt: "{7}", caption: "At {8}"}}
extra: {{link: "{9}"}}
---
At {2}, [words]({3}), <a href="{4}" title="{5}">words</a>, `{0}`.

[1]: {1}
"""
STATIC: Final = {
    "static/{0}page/index.html": '<title>{0}</title><script src="../{0}js/{0}.js"></script><img src="{0}é.png">',
    "static/{0}js/{0}.js": 'load("{0}data/" + year + ".json", "../{0}map/{0}.svg")',
    "static/{0}page/{0}data/2026.json": '{{"x": "{0}"}}',
    "static/{0}page/{0}é.png": "{0}",
    "static/{0}map/{0}.svg": "<svg><title>{0}</title></svg>",
}
"""A graphic of a story, which names its page alone."""
ZONES: Final = st.sampled_from(["Europe/Berlin", "Asia/Seoul", "America/New_York", "UTC"])
TICKS: Final = st.sampled_from([-1_000_000, -1, 0, 1, 1_000_000])  # microseconds
HOURS: Final = st.integers(-4, 4)


class Plan(Struct, frozen=True):
    """When a story is out, in hours from the border; when its note is, and its entries, if it is live."""

    published: int | None
    expires: int | None
    draft: bool
    note: int | None
    static: bool
    entries: tuple[int, ...] = ()
    retracted: bool = False

    def is_out(self, now: datetime) -> bool:
        """Whether readers may see it."""
        if self.draft or self.published is None or now < _at(self.published):
            return False
        return self.expires is None or now < _at(self.expires)

    def notes(self, now: datetime) -> bool:
        """Whether readers may see its note."""
        return self.is_out(now) and self.note is not None and _at(self.note) <= now

    def is_whole(self, now: datetime) -> bool:
        """Whether they may see its text."""
        return self.is_out(now) and not (self.retracted and self.notes(now))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """A plan that front matter can say."""
    published = draw(st.none() | HOURS)
    later = st.none() | st.integers(1, 5).map(lambda hours: (published or 0) + hours)
    entries = draw(st.just(()) | st.sets(HOURS, min_size=1, max_size=3).map(lambda hours: tuple(sorted(hours))))
    draft, static = draw(st.sampled_from([False, False, True])), draw(st.booleans())
    return Plan(published, draw(later), draft, draw(later), static, entries, draw(st.booleans()))


def _at(hours: int) -> datetime:
    return BORDER + timedelta(hours=hours)


def write(root: Path, number: int, plan: Plan) -> None:
    """The story of that number, with its words in all that can be said of it."""
    mark, picture = f"zq{number}", f"zq{number}pic"
    fields: dict[str, object] = {
        "title": f"{mark}title & <{mark}title>",
        "slug": f"{mark}slug",
        "summary": f"The {mark}summary.",
        "authors": [{"name": f"Ana {mark}author", "email": f"{mark}@wire.example"}],
        "tags": [f"{mark}tag", "shared"],
        "section": f"{mark}section",
        "dateline": f"{mark}dateline",
        "partner": f"The {mark}partner",
        "aliases": [f"/{mark}alias/"],
        "id": f"tag:wire.example,2026:{mark}id",
        "extra": {"word": f"{mark}extra"},
        "image": {
            "src": f"/{picture}-static.png" if plan.static else f"{picture}.png",
            "alt": f"{mark}alt",
            "caption": f"{mark}caption",
            "credit": f"{mark}credit",
        },
        "draft": plan.draft,
    }
    fields |= {"published": _at(plan.published).isoformat()} if plan.published is not None else {}
    fields |= {"expires": _at(plan.expires).isoformat()} if plan.expires is not None else {}
    if plan.note is not None:
        kind = "retraction" if plan.retracted else "correction"
        fields["corrections"] = [{"date": _at(plan.note).isoformat(), "text": f"It said {mark}note.", "kind": kind}]
    if plan.static:
        fields["extra"] = {"word": f"{mark}extra", "graphic": f"/{mark}page/"}
    if plan.entries:
        fields["kind"] = "live"
    if plan.published is None:
        fields.pop("expires", None)
    body = f"The *{mark}body* text.\n\n## {mark}heading\n\n![{mark}alt]({picture}.png)[^1]\n\n[^1]: {mark}footnote\n\n"
    body += "".join(
        f"{{#{mark}entry{hours}id}}\n::: entry {_at(hours).isoformat()} {mark}entry{hours}.\n"
        f"### {mark}entry{hours}in\n:::\n\n"
        for hours in plan.entries
    )
    (root / f"content/{mark}file.md").write_text(story(fields, body))
    for path in (
        (f"content/{picture}.png", f"static/{picture}-static.png") if plan.static else (f"content/{picture}.png",)
    ):
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_bytes(picture_of(f"{mark}bytes"))
    for name, text in STATIC.items() if plan.static else ():
        file = root / name.format(mark)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.format(mark))


ADDRESSES: Final = (
    *("/zq{}alias/", "https://wire.example/news/zq{}alias", "//wire.example/news/ZQ{}alias/", "/news/zq{}alias/"),
    *("https://wire.example/news/zq{}alias/#zq{}entry1id", "/zq{}alias/#zq{}entry-1in", "/zq{}alias/?a#zq{}entry2id"),
)


@st.composite
def surroundings(draw: st.DrawFn) -> dict[str, str]:
    """What the rest of the site says, and where: it names stories in all that it can."""

    def said(text: str, forms: tuple[str, ...] = ADDRESSES) -> str:
        drawn = draw(st.lists(st.tuples(st.sampled_from(forms), st.integers(0, 2)), min_size=10, max_size=10))
        return text.format(*(form.format(number, number) for form, number in drawn), zone="{zone}")

    in_full = tuple(form for form in ADDRESSES if form.startswith("https:"))
    anchors = "".join(f"[words](zq{number}file.md#zq{number}entry{hour}id) " for number in range(3) for hour in (-1, 1))
    links = "".join(f"[words](zq{number}file.md) [words](/zq{number}alias/) " for number in range(3))
    fields: Fields = {
        "title": "Always",
        "published": "2020-01-01T00:00:00Z",
        "related": ["zq0file.md", "zq1file.md"],
        "authors": ["bo"],
        "tags": ["shared"],
    }
    return {
        "site.yaml": said(SITE.replace('"{5}"', '"/zq0alias/"')),
        "content/authors.yaml": said(AUTHORS, in_full),
        "content/data/list.yaml": said(DATA),
        "content/pages/about.md": said(PAGE.replace("{6}", "https://wire.example/news/zq1alias/")),
        "content/always.md": story(fields, said(links + anchors + "At {0}, {1} ({2}), <{3}>, *{4}* and **{5}**.")),
        "layouts/partials/footer.html": said(LAYOUT),
    }


def forms(word: str) -> list[bytes]:
    """*word* as it might stand in some file: plain, and within base64 wherever it begins."""
    shifted = [base64.b64encode(b"\0" * shift + word.encode())[4:-4] for shift in range(3)]
    return [word.encode(), *(form for form in shifted if len(form) >= 6)]


def judge(root: Path, plans: list[Plan], now: datetime) -> None:
    """Look at every byte and name of the output."""
    found = tree(root / "public")
    everything = b"\n".join(path.encode() + b"\n" + data for path, (_, data) in found.items())
    lowered = everything.lower()
    for number, plan in enumerate(plans):
        mark = f"zq{number}"
        if plan.is_out(now):
            event("out" if plan.is_whole(now) else "retracted")
            for word in ("title", "slug", "author", "alias"):
                assert f"{mark}{word}".encode() in lowered, word
            for word in (
                "summary",
                "tag",
                "section",
                "body",
                "caption",
                "bytes",
                "id",
                *(["js"] if plan.static else ()),
            ):
                if word not in ("section", "id") or plan.is_whole(now):
                    assert plan.is_whole(now) == (f"{mark}{word}".encode() in lowered), word
            assert plan.notes(now) == (f"{mark}note".encode() in lowered)
            for hours in plan.entries:
                is_there = plan.is_whole(now) and _at(hours) <= now
                assert is_there == (f"{mark}entry{hours}.".encode() in lowered), hours
                assert is_there == (f"{mark}entry{hours}i".encode() in lowered), hours
        else:
            event("held")
            for form in forms(f"{mark}"):
                assert form not in (lowered if form.isalnum() and form.islower() else everything), (mark, form)
    assert () == embargo_leaks(root, root / "public", now)


@st.composite
def clocks(draw: st.DrawFn, plans: list[Plan]) -> datetime:
    """A moment at a border of *plans*, or within a second of one."""
    borders = [hours for plan in plans for hours in (plan.published, plan.expires, plan.note) if hours is not None]
    return _at(draw(st.sampled_from([*borders, 0]))) + timedelta(microseconds=draw(TICKS))


@given(data=st.data(), zone=ZONES)
def _held(data: st.DataObject, zone: str) -> None:
    """At each of several moments, in any order, nothing that is held is anywhere, and what is out is there."""
    with tempfile.TemporaryDirectory(prefix="sitegen-test-") as folder, quick_builds():
        root = Path(folder) / "site"
        for path, text in data.draw(surroundings()).items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text.replace("{zone}", zone))
        (root / "static").mkdir()
        (root / "static/news.png").write_bytes(picture_of("news"))
        stories = data.draw(st.lists(plans(), min_size=3, max_size=3))
        for number, plan in enumerate(stories):
            write(root, number, plan)
        now = BORDER
        for _ in range(4):
            now = data.draw(clocks(stories))
            outcome = built(root, now)
            assert 0 == outcome.status, outcome.told
            judge(root, stories, now)
            if data.draw(st.booleans()):
                stories[0] = data.draw(plans())
                shutil.rmtree(root / "static", ignore_errors=True)
                (root / "static").mkdir()
                (root / "static/news.png").write_bytes(picture_of("news"))
                for number, plan in enumerate(stories):
                    write(root, number, plan)
        outcome = built(root, now)
        clean = built(root, now, cache=False, output=root.parent / "clean")
        assert clean.told == outcome.told
        assert tree(root.parent / "clean") == tree(root / "public")


FEW: Final = settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink a failure takes minutes
    suppress_health_check=list(HealthCheck),
)
test_nothing_held_is_anywhere = FEW(_held)


@pytest.mark.long
@given(data=st.data(), zone=ZONES)
@settings(FEW, max_examples=150)
def test_nothing_held_is_anywhere_in_many(data: st.DataObject, zone: str) -> None:
    """The same, for the long form."""
    _held.hypothesis.inner_test(data, zone)  # type: ignore[attr-defined]
