"""``content/data/``: tables and records for layouts, as ``data.NAME``."""

from __future__ import annotations

import csv
import json
import math
import re
from typing import NoReturn

from sitegen.content.decoding import decoded
from sitegen.content.yaml import plain_value, read
from sitegen.errors import ContentError, Location, Problems

_FORMS = ("csv", "json", "yaml", "yml")
_LONGEST_NUMBER = 300  # digits; Python itself refuses to read numbers of some thousand
_DELIMITERS = ",;\t"


def read_data(data: bytes, path: str) -> str:
    """What the file at *path* says, as JSON text; *data* are its bytes, and its name's ending is its form.

    JSON is what it is.  YAML is typed as if it were JSON: ``yes`` and ``010`` are text.  CSV is a list of records, all
    of text, by the names in its first line.  The order is the file's.  Raises ContentError.
    """
    form = path.rpartition(".")[2].lower()
    text = decoded(data, path)
    value: object
    if form == "csv":
        value = _csv(text, path)
    elif form == "json":
        value = _json(text, path)
    elif form in _FORMS:
        value = _yaml(text, path)
    else:
        raise ContentError.at(Location(path), f"`.{form}` is no form of data", f"use one of {', '.join(_FORMS)}")
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _yaml(text: str, path: str) -> object:
    """What a YAML file says."""
    problems = Problems()
    node = read(text, path, 1, problems)
    if problems.errors:
        raise ContentError(problems.found)
    return None if node is None else plain_value(node)


class _SlipError(ValueError):
    """Something that Python's reader lets pass, and that is no JSON: *what* it is, and *typed* how it stands there."""

    def __init__(self, what: str, typed: str) -> None:
        """Keep both."""
        super().__init__(what)
        self.typed = typed


def _json(text: str, path: str) -> object:
    """What a JSON file says."""
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


def _csv(text: str, path: str) -> list[dict[str, str]]:
    """The records of a table; its first line has the names of the columns, parted by commas, semicolons or tabs."""
    problems = Problems()
    records: list[dict[str, str]] = []
    names: list[str] = []
    lines = [f"{line}\n" for line in text.split("\n")]
    reader = csv.reader(lines, delimiter=_delimiter(text), skipinitialspace=True, strict=True)
    line = 1
    try:
        for row in reader:
            where = Location(path, line)
            line = reader.line_num + 1
            if not any(cell.strip() for cell in row):
                continue
            if not names:
                names = [cell.strip() for cell in row]
                _check_names(names, where, problems)
            elif len(row) != len(names):
                what = f"this line has {len(row)} cells, and the table has {len(names)} columns"
                problems.error(where, what, "put a cell that has a comma in it in quotes")
            else:
                records.append(dict(zip(names, row, strict=True)))
    except csv.Error as error:
        problems.error(Location(path, line), f"this is not CSV: {error}", "check the quotes from here on")
    if problems.errors:
        raise ContentError(problems.found)
    return records


def _delimiter(text: str) -> str:
    """What parts the cells of the first line: spreadsheets of many countries write semicolons."""
    first = text.lstrip().split("\n", 1)[0]
    return max(_DELIMITERS, key=first.count)


def _check_names(names: list[str], where: Location, problems: Problems) -> None:
    """Tell of columns without a name, and of names given twice."""
    for number, name in enumerate(names, 1):
        if not name:
            problems.error(where, f"column {number} has no name", "name it in the first line")
        elif name in names[: number - 1]:
            problems.error(where, f"two columns are called `{name}`", "give each a name of its own")
