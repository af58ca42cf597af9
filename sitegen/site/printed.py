"""What the newsroom says beside its stories, as readers may see it now: settings and data without what is held."""

from __future__ import annotations

from abc import ABC
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace

from sitegen.incremental import query
from sitegen.model.settings import Settings
from sitegen.site.held_files import HeldFiles
from sitegen.site.inputs import AUTHORS, CONFIGURATION
from sitegen.site.own_addresses import has_address, with_each
from sitegen.urls import is_elsewhere

if TYPE_CHECKING:
    from sitegen.model.taxonomy import Author

_WORDS: Final = ("title", "summary", "sections", "tags", "feeds", "extra")
"""The settings that are, or have, words for readers."""
_NAMES: Final = frozenset(("id", "slug", "hubs", "sections", "authors", "pictures", "formats", "lists"))
"""What in these is no text to read."""


class Printed(HeldFiles, ABC):
    """Questions about words that are in no story."""

    @query(keep=True)
    def shown_settings(self) -> Settings:
        """The configuration as readers may see it now: without addresses of what is held, which are told."""
        settings = self.settings()
        change = partial(self.without_held, path=CONFIGURATION)
        words = {name: with_each(getattr(settings, name), change, _NAMES) for name in _WORDS}
        publisher = settings.publisher
        policies = tuple(policy for policy in publisher.policies if not self._is_policy_held(policy[1]))
        publisher = replace(publisher, name=change(publisher.name), policies=policies)
        return replace(settings, publisher=publisher, **words)

    def _is_policy_held(self, address: str) -> bool:
        """Whether the page of a policy is held: to have one that is yet to be written is nothing to tell."""
        if is_elsewhere(address):
            return self.leads_to_held(address, CONFIGURATION)
        return bool(self.held_behind(address))

    @query
    def shown(self, name: str) -> object:
        """One of them by its name, so that a page that prints the title does not wait on the rest."""
        return getattr(self.shown_settings(), name)

    @query(keep=True)
    def shown_data(self, name: str) -> str:
        """The data of *name* as JSON text, without addresses of what is held, which are told; ``""``: there is none."""
        text = self.data(name)
        host = urlsplit(str(self.setting("url"))).hostname or ""
        if not text or not has_address(text, host):
            return text
        found = msgspec.json.decode(text)
        plain = with_each(found, partial(self.without_held, path=dict(self.data_files())[name]))
        return text if plain == found else msgspec.json.encode(plain).decode()

    def shown_author(self, author: Author) -> Author:
        """*author* of authors.yaml without addresses of what is held, which are told."""
        plain = with_each(author, partial(self.without_held, path=AUTHORS), ("id", "slug", "email", "picture", "bio"))
        links = tuple(link for link in plain.links if link.url)
        bio = self._spared(author.bio, AUTHORS, linked=True)
        return replace(plain, links=links, bio=bio)
