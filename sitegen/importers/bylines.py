"""Bylines as wires print them: ``BY KIM MIN-JI, ANA RUIZ [kim.minji@example.org]``, and who made a story with them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from sitegen.content.forms import is_email
from sitegen.importers.copy import Credit
from sitegen.importers.names import apart, recased

if TYPE_CHECKING:
    from sitegen.errors import Location, Problems

_BY: Final = r"(?:(?:written|reported|story)\s+)?by|von|par|por|글"
_LINE: Final = re.compile(rf"\W{{0,3}}(?:{_BY})[:\s]\s*(?P<names>\S.*)", re.IGNORECASE)
_BEFORE: Final = re.compile(rf"(?:{_BY})[:\s]\s*", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"[^\s\[\]()<>,;|]+@[^\s\[\]()<>,;|]+[^\s\[\]()<>,;|.]")
_EMPTY: Final = re.compile(r"[\[(<]\s*(?:e-?mail:?)?[\s,;/|]*[\])>]")
_REPORTER: Final = re.compile(
    r"[가-힣]{2,5}(?:\s?·\s?[가-힣]{2,5})*\s?(?:선임기자|인턴기자|객원기자|기자|특파원|논설위원)"
)
_ROLE: Final = re.compile(r"\s?(?:선임기자|인턴기자|객원기자|기자|특파원|논설위원)\Z")
_TITLE: Final = re.compile(
    r"(?:[\w&'’-]+\s){0,4}"
    r"(?:writer|reporter|correspondent|editor|columnist|contributor|journalist|photographer|bureau chief)",
    re.IGNORECASE,
)
_WITH: Final = re.compile(
    r"(?:(?:in|published|produced)\s+)?(?:(?:in\s+)?(?:partnership|cooperation|collaboration|association)\s+)?with\s+",
    re.IGNORECASE,
)
_WITHIN: Final = re.compile(r"\s+(?:in\s+(?:partnership|cooperation|collaboration)\s+)?with\s+(?=\S)", re.IGNORECASE)
_LONGEST: Final = 240
_LONGEST_PARTNER: Final = 100
_LONGEST_NAME: Final = 5  # words
_SMALL: Final = frozenset(
    ("and", "de", "la", "del", "van", "von", "der", "den", "da", "dos", "du", "bin", "di", "y", "with", "the", "of")
)


class Byline(Struct, frozen=True):
    """What a byline says: who, how to reach them, and with whom."""

    credits: tuple[Credit, ...] = ()
    email: str = ""
    partner: str = ""


def names_of(line: str) -> str:
    """What follows ``BY`` in *line*, if it is a byline and nothing else; ``""`` if it may be words of the story."""
    line = " ".join(line.split())
    if len(line) > _LONGEST:
        return ""
    if _REPORTER.fullmatch(_without_addresses(line)):
        return line
    found = _LINE.fullmatch(line)
    if not found:
        return ""
    words = _without_addresses(found["names"])
    people = apart(_WITHIN.split(words)[0])
    return found["names"] if people and all(_is_name(name) for name in people) else ""


def is_like_byline(line: str) -> bool:
    """Whether *line* begins like a byline, in capitals or with an address, whatever it goes on with."""
    words = " ".join(line.split())
    return len(words) <= _LONGEST and bool(_LINE.fullmatch(words)) and (is_shouted(words) or has_address(words))


def is_shouted(line: str) -> bool:
    """Whether *line* is in capitals but for its addresses, as the bylines of wires are."""
    words = _without_addresses(line)
    return words == words.upper() != words.lower()


def has_address(line: str) -> bool:
    """Whether an e-mail address stands in *line*."""
    return _ADDRESS.search(line) is not None


def partner_of(line: str) -> str:
    """The partner that a line ``with the …`` names; ``""`` if *line* says anything else."""
    line = " ".join(line.split())
    found = _WITH.match(line)
    if not found or len(line) > _LONGEST_PARTNER or line.endswith((".", "?", "!", ":", ",", ";")):
        return ""
    name = line[found.end() :].strip()
    words = [word for word in re.split(r"[\s-]+", name) if word.casefold() not in _SMALL]
    return name if words and all(word[0].isupper() or not word[0].isalpha() for word in words) else ""


def read_byline(text: str, where: Location, problems: Problems) -> Byline:
    """What the byline *text*, without or with its ``BY``, says; what is doubtful is told at *where*."""
    text = _BEFORE.sub("", " ".join(text.split()), count=1) if _BEFORE.match(text.strip()) else text
    addresses = tuple(dict.fromkeys(found[0] for found in _ADDRESS.finditer(text)))
    for address in addresses:
        if not is_email(address):
            problems.warning(where, f"`{address}` is not an e-mail address", "it was left out: correct and add it")
    addresses = tuple(filter(is_email, addresses))
    names, *partners = _WITHIN.split(_without_addresses(text), maxsplit=1)
    people = _with_roles(apart(names))
    shared, own = _shared(addresses, len(people), where, problems)
    credits_ = tuple(
        credit(name, where, problems, email=own[index] if own else "", role=role)
        for index, (name, role) in enumerate(people)
    )
    partner = partner_name(partners[0], where, problems) if partners else ""
    return Byline(credits_, shared, partner)


def _with_roles(names: tuple[str, ...]) -> list[tuple[str, str]]:
    """Each name with the title that follows it: ``Jane Doe, Staff Writer`` is one person."""
    people: list[tuple[str, str]] = []
    for name in names:
        if people and _TITLE.fullmatch(name):
            people[-1] = people[-1][0], name.lower() if name.isupper() else name
        else:
            people.append((name, ""))
    return people


def credit(name: str, where: Location, problems: Problems, *, email: str = "", role: str = "") -> Credit:
    """The credit of one *name*; capitals that are doubtful are told."""
    if found := _ROLE.search(name):
        role, name = role or found[0].strip(), name[: found.start()]
    known = recased(name)
    if known.doubtful:
        problems.warning(where, f"the capitals of `{name}` are doubtful: `{known.text}` is written", "check the name")
    return Credit(name=known.text, where=where, email=email, role=role)


def partner_name(text: str, where: Location, problems: Problems) -> str:
    """The partner called *text*; one in capitals gets those of a sentence, and is told."""
    name = text.strip(" ,.;")
    known = recased(name)
    if known.text == name:
        return name
    written = re.sub(r"\A(?:The|A)\b|\b(?:Of|And|For)\b", lambda found: found[0].lower(), known.text)
    problems.warning(where, f"the partner `{name}` is in capitals: `{written}` is written", "check the name")
    return written


def _shared(
    addresses: tuple[str, ...], people: int, where: Location, problems: Problems
) -> tuple[str, tuple[str, ...]]:
    """The address of the whole byline, or those of its authors in their order, where each has one."""
    if len(addresses) == people > 1:
        return "", addresses
    for address in addresses[1:]:
        what = f"the byline has {people} authors and {len(addresses)} addresses: `{address}` is nobody's"
        problems.warning(where, what, "add it to its author")
    return (addresses[0] if addresses else ""), ()


def _without_addresses(text: str) -> str:
    """*text* without addresses and the brackets around them."""
    return _EMPTY.sub(" ", _ADDRESS.sub(" ", text)).strip(" ,;|")


def _is_name(name: str) -> bool:
    """Whether *name* has the form of one: a few words with capitals, small ones between them, and no number."""
    words = name.split()
    if len(words) > _LONGEST_NAME or any(char.isdecimal() for char in name):
        return False
    return all(word[0].isupper() or word.casefold() in _SMALL or not word[0].isascii() for word in words)
