"""``content/data/``: tables and records for layouts, as ``data.NAME``."""

from __future__ import annotations

import csv
import json

from sitegen.content.decoding import decoded
from sitegen.content.jsontext import read_json
from sitegen.content.yaml import plain_value, read
from sitegen.errors import ContentError, Location, Problems

_FORMS = ("csv", "json", "yaml", "yml")
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
        value = read_json(text, path)
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
    known: set[str] = set()
    for number, name in enumerate(names, 1):
        if not name:
            problems.error(where, f"column {number} has no name", "name it in the first line")
        elif name in known:
            problems.error(where, f"two columns are called `{name}`", "give each a name of its own")
        known.add(name)
