"""The bytes of a file as text: UTF-8, with one kind of line end."""

from __future__ import annotations

import codecs

from sitegen.errors import ContentError, Location

_SAVE = "save it as UTF-8 in your editor"
_HANGUL = ("\uac00", "\ud7a3")


def decoded(data: bytes, path: str) -> str:
    r"""The text of the file at *path*, whose bytes are *data*: without byte-order mark, each line ending in ``\n``.

    Raises ContentError, at the line and column of the first byte that is not UTF-8.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise ContentError.at(Location(path, 1), "this file is UTF-16, not UTF-8", _SAVE)
    if b"\0" in data:
        raise _null(data, path)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_utf8(data, error.start, path) from None
    return text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _null(data: bytes, path: str) -> ContentError:
    """The error of a file with null bytes: every other byte of Latin text in UTF-16 is one."""
    half = len(data) // 2
    if data.count(b"\0") > half // 2:
        return ContentError.at(Location(path, 1), "this file looks like UTF-16, not UTF-8", _SAVE)
    where = _place(data, data.index(b"\0"), path)
    return ContentError.at(where, "there is a null character here, which no text has", "remove it; it is invisible")


def _not_utf8(data: bytes, start: int, path: str) -> ContentError:
    """The error of a byte, at *start*, that is not UTF-8."""
    what = f"this file is not UTF-8: byte 0x{data[start]:02X} here is no character"
    return ContentError.at(_place(data, start, path), what, f"{_SAVE}; it looks like {_likely_encoding(data)}")


def _place(data: bytes, start: int, path: str) -> Location:
    """The line and column of the byte at *start*; all before it is UTF-8."""
    before = data[:start].decode("utf-8", "replace").lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return Location(path, before.count("\n") + 1, len(before) - before.rfind("\n"))


def _likely_encoding(data: bytes) -> str:
    """What people call the encoding that *data* probably has: Korean if that gives Korean letters, else Western."""
    try:
        text = data.decode("cp949")
    except UnicodeDecodeError:
        return "Windows-1252 or Latin-1"
    first, last = _HANGUL
    return "Korean CP949 (EUC-KR)" if any(first <= char <= last for char in text) else "an older code page"
