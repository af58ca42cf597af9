"""The gate: what readers may not see now, and why.

A story is out from ``published`` until ``expires``, at the build's one clock.  Lists, pages and maps ask for stories
that are out; here stands what keeps the others from being named by those: by a link, by a layout, by a file that is
published for them alone.
"""

from __future__ import annotations

from abc import ABC

from sitegen.incremental import query
from sitegen.site.inputs import PAGES
from sitegen.site.stories import Stories
from sitegen.urls import alias_path, folded


class Gate(Stories, ABC):
    """Questions about what is held."""

    @query
    def is_held(self, path: str) -> bool:
        """Whether the story or page at *path* is kept from readers now.  A retracted one is not: it has a notice."""
        if path in self.without() or any(part.startswith(("_", ".")) for part in path.split("/")):
            return True
        if path.startswith(PAGES):
            return self.standing_page(path).draft and not self.drafts()
        return not self.entry(path).out

    def has_expired(self, path: str) -> bool:
        """Whether the story at *path* was public, and is no more as its time is over."""
        story = self.written(path)
        return bool(story.published and not story.draft and story.expires and self._reached(story.expires))

    @query
    def why_held(self, name: str) -> str:
        """Why no link may lead to what `held_at` calls *name* now, as the end of a sentence; ``""`` if one may."""
        path, _, place = name.partition("#")
        if place:
            moment = self.to_come(path, place)
            return f"is not public before {moment}" if moment else ""
        if self.text_kind(path) == "left out":
            return "is left out of this build"
        if path.startswith(PAGES):
            return "is a draft" if self.is_held(path) else ""
        story = self.written(path)
        if story.expires and self._reached(story.expires):
            return f"expired at {story.expires.isoformat()}"
        if self.live(path):
            return "is retracted" if self._as_of_now(path).retracted else ""
        if story.draft or story.published is None:
            return "is a draft"
        return f"is not public before {story.published.isoformat()}"

    @query(keep=True)
    def held_at(self, url: str) -> str:
        """The story or page that is held, or withdrawn, and would be at *url*, a path of the site; ``""``: none.

        So it is with where it was.  None either where a story or page that readers may see is there, or was.  Of a page
        that is public, an entry, heading or note to come is held: ``content/storm.md#pier-closed``.
        """
        path, _, place = folded(url).partition("#")
        held, forms = self._held_urls(), (path, path.rstrip("/") + "/", path.removesuffix("index.html"))
        found = next((held[form] for form in forms if form in held), "")
        if found or not place:
            return found
        unfinished, place = self._unfinished_urls(), url.partition("#")[2]
        owner = next((unfinished[form] for form in forms if form in unfinished), "")
        return f"{owner}#{place}" if owner and self.to_come(owner, place) else ""

    @query
    def held_texts(self) -> tuple[str, ...]:
        """The stories and standing pages that are held, stories first."""
        stories = [path for path in self.story_paths() if not self.entry(path).out]
        pages = [] if self.drafts() else [path for path in self.page_paths() if self.standing_page(path).draft]
        return (*stories, *pages)

    @query
    def withdrawn(self) -> tuple[str, ...]:
        """The stories that are retracted: a notice stands in their place, and nothing that they showed."""
        entries = map(self.entry, self.story_paths())
        return tuple(entry.path for entry in entries if entry.out and not entry.listed)

    @query
    def _held_urls(self) -> dict[str, str]:
        held = (*self.held_texts(), *self.withdrawn())
        found = {url: path for path in reversed(held) for url in self._urls_of(path)}
        for path in sorted({*self.story_paths(), *self.page_paths()}.difference(held)):
            for url in self._urls_of(path):  # what somebody can read may stand where something else did
                found.pop(url, None)
        return found

    @query
    def _unfinished_urls(self) -> dict[str, str]:
        """Where the stories are, and were, that readers may see, and whose pages are to have more."""
        entries = [entry for entry in map(self.entry, self.story_paths()) if entry.out and entry.to_come]
        return {url: entry.path for entry in entries for url in self._urls_of(entry.path)}

    def _urls_of(self, path: str) -> tuple[str, ...]:
        about = self.standing_page(path) if path.startswith(PAGES) else self.entry(path)
        return tuple(map(folded, (about.url, *map(alias_path, about.aliases))))
