"""After any edits, a build from the cache is a build from nothing: every byte, name, mode and message.

The site is small and real, with the packaged theme; a test edits it as a newsroom, its tools and its accidents do.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sitegen.cache import Cache
from support.building import NOON, SETTLING, built, stamps, tree
from support.newsroom import AUTHORS, NOTE, NUMBERS, SITE, SPECIAL, TAG, Newsroom, path_of

NAMES: Final = st.sampled_from("abcdefgh")
TITLES: Final = st.sampled_from(["Ferry returns", "부두", "Storm & sea", "Tide tables: a guide", "Ferry Returns!"])
DAYS: Final = st.sampled_from([-9, -3, -1, 0, 1, 3, 9])
TEXTS: Final = st.sampled_from(
    [
        "The boat left.",
        "See [b](b.md), [c](c.md#a-heading) and [f](f/index.md).",
        "![The pier](f/pier.png)\n\nA picture of another story.",
        "## A heading\n\nWords.[^1]\n\n[^1]: A note.",
        "```python\nprint('tide')\n```",
        "The [list](/tags/harbor/) and [nothing](/nowhere/).",
        "A <b>bold</b> word, <script>alert(1)</script> <!-- hidden -->",
        "See [about us](pages/about.md).",
        "",
    ]
)


def day(offset: int) -> str:
    """The moment *offset* days from noon, as front matter has it."""
    return (NOON + timedelta(days=offset)).isoformat()


FIELDS: Final = st.one_of(
    st.tuples(st.just("title"), TITLES),
    st.tuples(st.just("slug"), st.sampled_from([None, "pier", "story-a", "Pier"])),
    st.tuples(st.just("tags"), st.sampled_from([None, ["harbor"], ["Harbor", "C++"], ["weather", "tide"]])),
    st.tuples(st.just("section"), st.sampled_from([None, "news", "sport", "sprot"])),
    st.tuples(st.just("authors"), st.sampled_from([None, ["ana"], ["Bo Li", "cy"], ["anna"], [{"name": "Di Yu"}]])),
    st.tuples(st.just("summary"), st.sampled_from([None, "In short.", "In *short* & <plain>."])),
    st.tuples(st.just("aliases"), st.sampled_from([None, ["/old/pier/"], ["/2026/06/story-b/"], ["/tags/"]])),
    st.tuples(st.just("front"), st.sampled_from([None, "lead", 1, 2, "hidden"])),
    st.tuples(st.just("expires"), st.none() | DAYS.map(day)),
    st.tuples(st.just("published"), DAYS.map(day)),
    st.tuples(st.just("updated"), st.none() | DAYS.map(day)),
    st.tuples(st.just("draft"), st.sampled_from([None, True, False])),
    st.tuples(st.just("layout"), st.sampled_from([None, "special.html", "missing.html"])),
    st.tuples(st.just("related"), st.sampled_from([None, ["a.md"], ["f/index.md", "nobody.md"]])),
    st.tuples(st.just("noindex"), st.sampled_from([None, True])),
    st.tuples(st.just("lang"), st.sampled_from([None, "ko", "ar"])),
    st.tuples(st.just("id"), st.sampled_from([None, "of-old", "tag:example.org,2026:1"])),
    st.tuples(st.just("kind"), st.sampled_from([None, "opinion", "live"])),
    st.tuples(
        st.just("corrections"),
        st.one_of(
            st.none(),
            st.tuples(DAYS, st.sampled_from(["correction", "update", "retraction"])).map(
                lambda note: [{"date": day(note[0]), "text": "It was the other pier.", "kind": note[1]}]
            ),
        ),
    ),
    st.tuples(
        st.just("image"),
        st.sampled_from([None, {"src": "f/pier.png", "alt": "Pier"}, {"src": "pier.png", "alt": "Pier"}]),
    ),
)
"""A field of front matter and a value for it; some are wrong."""

OTHER: Final = st.sampled_from(
    [
        ("site.yaml", SITE),
        ("site.yaml", SITE.replace("Wire", "Post")),
        ("site.yaml", SITE.replace("harborwire.example", "example.org/wire")),
        ("site.yaml", SITE.replace("Asia/Seoul", "America/New_York")),
        ("site.yaml", SITE.replace("paginate: 2", "paginate: 1")),
        ("site.yaml", SITE + "lang: ko\n"),
        ("site.yaml", SITE + "permalink: /{section}/{slug}/\n"),
        ("site.yaml", SITE + "markdown: {html: none}\n"),
        ("site.yaml", SITE + "tags: {harbor: {title: The harbor}}\n"),
        ("site.yaml", SITE + "titel: x\n"),
        ("content/authors.yaml", AUTHORS),
        ("content/authors.yaml", AUTHORS.replace("Ruiz", "Ruiz-Oh")),
        ("content/authors.yaml", AUTHORS.replace("cy:", "di:")),
        ("content/authors.yaml", "ana: [\n"),
        ("content/data/numbers.yaml", NUMBERS),
        ("content/data/numbers.yaml", "boats: 4\n"),
        ("content/data/numbers.json", '{"boats": 5}'),
        ("content/data/other.csv", "a,b\n1,2\n"),
        ("content/pages/about.md", "---\ntitle: Who we are\naliases: [/who/]\n---\n\nWe.\n"),
        ("content/notes.markdown", "not read\n"),
        ("content/_drafts/x.md", "---\ntitle: X\n---\n"),
        ("layouts/special.html", SPECIAL),
        ("layouts/special.html", SPECIAL.replace("boats,", "ships,")),
        ("layouts/special.html", SPECIAL.replace("article.html", "theme/article.html")),
        ("layouts/special.html", SPECIAL + "{% if %}"),
        ("layouts/special.html", SPECIAL.replace("numbers.boats", "numbers.boots")),
        ("layouts/tag.html", TAG),
        ("layouts/tag.html", TAG.replace("latest(2)", "latest(3)")),
        ("layouts/partials/note.html", NOTE),
        ("layouts/partials/note.html", "<p>{{ site.title }}, {{ page.url }}</p>\n"),
        ("layouts/partials/card.html", "<p>{{ article.title }}</p>\n"),
        ("layouts/partials/footer.html", '<footer id="site-footer">{{ site.months()|length }}</footer>\n'),
        ("layouts/unused.html", "<p>unused</p>\n"),
        ("layouts/words/en.json", '{"tags": "Subjects"}'),
        ("layouts/words/en.json", "{"),
        ("static/app.css", "body { color: black }\n"),
        ("static/tags/index.html", "a static page\n"),
        ("static/robots-of-ours.txt", "be kinder\n"),
        ("static/backup~", "not published\n"),
    ]
)
"""A file that is no story, and what it may say; some is wrong."""


class Edits(RuleBasedStateMachine):
    """Edits of a site, each followed by a build with the cache and one without, elsewhere.

    No build begins anew, unless the cache was harmed.
    """

    def __init__(self) -> None:
        """Make the site."""
        super().__init__()
        self.top = Path(tempfile.mkdtemp(prefix="sitegen-test-"))
        self.room = Newsroom(self.top / "site")
        self.public = self.room.root / "public"
        self.now = NOON
        self.drafts = False
        self.without: tuple[str, ...] = ()
        self.failed = 0
        self.good = self.room.sources(), dict(self.room.stories)
        self.harmed = False
        self.dropped: list[str] = []  # why builds began anew
        self.patches = pytest.MonkeyPatch()
        drop = Cache.dropped

        def dropped(cache: Cache, why: str) -> bool:
            self.dropped.append(why)
            return drop(cache, why)

        self.patches.setattr(Cache, "dropped", dropped)

    def teardown(self) -> None:
        """Remove the site."""
        self.patches.undo()
        shutil.rmtree(self.top)

    @rule(name=NAMES, field=FIELDS)
    def edit_a_field(self, name: str, field: tuple[str, object]) -> None:
        """A field of a story changes."""
        if name in self.room.stories:
            self.room.change(name, **dict([field]))

    @rule(name=NAMES, text=TEXTS)
    def edit_a_text(self, name: str, text: str) -> None:
        """The text of a story changes."""
        if name in self.room.stories:
            self.room.put(name, self.room.stories[name][0], text)

    @rule(name=NAMES, title=TITLES, offset=DAYS, text=TEXTS)
    def write_a_story(self, name: str, title: str, offset: int, text: str) -> None:
        """A story is written, anew or over another."""
        self.room.put(name, {"title": f"{title} {name}", "published": day(offset), "tags": ["tide"]}, text)

    @rule(name=NAMES, letter=st.sampled_from("xyz"))
    def edit_unseen(self, name: str, letter: str) -> None:
        """A text changes, but neither its size nor its time."""
        if name in self.room.stories:
            fields, body = self.room.stories[name]
            body = body[:-2] + letter + body[-1:] if len(body) > 1 else body
            self.room.stories[name] = fields, body
            data = (self.room.root / path_of(name)).read_bytes()
            if len(body) > 1:
                data = data[:-3] + letter.encode() + data[-2:]
            self.room.overwrite_unseen(path_of(name), data)

    @rule(name=NAMES)
    def delete_a_story(self, name: str) -> None:
        """A story goes."""
        self.room.drop(name)

    @rule(name=NAMES, other=NAMES)
    def rename_a_story(self, name: str, other: str) -> None:
        """A story's file is renamed, over another's if there is one."""
        if name != other and name in self.room.stories:
            fields, body = self.room.stories[name]
            self.room.drop(name)
            self.room.put(other, fields, body)

    @rule(name=NAMES, other=NAMES)
    def swap_two_files(self, name: str, other: str) -> None:
        """Two files change places, stamps and all."""
        if name != other and {name, other} <= set(self.room.stories):
            one, two, between = self.room.root / path_of(name), self.room.root / path_of(other), self.top / "between"
            one.rename(between)
            two.rename(one)
            between.rename(two)
            stories = self.room.stories
            stories[name], stories[other] = stories[other], stories[name]

    @rule(other=OTHER)
    def edit_another_file(self, other: tuple[str, str]) -> None:
        """Configuration, people, data, a layout, a static file change, or come."""
        self.room.write(*other)

    @rule(other=OTHER)
    def delete_another_file(self, other: tuple[str, str]) -> None:
        """One of them goes."""
        if other[0] != "site.yaml":
            self.room.remove(other[0])

    @rule(
        name=NAMES, broken=st.sampled_from(["no front matter", "---\ntitle: a: b\n---\n", "---\ntitle: never closed\n"])
    )
    def break_a_story(self, name: str, broken: str) -> None:
        """A story can no longer be read."""
        if name in self.room.stories:
            self.room.write(path_of(name), broken)

    @rule()
    def go_back(self) -> None:
        """All sources become what they were when a build last succeeded."""
        self.room.restore(*self.good)

    @rule(name=NAMES)
    def touch(self, name: str) -> None:
        """A file gets a time to come."""
        if name in self.room.stories:
            later = time.time() + 3600
            os.utime(self.room.root / path_of(name), (later, later))

    @rule(name=NAMES)
    def beside_a_story(self, name: str) -> None:
        """The picture changes, or goes and comes."""
        if name in "ab":
            self.room.write_bytes("content/f/pier.png", b"\x89PNG other bytes")
        elif name in "cd":
            self.room.remove("content/f/pier.png")

    @rule(offset=DAYS, seconds=st.sampled_from([-1, 0, 1]))
    def move_the_clock(self, offset: int, seconds: int) -> None:
        """It is another time, earlier or later, or just at a border."""
        self.now = NOON + timedelta(days=offset, seconds=seconds)

    @rule(drafts=st.booleans())
    def with_drafts(self, *, drafts: bool) -> None:
        """Builds let drafts out, or do not."""
        self.drafts = drafts

    @rule(names=st.sets(NAMES, max_size=2))
    def without_stories(self, names: set[str]) -> None:
        """Builds leave stories out."""
        self.without = tuple(sorted(path_of(name) for name in names))

    @precondition(lambda self: self.public.is_dir())
    @rule(data=st.data())
    def harm_the_output(self, data: st.DataObject) -> None:
        """Somebody works in the output folder."""
        known = sorted(path for path, (mode, _) in tree(self.public).items() if mode & 0o170000 == 0o100000)
        path = self.public / data.draw(st.sampled_from(known))
        match data.draw(st.sampled_from(["delete", "damage", "same size", "folder", "link", "stray", "stray folder"])):
            case "delete":
                path.unlink()
            case "damage":
                path.write_bytes(b"damaged")
            case "same size":
                path.write_bytes(b"x" * path.stat().st_size)
            case "folder" if path.name != ".sitegen-output":
                path.unlink()
                (path / "sub").mkdir(parents=True)
                (path / "sub" / "file").write_text("not ours")
            case "link" if path.name != ".sitegen-output":
                path.unlink()
                path.symlink_to(self.room.root / "site.yaml")
            case "stray folder":
                (self.public / "empty" / "folders").mkdir(parents=True, exist_ok=True)
            case _:
                (self.public / "stray.html").write_text("not ours")

    @rule(
        path=st.sampled_from(["trace", "published", "lock"]),
        how=st.sampled_from(["delete", "cut", "flip"]),
        at=st.floats(0, 0.99),
    )
    def harm_the_cache(self, path: str, how: str, at: float) -> None:
        """The cache is lost in part, or damaged."""
        file = self.room.root / ".sitegen" / path
        if not file.is_file():
            return
        self.harmed = True
        data = bytearray(file.read_bytes())
        if how == "delete":
            file.unlink()
        elif how == "cut":
            file.write_bytes(data[: int(len(data) * at)])
        elif data:
            data[int(len(data) * at)] ^= 1
            file.write_bytes(data)

    @rule()
    def lose_the_cache(self) -> None:
        """The cache is deleted."""
        shutil.rmtree(self.room.root / ".sitegen", ignore_errors=True)
        self.harmed = False

    @rule()
    def lose_the_output(self) -> None:
        """The output is deleted."""
        shutil.rmtree(self.public, ignore_errors=True)

    @rule()
    def wait(self) -> None:
        """Time passes, so stamps settle."""
        time.sleep(SETTLING)

    @rule()
    def build_again(self) -> None:
        """After a build, another one writes nothing and touches nothing."""
        if self.failed or not self.public.is_dir():
            return
        before = stamps(self.public)
        outcome = built(self.room.root, self.now, drafts=self.drafts, without=self.without)
        assert outcome.summary is not None
        assert (set(), ()) == (outcome.written, outcome.summary.removed)
        assert before == stamps(self.public)

    @invariant()
    def same_as_from_nothing(self) -> None:
        """Both builds fail alike, and leave the output; or they succeed alike, and leave the same."""
        before = tree(self.public), stamps(self.public)
        clean = self.top / "clean"
        outcome = built(self.room.root, self.now, drafts=self.drafts, without=self.without)
        wanted = built(self.room.root, self.now, drafts=self.drafts, without=self.without, cache=False, output=clean)
        assert self.harmed or not self.dropped
        assert wanted.told == outcome.told
        assert wanted.status == outcome.status
        if outcome.summary:
            self.failed = 0
            self.good = self.room.sources(), dict(self.room.stories)
            assert tree(clean) == tree(self.public)
            shutil.rmtree(clean)
        else:
            assert 1 == outcome.status
            assert before == (tree(self.public), stamps(self.public))
            self.failed += 1
            if self.failed > 2:
                self.go_back()


class ManyEdits(Edits):
    """The same, for the long form."""


FEW: Final = settings(
    max_examples=6,
    stateful_step_count=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink a failure takes minutes: the long form does
    suppress_health_check=list(HealthCheck),
)

TestEdits = Edits.TestCase
TestEdits.settings = FEW
TestManyEdits = pytest.mark.long(ManyEdits.TestCase)
TestManyEdits.settings = settings(FEW, max_examples=200, stateful_step_count=50, phases=list(Phase))
