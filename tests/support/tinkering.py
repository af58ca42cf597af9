"""A newsroom at work without a plan: edits of every kind, drawn by chance and made in the ways of editors."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from support.newsroom import AUTHORS, NOTE, NUMBERS, PICTURE, SITE, SPECIAL, TAG, Newsroom, path_of, story

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from random import Random

NAMES: Final = "abcdefgh"
_FREE: Final = "bdegh"
"""The stories that no other one links to."""
_WORDS: Final = ("boat", "harbor", "pier", "café", "<b>bold</b>", "*new*", "[a](/2026/06/story-a/)", "항구")
_FIELDS: Final = (
    ("title", ("The boat", "Fog & rain", "A *starred* pier", "\U0001f6a2")),
    ("slug", (None, "pier-{}", "boat-{}")),
    ("tags", (None, ["harbor"], ["C++", "tide"], ["weather", "harbor"])),
    ("section", (None, "news", "sport")),
    ("authors", (None, ["ana"], ["Bo Li", "cy"])),
    ("summary", (None, "In short.", "In *short* & <plain>.")),
    ("published", ("2026-06-01", "2026-06-15 20:59", "2026-07-01 09:00", "2025-12-31")),
    ("updated", (None, "2026-06-14 10:00")),
    ("expires", (None, "2026-06-10", "2026-06-20")),
    ("draft", (None, True)),
    ("front", (None, "lead", "hidden")),
    ("layout", (None, "special.html")),
    ("noindex", (None, True)),
    ("lang", (None, "ko", "ar")),
)
_FILES: Final = (
    ("site.yaml", (SITE, SITE.replace("Wire", "Post"), SITE.replace("Seoul", "Tokyo"), SITE + "lang: ko\n")),
    ("site.yaml", (SITE, SITE.replace("paginate: 2", "paginate: 1"))),
    ("content/authors.yaml", (AUTHORS, AUTHORS.replace("Ruiz", "Ruiz-Oh"))),
    ("content/data/numbers.yaml", (NUMBERS, "boats: 4\n")),
    ("layouts/special.html", (SPECIAL, SPECIAL.replace("boats,", "ships,"))),
    ("layouts/tag.html", (TAG, TAG.replace("latest(2)", "latest(3)"))),
    ("layouts/partials/note.html", (NOTE, "<p>{{ site.title }}</p>\n")),
    ("layouts/partials/footer.html", ('<footer id="site-footer">{{ site.months()|length }}</footer>\n', None)),
    ("static/app.css", ("body { color: black }\n", "body { color: teal }\n", None)),
    ("static/robots-of-ours.txt", ("be kind\n", "be kinder\n")),
    ("content/pages/about.md", ("---\ntitle: About us\n---\n\nWe.\n", "---\ntitle: Who we are\n---\n\nUs.\n")),
)
_BROKEN: Final = ("no front matter", "---\ntitle: a: b\n---\n", "---\ntitle: never closed\n", "---\ntitel: x\n---\n")


class Tinkerer:
    """Edits *room*, as *chance* has it.  What it broke is `broken`, and mended by the next edit but one."""

    def __init__(self, room: Newsroom, chance: Random) -> None:
        """Edit nothing yet."""
        self.room = room
        self.broken: list[str] = []
        self._chance = chance
        self._aside = room.root.parent / "aside"
        self._count = 0
        self._edits: tuple[Callable[[], object], ...] = (
            *(self._text,) * 4,
            *(self._field,) * 4,
            *(self._file,) * 4,
            self._write_new,
            self._delete,
            self._rename,
            self._picture,
            self._same,
            self._unseen,
            self._folder,
            self._link,
            self._come_and_go,
            self._break,
        )

    def edit(self) -> str:
        """Make one edit; what it was."""
        self._count += 1
        if self.broken and self._chance.random() < 0.6:
            edit: Callable[[], object] = self._mend
        else:
            edit = self._chance.choice(self._edits)
        edit()
        return edit.__name__

    def _name(self, among: str = NAMES) -> str:
        """A story that is not broken; ``a`` if there is no other *among* these."""
        whole = [name for name in among if name in self.room.stories and path_of(name) not in self.broken]
        return self._chance.choice(whole or ["a"])

    def _text(self) -> None:
        name = self._name()
        body = " ".join(self._chance.choices(_WORDS, k=8)) + f" {self._count}."
        self._save(name, self.room.stories[name][0], body)

    def _field(self) -> None:
        name, (field, values) = self._name(), self._chance.choice(_FIELDS)
        value = self._chance.choice(values)
        fields, body = self.room.stories[name]
        self._save(name, fields | {field: value.format(name) if isinstance(value, str) else value}, body)

    def _save(self, name: str, fields: dict[str, object], body: str) -> None:
        """Save a story, in place or as editors do: a new file takes the place of the old one."""
        taken = [front.get("slug") for other, (front, _) in self.room.stories.items() if other != name]
        slug = f"story-{name}" if f"story-{name}" not in taken else f"story-{name}-{self._count}"  # of a renamed file
        fields = {key: value for key, value in fields.items() if value is not None} | {"slug": slug}
        for later in ("updated", "expires"):
            if str(fields.get(later, "")) <= str(fields["published"]):
                fields.pop(later, None)
        if self._chance.random() < 0.5:
            self.room.put(name, fields, body)
            return
        self.room.stories[name] = fields, body
        beside = self.room.root / f"{path_of(name)}.tmp"
        beside.write_text(story(fields, body), encoding="utf-8")
        beside.replace(self.room.root / path_of(name))

    def _file(self) -> None:
        path, texts = self._chance.choice(_FILES)
        text = self._chance.choice(texts)
        if text is None:
            self.room.remove(path)
        else:
            self.room.write(path, text)

    def _write_new(self) -> None:
        name = self._chance.choice(NAMES)
        if path_of(name) not in self.broken:
            self._new(name)

    def _new(self, name: str) -> None:
        fields: dict[str, object] = {"title": f"Story {name}", "published": "2026-06-14 10:00", "tags": ["tide"]}
        self._save(name, fields, f"Written as number {self._count}.")

    def _delete(self) -> None:
        name = self._name(_FREE)
        if name != "a":
            self.room.drop(name)

    def _rename(self) -> None:
        name, other = self._name(_FREE), self._chance.choice(_FREE)
        if name != "a" and other not in self.room.stories:
            (self.room.root / path_of(name)).rename(self.room.root / path_of(other))
            self.room.stories[other] = self.room.stories.pop(name)

    def _picture(self) -> None:
        self.room.write_bytes("content/f/pier.png", PICTURE + str(self._count).encode())

    def _same(self) -> None:
        name = self._name()
        self.room.put(name, *self.room.stories[name])

    def _unseen(self) -> None:
        """Change a text, and neither its size nor its time."""
        path = self.room.root / path_of(self._name())
        data = path.read_bytes()
        self.room.overwrite_unseen(path.relative_to(self.room.root).as_posix(), data[:-2] + b"x" + data[-1:])

    def _folder(self) -> None:
        """Move a folder of stories in, or out."""
        inside = self.room.root / "content/moved"
        if inside.is_dir():
            inside.rename(self._aside)
            return
        if not self._aside.is_dir():
            self._brief(self._aside / "brief.md", "Moved in")
        self._aside.rename(inside)

    def _link(self) -> None:
        """Link a folder that lies beside content/, edit what is in it, or take the link away."""
        link, there = self.room.root / "content/linked", self.room.root / "elsewhere"
        self._brief(there / "linked.md", f"Linked {self._count}")
        if not link.is_symlink():
            link.symlink_to(there, target_is_directory=True)
        elif self._chance.random() < 0.5:
            link.unlink()

    def _brief(self, path: Path, title: str) -> None:
        path.parent.mkdir(exist_ok=True)
        fields: dict[str, object] = {"title": title, "slug": path.stem, "published": "2026-06-13"}
        path.write_text(story(fields, "In brief."), encoding="utf-8")

    def _come_and_go(self) -> None:
        """Make files and delete them at once."""
        for number in range(5):
            self.room.write(f"content/gone-{number}.md", "---\ntitle: [\n")
            os.unlink(self.room.root / f"content/gone-{number}.md")  # noqa: PTH108 - as fast as can be

    def _break(self) -> None:
        path = path_of(self._name(NAMES[1:]))
        if len(self.broken) < 2 and path != "content/a.md":
            self.broken.append(path)
            self.room.write(path, self._chance.choice(_BROKEN))

    def _mend(self) -> None:
        path = self.broken.pop()
        name = next(name for name in self.room.stories if path_of(name) == path)
        self.room.put(name, *self.room.stories[name])
