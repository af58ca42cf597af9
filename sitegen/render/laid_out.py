"""Questions about the layouts of a site, and the words that they print."""

from __future__ import annotations

from urllib.parse import urlsplit

from msgspec.structs import replace

from sitegen.errors import LayoutError
from sitegen.incremental import query
from sitegen.plan import Planned
from sitegen.render.layout_addresses import without_addresses
from sitegen.render.sources import LayoutText, layout_text
from sitegen.site.own_addresses import has_address, spared
from sitegen.urls import absolute


class LaidOut(Planned):
    """A site whose pages have layouts."""

    @query
    def layout(self, name: str) -> LayoutText | None:
        """The text of the layout called *name*, as `layout_path` finds it; None if there is none.

        It is without addresses of what is held, which are told.
        """
        path = self.layout_path(name)
        data = self.layout_text(path) if path else None
        if data is None:
            return None
        found = layout_text(name, path, data)
        host = urlsplit(str(self.setting("url"))).hostname or ""
        if path.startswith("theme/") or not has_address(found.text, host):
            return found

        def is_to_go(address: str, before: int) -> bool:
            return self.leads_to_held(address, path, line=before + 1)

        def in_words(words: str, before: int) -> str:
            return spared(words, host, lambda address, more: is_to_go(address, before + more), linked=False)

        return replace(found, text=without_addresses(found.text, is_to_go, in_words))

    @query
    def vocabulary(self, lang: str) -> dict[str, str]:
        """The words of the interface in *lang*, by key."""
        from sitegen.render.words import merged_words  # loads Jinja

        return merged_words(self.layout, lang)

    def _word(self, lang: str, key: str, **values: object) -> str:
        """The word of the interface called *key* in *lang*, for what is named outside of a layout."""
        from sitegen.render.words import word  # loads Jinja

        return word(self.vocabulary(lang), key, **values)

    @query
    def organization(self) -> str:
        """The publisher as structured data has it, as JSON: every story names it."""
        from sitegen.render.linked_data import organization
        from sitegen.render.metadata import full

        settings = self.shown_settings()
        publisher = settings.publisher
        policies = [(name, full(settings.url, address)) for name, address in self.policies()]
        logo = full(settings.url, publisher.logo)
        return organization(publisher, settings.title, absolute(settings.url, "/"), logo, policies)

    @query(aside=True, fleeting=True)
    def feed_text(self, path: str, partner: str) -> str:
        """The text of the story at *path* as feeds show it, or as that of a *partner* does: once for all formats."""
        from sitegen.render.feed_items import text_of

        return text_of(self, path, partner, self._word)

    @query(aside=True, fleeting=True)
    def feed_item(self, path: str, form: str, partner: str) -> str:
        """The story at *path* in feeds of one format: made once, though its section, tags and authors have feeds."""
        from sitegen.render.feed_items import item_of

        return item_of(self, path, form, partner, self.feed_text(path, partner))

    @query(keep=True)
    def discovery(self, kind: str, subject: str) -> str:
        """The ``link`` elements that lead to the feeds of a list, or with the kind ``home`` of the whole site."""
        from sitegen.render.channels import discovery

        return discovery(self, kind, subject, self._word)

    @query(keep=True)
    def layout_warnings(self, name: str) -> tuple[str | None, ...]:
        """The layouts that the site's own layout *name* uses, None among them for one named as it is rendered.

        Notes what is suspicious in it.  Raises LayoutError if it cannot be read.
        """
        from sitegen.render.lint import layout_problems, referenced_names  # loads Jinja

        text = self.layout(name)
        if text is None or name.startswith("words/"):
            return ()
        problems = layout_problems(text, self.layout)
        if any(problem.severity == "error" for problem in problems):
            raise LayoutError(problems)
        self._tell(problems)
        return referenced_names(text)

    @query
    def layout_use(self) -> None:
        """Notes the site's own layouts that nothing uses, as their name is misspelt or the theme's has changed."""
        from sitegen.render.lint import unused_layouts  # loads Jinja

        own = self.layout_names()
        if not own:
            return
        used = [reference for name in own for reference in self.layout_warnings(name)]
        named = [self.entry(path).layout for path in self.story_paths()]
        named += [self.standing_page(path).layout for path in self.page_paths()]
        paths = ((name, self.layout_path(name)) for name in own)
        theirs = (name.removeprefix("layouts/") for name in self.theme.names)
        self._tell(unused_layouts(paths, theirs, used, named))
