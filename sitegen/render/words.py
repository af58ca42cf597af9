"""The words of the interface: "Published", "3 stories", in the language of the page.

They are JSON files of texts by key, ``words/ko.json``: the theme's, and a site's own in its layouts folder.  A text may
have ``{name}`` for a value.  A text that counts has two keys, ``n_stories.one`` and ``n_stories.other``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from sitegen.content.jsontext import read_json
from sitegen.errors import ContentError, LayoutError, Location, Problem
from sitegen.render.trouble import Trouble, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sitegen.render.sources import Find, LayoutText

_FIELD = re.compile(r"\{(\w+)\}")


def languages(lang: str) -> tuple[str, ...]:
    """Whose words to use for *lang* (BCP 47), from the last resort to its own: ``en``, ``pt``, ``pt-BR``."""
    parts = lang.split("-")
    own = ("-".join(parts[:count]) for count in range(1, len(parts) + 1))
    return tuple(dict.fromkeys(("en", *own)))


def read_words(text: LayoutText) -> dict[str, str]:
    """The words in a JSON file.  Raises LayoutError if it is not an object of texts."""
    try:
        words: Any = read_json(text.text, text.path)
    except ContentError as error:
        raise LayoutError(error.problems) from None
    wrong = [key for key, value in words.items() if not isinstance(value, str)] if isinstance(words, dict) else [""]
    if wrong:
        what = f"`{wrong[0]}` is not a text" if wrong[0] else "is not a mapping of words"
        raise LayoutError([Problem(Location(text.path), what, 'write words as {"published": "Published"}')])
    return {str(key): str(value) for key, value in words.items()}


def merged_words(find: Find, lang: str) -> dict[str, str]:
    """The words for *lang*: its own over English, and the site's over the theme's."""
    names = [name for tag in languages(lang) for name in (f"theme/words/{tag}.json", f"words/{tag}.json")]
    texts = [text for name in names if (text := find(name))]
    return {key: said for text in texts for key, said in read_words(text).items()}


def word(words: Mapping[str, str], key: str, **values: object) -> str:
    """The text of *key* with *values* put in; *n* chooses between ``.one`` and ``.other``.

    HTML if one of the values is.  Raises Trouble for a key or a value that there is not.
    """
    text = words.get(key)
    if text is None and "n" in values:
        one = words.get(f"{key}.one") if values["n"] == 1 else None
        text = one if one is not None else words.get(f"{key}.other")
    if text is None:
        known = {name.removesuffix(".one").removesuffix(".other") for name in words}
        if key in known:
            raise Trouble(f"the word `{key}` counts, and there is no number", f'write t("{key}", n=…)')
        fix = did_you_mean(key, known, f'give it a text in layouts/words/en.json: {{"{key}": "…"}}')
        raise Trouble(f"there is no word `{key}`", fix)
    return _filled(text, key, values) if "{" in text else text


def _filled(text: str, key: str, values: Mapping[str, object]) -> str:
    """*text* with its fields replaced by *values*."""
    html = any(hasattr(value, "__html__") for value in values.values())

    def value(field: re.Match[str]) -> str:
        """What is put in for *field*."""
        if field[1] not in values:
            raise Trouble(f"the word `{key}` needs `{field[1]}`", f'write t("{key}", {field[1]}=…)')
        return str(escape(values[field[1]])) if html else str(values[field[1]])

    filled = _FIELD.sub(value, str(escape(text)) if html else text)
    return Markup(filled) if html else filled  # noqa: S704 - every part was escaped above
