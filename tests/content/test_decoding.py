"""The text of a file is UTF-8, or an error says which byte is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.content.decoding import decoded
from sitegen.errors import ContentError


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\ufeff")))
def test_utf8_is_read_as_it_is(text: str) -> None:
    """What an editor saved is what is read, with any line ends and a byte-order mark."""
    assert text == decoded(text.encode(), "a.md")
    assert text == decoded(text.replace("\n", "\r\n").encode("utf-8-sig"), "a.md")


def test_old_line_ends_are_read() -> None:
    """A carriage return alone ends a line, too."""
    assert "a\nb\n" == decoded(b"a\rb\r", "a.md")


@pytest.mark.parametrize(
    ("data", "start", "said"),
    [
        ("title: a".encode("utf-16"), "a.md:1: ", "UTF-16"),
        ("title: a".encode("utf-16-le"), "a.md:1: ", "looks like UTF-16"),
        ("a\nCafé".encode("latin-1"), "a.md:2:4: ", "Windows-1252"),
        ("a\r\n부산항".encode("cp949"), "a.md:2:1: ", "Korean"),
        (b"\xef\xbb\xbfab\xff", "a.md:1:3: ", "byte 0xFF"),
        (b"a\n\xed\xa0\xbd\xed\xb8\x80", "a.md:2:1: ", "not UTF-8"),
        (b"abcdefgh\nab\0", "a.md:2:3: ", "null character"),
    ],
)
def test_other_encodings_are_told_with_their_place(data: bytes, start: str, said: str) -> None:
    """The message has the place of the first byte that is not UTF-8, and a guess at what the file is."""
    with pytest.raises(ContentError) as caught:
        decoded(data, "a.md")
    assert str(caught.value).startswith(start)
    assert said in str(caught.value)
