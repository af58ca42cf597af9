"""A story that is hidden stays hidden, whatever happens to its front matter: in doubt, nothing is public."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from support.building import built, quick_builds, tree
from support.newsroom import SITE

CANARY: Final = "zxcanary"
HIDDEN: Final = {
    "draft": ["published: 2026-06-01 09:00", "draft: true"],
    "published": ["published: 2026-06-15 21:00:01", "draft: false"],
    "expires": ["published: 2026-06-01 09:00", "expires: 2026-06-14 09:00", "updated: 2026-06-02 09:00"],
}
"""Front matter that hides a story at noon of 15 June 2026 in UTC, by the key that hides it."""

ODD: Final = {
    "draft": ["", "~", "null", "1", "on", "y", "tru", "TRUE", "ture", "maybe", "[true]", "{a: b}", '"true"', "’true’"],
    "published": ["", "~", "soon", "2026-06-32", "2026-13-01", "tomorrow", "31.12.2026", "2027", "[2027-01-01]", "0"],
    "expires": ["", "~", "soon", "2026-06-31", "yesterday", "14.6.2026", "2026", "{2026: x}", "2026-06-14 25:00"],
}
"""Values from which nobody can tell when a story is to be out."""


def text_of(lines: list[str]) -> str:
    """A story with these lines of front matter, and the canary in all that readers could see."""
    head = "\n".join([f"title: The {CANARY} title", *lines, f"tags: [{CANARY}-tag]", f"authors: [{CANARY} Kim]"])
    return f"---\n{head}\nsummary: A {CANARY} summary\naliases: [/{CANARY}/]\n---\n\nThe {CANARY} text.\n"


@st.composite
def typos(draw: st.DrawFn, key: str) -> str:
    """*key*, mistyped by one letter, or in another case."""
    at = draw(st.integers(0, len(key) - 1))
    letter = draw(st.sampled_from("aeglsxz-_ é"))
    made = draw(
        st.sampled_from(
            [
                key[:at] + key[at + 1 :],
                key[:at] + letter + key[at:],
                key[:at] + letter + key[at + 1 :],
                key[:at] + key[at + 1 : at + 2] + key[at : at + 1] + key[at + 2 :],
                key.upper(),
                key.capitalize(),
                key + "s",
                f'"{key} "',
                f"{key}\u200b",
                f"{key[:1]}\u00ad{key[1:]}",
            ]
        )
    )
    return made if made != key else key.upper()


FENCES: Final = st.sampled_from(
    ["----", "--", "—", "+++", "- - -", "\n\n---", " ---", "x ---", "```", "...", "---yaml"],
)
INDENTS: Final = st.sampled_from(["\t", " ", "  ", "- ", "\u00a0", "\u3000"])
COLONS: Final = st.sampled_from([":", ":\t", " = ", " : ", "：", ";"])
SIGNS: Final = st.sampled_from(["#", "&", "*", "!", "!!str ", "|", ">", "%", "@", "`"])
NO_TEXT: Final = st.sampled_from([b"\xff", b"\xc3", b"\xed\xa0\x80", b"\0", b"\x0b", b"\x1b", b"\x85"])
ENCODINGS: Final = st.sampled_from(["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
OTHERWISE: Final = {"draft": "false", "published": "2026-06-01 09:00", "expires": "2027-01-01"}


@st.composite
def damaged_line(draw: st.DrawFn, key: str, line: str) -> str:
    """The line that hides a story, with one damage."""
    value = line.partition(": ")[2]
    match draw(st.sampled_from(["key", "value", "indent", "colon", "sign", "twice"])):
        case "key":
            return f"{draw(typos(key))}: {value}"
        case "value":
            return f"{key}: {draw(st.sampled_from(ODD[key]))}"
        case "indent":
            return draw(INDENTS) + line
        case "colon":
            return line.replace(": ", draw(COLONS))
        case "sign":
            return f"{key}: {draw(SIGNS)}{value}"
        case _:
            other = draw(st.sampled_from([key, f'"{key}"']))
            return "\n".join(draw(st.permutations([line, f"{other}: {OTHERWISE[key]}"])))


@st.composite
def damaged_text(draw: st.DrawFn, text: str) -> bytes:
    """A file, with one damage to it as a whole."""
    data = text.encode()
    match draw(st.sampled_from(["mark", "ends", "no fence", "fence", "bytes", "encoding", "cut"])):
        case "mark":
            return b"\xef\xbb\xbf" * draw(st.integers(1, 2)) + data
        case "ends":
            return data.replace(b"\n", draw(st.sampled_from([b"\r\n", b"\r"])))
        case "no fence":
            return draw(st.sampled_from([data.replace(b"---\n", b"", 1), data.replace(b"\n---\n", b"\n", 1)]))
        case "fence":
            return text.replace("---", draw(FENCES), draw(st.sampled_from([1, 2]))).encode()
        case "bytes":
            place = draw(st.integers(0, len(data)))
            return data[:place] + draw(NO_TEXT) + data[place:]
        case "encoding":
            return text.encode(draw(ENCODINGS))
        case _:
            return data[: draw(st.integers(0, data.index(b"\n---\n\n")))]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A hidden story with one damage."""
    key = draw(st.sampled_from(sorted(HIDDEN)))
    lines = list(HIDDEN[key])
    line = next(line for line in lines if line.startswith(key))
    text = text_of(lines)
    if draw(st.booleans()):
        return text.replace(line, draw(damaged_line(key, line))).encode()
    return draw(damaged_text(text))


@given(data=damaged())
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
def test_doubt_hides(data: bytes) -> None:
    """After one damage to it the story is an error, or still hidden."""
    with tempfile.TemporaryDirectory(prefix="sitegen-test-") as folder:
        root = Path(folder)
        (root / "content").mkdir()
        (root / "site.yaml").write_text(SITE)
        (root / "content/public.md").write_text("---\ntitle: Public\npublished: 2026-06-01\n---\n\nText.\n")
        (root / "content/story.md").write_bytes(data)
        outcome = built(root, cache=False)
        assert outcome.status in {0, 1}
        for path, (_, content) in tree(root / "public").items():
            assert CANARY not in path
            assert CANARY.encode() not in content.lower()
        if outcome.summary is None:
            assert any(line.startswith("content/story.md") and "error: " in line for line in outcome.told), outcome.told


@given(key=st.sampled_from(sorted(HIDDEN)), data=damaged())
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.reuse, Phase.generate])
def test_doubt_hides_from_a_build_to_come(key: str, data: bytes) -> None:
    """The same where the story was hidden in a build before, whose answers and output the next one starts from."""
    with tempfile.TemporaryDirectory(prefix="sitegen-test-") as folder, quick_builds():
        root = Path(folder)
        (root / "content").mkdir()
        (root / "site.yaml").write_text(SITE)
        (root / "content/public.md").write_text(
            "---\ntitle: Public\npublished: 2026-06-01\n---\n\n[Words](story.md).\n"
        )
        (root / "content/story.md").write_text(text_of(HIDDEN[key]))
        assert 0 == built(root).status
        (root / "content/story.md").write_bytes(data)
        assert built(root).status in {0, 1}
        for path, (_, content) in tree(root / "public").items():
            assert CANARY not in path
            assert CANARY.encode() not in content.lower()


def test_the_canary_would_be_seen(tmp_path: Path) -> None:
    """The same story, when it is out, is in the output in all the ways that are looked for."""
    (tmp_path / "content").mkdir()
    (tmp_path / "site.yaml").write_text(SITE)
    (tmp_path / "content/story.md").write_text(text_of(["published: 2026-06-01 09:00"]))
    assert 0 == built(tmp_path, cache=False).status
    found = tree(tmp_path / "public")
    assert any(CANARY in path for path in found)
    assert any(CANARY.encode() in content for _, content in found.values())
