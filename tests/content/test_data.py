"""Data files become JSON as they say it, or an error at its place."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.content.data import read_data
from sitegen.errors import ContentError

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def test_yaml_is_typed_as_json_would() -> None:
    """What only YAML takes for a number, a date or a truth stays text."""
    text = b"- yes\n- 010\n- 12:30\n- 2021-10-28\n- 3\n- 1.5\n- true\n- null\n- '7'\n- ~\n"
    expected = '["yes","010","12:30","2021-10-28",3,1.5,true,null,"7",null]'
    assert expected == read_data(text, "content/data/a.yaml")


def test_an_empty_yaml_file_is_nothing() -> None:
    """A file that waits for its content breaks no layout that asks whether it is there."""
    assert "null" == read_data(b"# later\n", "content/data/a.yml")


def test_a_table_is_a_list_of_records() -> None:
    """Cells are text; blank lines and lines of empty cells are none; a cell in quotes may have lines."""
    text = '\ufeffport, ships,note\r\nBusan,010,"a, b"\r\n\r\nJeju,,"two\r\nlines"\r\n,,\r\n'.encode()
    expected = [
        {"port": "Busan", "ships": "010", "note": "a, b"},
        {"port": "Jeju", "ships": "", "note": "two\nlines"},
    ]
    assert expected == json.loads(read_data(text, "content/data/ports.csv"))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_tables_of_every_spreadsheet_are_read(delimiter: str) -> None:
    """Where a comma is the decimal point, spreadsheets part cells by semicolons."""
    text = f"a{delimiter}b\n1{delimiter}2\n".encode()
    assert '[{"a":"1","b":"2"}]' == read_data(text, "content/data/a.csv")


@given(VALUES)
def test_json_is_what_it_is(value: object) -> None:
    """What JSON can say is read as it is said, however it is set out."""
    text = json.dumps(value, ensure_ascii=False, indent=2).encode()
    compact = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    assert compact == read_data(text, "content/data/a.json")


@pytest.mark.parametrize(
    ("name", "text", "start", "said"),
    [
        ("a.json", '{\n  "a": 1,\n}', "a.json:3:1", "this is not JSON"),
        ("a.json", "", "a.json:1:1", "this is not JSON"),
        ("a.json", '{"a": 1,\n "a": 2}', "a.json:2:2", "`a` is given twice"),
        ("a.json", "[1,\nNaN]", "a.json:2:1", "`NaN` is not JSON"),
        ("a.json", "[1e999]", "a.json:1:2", "is too large"),
        ("a.json", "9" * 5000, "a.json:1:1", "more than 300 digits"),
        ("a.json", '["\\ud800"]', "a.json", "half of a character"),
        ("a.json", "[" * 100_000, "a.json", "nested too deep"),
        ("a.csv", "a,b\n1,2\n1,2,3\n", "a.csv:3", "has 3 cells, and the table has 2 columns"),
        ("a.csv", "a,a\n1,2\n", "a.csv:1", "two columns are called `a`"),
        ("a.csv", "a,\n1,2\n", "a.csv:1", "column 2 has no name"),
        ("a.csv", 'a,b\n1,2\n"x,2\n3,4\n', "a.csv:3", "this is not CSV"),
        ("a.yaml", "a: 1\nb: {\n", "a.yaml:", ""),
        ("a.yaml", "a: 1\na: 2\n", "a.yaml:2:1", "`a` is given twice"),
        ("a.yaml", "- !secret x\n", "a.yaml:1:3", "starts a tag"),
        ("a.toml", "a = 1", "a.toml", "`.toml` is no form of data"),
    ],
)
def test_a_mistake_is_told_at_its_place(name: str, text: str, start: str, said: str) -> None:
    """Each message has the file, the line where one is known, and what is wrong."""
    with pytest.raises(ContentError) as caught:
        read_data(text.encode(), name)
    (found,) = caught.value.problems
    assert str(found).startswith(start)
    assert said in str(found)
