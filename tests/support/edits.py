"""A machine for Hypothesis that edits a small real site as a newsroom, its tools and its accidents do."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from sitegen.publish import MARKER
from support.building import NOON, SETTLING, tree
from support.newsroom import AUTHORS, NOTE, NUMBERS, SITE, SPECIAL, TAG, Newsroom, path_of, picture

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
        "::: entry 2026-06-14 12:00\n[b](b.md)\n:::\n\n::: entry 2026-06-17 12:00 Two\nHeld.[^1]\n:::\n\n[^1]: Note.",
        "",
    ]
)


# What there is in the output and the cache when builds are killed is left to chance, on which no choice may depend.
PART: Final = st.floats(0, 1, exclude_max=True)
"""Which of several."""


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
        st.sampled_from(
            [None, {"src": "f/pier.png", "alt": "Pier", "credit": "Ana Ruiz"}, {"src": "pier.png", "alt": "Pier"}]
        ),
    ),
)
"""A field of front matter and a value for it; some are wrong."""

PARTNERS: Final = """\
feeds:
  partners:
    coast: {sections: [news], delay: 36 hours, text: summary}
    pier: {tags: [harbor], pictures: [Ana Ruiz], credit: From us.}
"""
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
        ("site.yaml", SITE + "feeds: {lists: [atom, json], hubs: [https://hub.example/]}\n"),
        ("site.yaml", SITE + PARTNERS),
        ("site.yaml", SITE + PARTNERS.replace("36 hours", "2 days").replace("summary", "full")),
        ("site.yaml", SITE + "feeds: {formats: [], partners: {coast: {authors: [ana], pictures: all}}}\n"),
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
    """Edits of a site, of its clock, its cache and its output.  Whoever inherits it says what is built, and when."""

    def __init__(self) -> None:
        """Make the site."""
        super().__init__()
        self.top = Path(tempfile.mkdtemp(prefix="sitegen-test-"))
        self.room = Newsroom(self.top / "site")
        self.now = NOON
        self.drafts = False
        self.without: tuple[str, ...] = ()
        self.caches = 0
        self.clones = 0
        self.harmed = False
        self.good = self.room.sources(), dict(self.room.stories)

    @property
    def public(self) -> Path:
        """Where the site is published."""
        return self.room.root / "public"

    @property
    def cache(self) -> Path:
        """What builds keep for the next one."""
        return self.room.root / ".sitegen"

    def teardown(self) -> None:
        """Remove the site."""
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
            self.room.write_bytes("content/f/pier.png", picture("other bytes"))
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

    @rule(
        which=PART,
        how=st.sampled_from(["delete", "damage", "same size", "folder", "link", "stray", "stray folder"]),
    )
    def harm_the_output(self, which: float, how: str) -> None:
        """Somebody works in the output folder."""
        known = sorted(path for path, (mode, _) in tree(self.public).items() if mode & 0o170000 == 0o100000)
        if not known:
            return
        path = self.public / known[int(which * len(known))]
        if path.name == MARKER and how in ("delete", "folder", "link"):
            return  # without its marker an output is somebody else's folder
        match how:
            case "delete":
                path.unlink()
            case "damage":
                path.write_bytes(b"damaged")
            case "same size":
                path.write_bytes(b"x" * path.stat().st_size)
            case "folder":
                path.unlink()
                (path / "sub").mkdir(parents=True)
                (path / "sub" / "file").write_text("not ours")
            case "link":
                path.unlink()
                path.symlink_to(self.room.root / "site.yaml")
            case "stray folder":
                (self.public / "empty" / "folders").mkdir(parents=True, exist_ok=True)
            case _:
                (self.public / "stray.html").write_text("not ours")

    @rule(which=PART, how=st.sampled_from(["delete", "cut", "flip"]), at=PART)
    def harm_the_cache(self, which: float, how: str, at: float) -> None:
        """A file of the cache is lost or damaged."""
        files = sorted(path for path in self.cache.rglob("*") if path.is_file())
        if not files:
            return
        self.harmed = True
        file = files[int(which * len(files))]
        held = bytearray(file.read_bytes())
        if how == "delete":
            file.unlink()
        elif how == "cut":
            file.write_bytes(held[: int(len(held) * at)])
        elif held:
            held[int(len(held) * at)] ^= 1
            file.write_bytes(held)

    @rule()
    def keep_the_cache(self) -> None:
        """The cache as it is now is put aside, as continuous integration does."""
        if not self.cache.is_dir():
            return
        shutil.copytree(self.cache, self.top / "caches" / str(self.caches), copy_function=shutil.copyfile)
        self.caches += 1

    @rule(which=PART, whole=st.booleans())
    def put_an_old_cache_back(self, which: float, *, whole: bool) -> None:
        """An older cache is restored, in place of the newer or, file by file, over it."""
        if not self.caches:
            return
        if whole:
            self.lose_the_cache()
        self.harmed |= not whole
        kept = self.top / "caches" / str(int(which * self.caches))
        shutil.copytree(kept, self.cache, copy_function=shutil.copyfile, dirs_exist_ok=True)

    @rule(ignored=st.sampled_from([["public"], ["public", ".sitegen"], []]), times=st.booleans())
    def go_on_in_a_clone(self, ignored: list[str], *, times: bool) -> None:
        """The work goes on in another folder, with the cache and perhaps the output, and with other times or the same.

        A copy has other inodes and times of change in any case.
        """
        self.clones += 1
        clone = self.top / f"clone {self.clones}" / "site"
        shutil.copytree(
            self.room.root,
            clone,
            symlinks=True,
            ignore=shutil.ignore_patterns(*ignored),
            copy_function=shutil.copy2 if times else shutil.copyfile,
        )
        self.room.gone()
        self.room.root = clone

    @rule()
    def lose_the_cache(self) -> None:
        """The cache is deleted."""
        shutil.rmtree(self.cache, ignore_errors=True)

    @rule()
    def lose_the_output(self) -> None:
        """The output is deleted."""
        shutil.rmtree(self.public, ignore_errors=True)

    @rule()
    def wait(self) -> None:
        """Time passes, so stamps settle."""
        time.sleep(SETTLING)
