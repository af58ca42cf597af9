"""Who made a picture and whose it is, kept of all that may be said in it.

IPTC Photo Metadata Standard 2023.2 (https://www.iptc.org/std/photometadata/specification/), in its two forms: IIM in a
block of Photoshop's, and XMP.  Captions, keywords, instructions and places are the desk's, and not kept.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element, ParseError, fromstring
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterator

_IPTC: Final = 0x0404
_RESOURCE: Final = b"8BIM"
_EXTENDED: Final = 0x8000
_MARKER: Final = 0x1C
# Character set; version; by-line and its title, credit, source, copyright notice.
_FORM: Final = frozenset({(1, 90), (2, 0)})
_SAID: Final = frozenset({(2, 80), (2, 85), (2, 110), (2, 115), (2, 116)})

_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_NAMESPACES: Final = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
}
# Each with the kind of list that it is; the last two tell how a picture came about and what may not be done with it.
_KEPT: Final = (
    ("dc", "creator", "Seq"),
    ("dc", "rights", "Alt"),
    ("photoshop", "Credit", ""),
    ("photoshop", "Source", ""),
    ("xmpRights", "Marked", ""),
    ("xmpRights", "UsageTerms", "Alt"),
    ("xmpRights", "WebStatement", ""),
    ("Iptc4xmpExt", "DigitalSourceType", ""),
    ("plus", "DataMining", ""),
)


def publishable_iptc(resources: bytes) -> bytes:
    """The image resources of Photoshop with the credit alone; nothing if there is none."""
    kept = b""
    for number, data in _resources(resources):
        if number == _IPTC:
            found = list(_datasets(data))
            if any(key in _SAID for key, _ in found):
                kept += b"".join(raw for key, raw in found if key in _FORM or key in _SAID)
    if not kept:
        return b""
    return _RESOURCE + struct.pack(">HHI", _IPTC, 0, len(kept)) + kept + bytes(len(kept) % 2)


def _resources(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The resources in *data*: the number and what it holds of each."""
    at = 0
    while data[at : at + 4] == _RESOURCE and at + 12 <= len(data):
        number, name = struct.unpack_from(">HB", data, at + 4)
        start = at + 6 + (name + 2) // 2 * 2
        if start + 4 > len(data):
            return
        size = struct.unpack_from(">I", data, start)[0]
        yield number, data[start + 4 : start + 4 + size]
        at = start + 4 + size + size % 2


def _datasets(data: bytes) -> Iterator[tuple[tuple[int, int], bytes]]:
    """The datasets of IIM in *data*: record and number, and all its bytes."""
    at = 0
    while at + 5 <= len(data) and data[at] == _MARKER:
        size = struct.unpack_from(">H", data, at + 3)[0]
        if size & _EXTENDED or at + 5 + size > len(data):
            return
        yield (data[at + 1], data[at + 2]), data[at : at + 5 + size]
        at += 5 + size


def publishable_xmp(packet: bytes) -> bytes:
    """XMP with the credit, the rights and how the picture came about alone; nothing if it says none of these.

    A packet that declares entities, or cannot be read, is nothing.
    """
    if b"<!" in packet:
        return b""
    try:
        root = fromstring(packet.strip(b"\0 \t\r\n"))  # noqa: S314 - it declares nothing, so that nothing can grow
    except (ParseError, ValueError):
        return b""
    about = list(root.iter(f"{{{_RDF}}}Description"))
    said = [line for prefix, name, form in _KEPT if (line := _property(about, prefix, name, form))]
    if not said:
        return b""
    used = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in _NAMESPACES.items())
    lines = "".join(said)
    return (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{_RDF}"><rdf:Description rdf:about=""{used}>'
        f"{lines}</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


def _property(about: list[Element], prefix: str, name: str, form: str) -> str:
    """The property *name* as it stands in any of *about*, written anew; ``""`` if none has it."""
    full = f"{{{_NAMESPACES[prefix]}}}{name}"
    for each in about:
        child = each.find(full)
        items = [] if child is None else list(child.iter(f"{{{_RDF}}}li"))
        values = [(item.get(_LANG, ""), (item.text or "").strip()) for item in items]
        if not values:
            text = each.get(full) or ("" if child is None else child.text or child.get(f"{{{_RDF}}}resource") or "")
            values = [("", text.strip())]
        values = [value for value in values if value[1]]
        if values:
            return f"<{prefix}:{name}>{_values(values, form)}</{prefix}:{name}>"
    return ""


def _values(values: list[tuple[str, str]], form: str) -> str:
    if not form:
        return escape(values[0][1])
    items = "".join(
        f'<rdf:li xml:lang="{escape(lang or "x-default", {chr(34): "&quot;"})}">{escape(text)}</rdf:li>'
        if form == "Alt"
        else f"<rdf:li>{escape(text)}</rdf:li>"
        for lang, text in values
    )
    return f"<rdf:{form}>{items}</rdf:{form}>"
