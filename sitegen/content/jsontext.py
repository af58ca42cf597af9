"""JSON: what a file says, with what is wrong in it told where it is."""

from __future__ import annotations

import json
import math
import re
from typing import NoReturn

from sitegen.errors import ContentError, Location

_LONGEST_NUMBER = 300  # digits; Python itself refuses to read numbers of some thousand


class _SlipError(ValueError):
    """Something that Python's reader lets pass, and that is no JSON: *what* it is, and *typed* how it stands there."""

    def __init__(self, what: str, typed: str) -> None:
        """Keep both."""
        super().__init__(what)
        self.typed = typed


def read_json(text: str, path: str) -> object:
    """What the JSON *text* of the file at *path* says.  Raises ContentError."""
    try:
        value = json.loads(
            text, object_pairs_hook=_record, parse_constant=_constant, parse_int=_whole, parse_float=_fraction
        )
        json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        where = Location(path, error.lineno, error.colno)
        mend = "look for a comma, quote or bracket that is missing or too many, here or just before"
        raise ContentError.at(where, f"this is not JSON: {error.msg[:1].lower()}{error.msg[1:]}", mend) from None
    except _SlipError as error:
        raise ContentError.at(_last_place(text, error.typed, path), str(error), "correct it") from None
    except UnicodeEncodeError:
        what = "a text has half of a character (an escape from \\ud800 to \\udfff without its partner)"
        raise ContentError.at(Location(path), what, "write the character itself") from None
    except RecursionError:
        raise ContentError.at(Location(path), "lists and records are nested too deep", "make it flatter") from None
    return value


def _last_place(text: str, typed: str, path: str) -> Location:
    """Where *typed* stands in *text* for the last time; of a key given twice that is the second."""
    found = [match.start() for match in re.finditer(re.escape(typed), text)]
    if not found:
        return Location(path)
    before = text[: found[-1]]
    return Location(path, before.count("\n") + 1, len(before) - before.rfind("\n"))


def _record(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """A record of JSON; no key may be there twice, as one value would be lost."""
    record: dict[str, object] = {}
    for key, value in pairs:
        if key in record:
            raise _SlipError(f"`{key}` is given twice in one record", json.dumps(key, ensure_ascii=False))
        record[key] = value
    return record


def _constant(typed: str) -> NoReturn:
    """Refuse ``NaN`` and ``Infinity``, which no browser reads."""
    raise _SlipError(f"`{typed}` is not JSON", typed)


def _whole(typed: str) -> int:
    """A whole number of JSON."""
    if len(typed) > _LONGEST_NUMBER:
        raise _SlipError(f"a number has more than {_LONGEST_NUMBER} digits", typed)
    return int(typed)


def _fraction(typed: str) -> float:
    """A number of JSON with a point or an exponent."""
    value = float(typed)
    if not math.isfinite(value):
        raise _SlipError(f"the number `{typed[:20]}` is too large", typed)
    return value
