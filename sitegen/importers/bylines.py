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
# As people write addresses that harvesters are not to find: "jane (at) paper.com", "jane at paper dot com".
_AT: Final = re.compile(r"(?<=\w)\s*[\[({<]\s*(?:at|@|골뱅이)\s*[\])}>]\s*(?=\w)", re.IGNORECASE)
_DOT: Final = re.compile(r"(?<=\w)\s*[\[({<]\s*(?:dot|\.|점)\s*[\])}>]\s*(?=\w)", re.IGNORECASE)
_HAS_AT: Final = re.compile(r"@|\Wat\W|골뱅이", re.IGNORECASE)
_SPELLED: Final = re.compile(
    r"(?P<local>[\w+-]+(?:(?:\.|\sdot\s)[\w+-]+)*)(?:@|\sat\s)(?P<host>[\w-]+(?:(?:\.|\sdot\s)[\w-]+)+)", re.IGNORECASE
)
_FULL_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_CONTACT: Final = re.compile(r"(?:e-?mail|contact|이메일|메일)\s*[:：]\s*", re.IGNORECASE)
_PLACE: Final = re.compile(r"(?<=\w)\s+(?P<place>in\s+(?![^\s]+\s*[,;·&]|and\b)[^\d\s]\D*)", re.IGNORECASE)
_JOINS: Final = re.compile(r"\b(?:and|by|for|in|of|the|with)\b", re.IGNORECASE)
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
_USUAL: Final = frozenset(
    (
        *(
            "a",
            "all",
            "an",
            "any",
            "as",
            "at",
            "day",
            "each",
            "every",
            "far",
            "for",
            "from",
            "her",
            "his",
            "hook",
            "in",
        ),
        *(
            "its",
            "law",
            "means",
            "more",
            "most",
            "my",
            "next",
            "night",
            "no",
            "not",
            "now",
            "of",
            "on",
            "one",
            "or",
            "our",
        ),
        *("some", "than", "that", "the", "their", "them", "then", "this", "those", "to", "two", "us", "way", "which"),
        *("who", "year", "you", "your"),
    )
)


class Byline(Struct, frozen=True):
    """What a byline says: who, how to reach them, and with whom."""

    credits: tuple[Credit, ...] = ()
    email: str = ""
    partner: str = ""


def names_of(line: str) -> str:
    """What follows ``BY`` in *line*, if it is a byline and nothing else; ``""`` if it may be words of the story."""
    line = spelled(line)
    if len(line) > _LONGEST:
        return ""
    if _REPORTER.fullmatch(without_addresses(line)):
        return line
    found = _LINE.fullmatch(line)
    if not found:
        return ""
    words = _PLACE.sub("", without_addresses(found["names"]))
    people = apart(_WITHIN.split(words)[0])
    is_quiet = line == line.lower() and has_address(line)
    is_one = _is_quiet_name if is_quiet else _is_name
    is_named = bool(people) and is_one(people[0]) and all(is_one(each) or _TITLE.fullmatch(each) for each in people)
    return line if is_named else ""


def quiet_names_of(line: str, least: int = 2) -> str:
    """*line*, if it can be a byline in small letters and has nothing else: ``by jane doe and bo li``.

    It has *least* names: words such as ``by popular demand`` have the form of one.
    """
    line = spelled(line)
    found = _LINE.fullmatch(line)
    if not found or len(line) > _LONGEST or line != line.lower():
        return ""
    people = apart(without_addresses(found["names"]))
    return line if len(people) >= least and all(map(_is_quiet_name, people)) else ""


def spelled(line: str) -> str:
    """*line* with one space between words, signs in half width, and its e-mail addresses as addresses."""
    line = " ".join(line.translate(_FULL_WIDTH).split())
    if len(line) > _LONGEST or not _HAS_AT.search(line):
        return line

    def address(found: re.Match[str]) -> str:
        spelled_ = re.sub(r"\sdot\s", ".", f"{found['local']}@{found['host']}", flags=re.IGNORECASE)
        return spelled_ if found[0] == spelled_ else spelled_.lower()

    line = _DOT.sub(".", _AT.sub("@", line))
    return _SPELLED.sub(lambda found: address(found) if "@" in found[0] or _is_spelled(found[0]) else found[0], line)


def _is_spelled(words: str) -> bool:
    """Whether *words*, with an ``at``, are an address: the name of its host has a ``dot``, or is in small letters."""
    return " dot " in words.lower().partition(" at ")[2]


def is_like_byline(line: str) -> bool:
    """Whether *line* begins like a byline, in capitals or with an address, whatever it goes on with."""
    words = spelled(line)
    return len(words) <= _LONGEST and bool(_LINE.fullmatch(words)) and (is_shouted(words) or has_address(words))


def is_shouted(line: str) -> bool:
    """Whether *line* is in capitals but for its addresses, as the bylines of wires are."""
    words = _JOINS.sub("", without_addresses(spelled(line)))
    return words == words.upper() != words.lower()


def has_address(line: str) -> bool:
    """Whether an e-mail address stands in *line*."""
    return _ADDRESS.search(spelled(line)) is not None


def address_alone(line: str) -> str:
    """The e-mail address that *line* has and nothing else, in brackets or not; ``""`` if it is no such line."""
    line = _CONTACT.sub("", spelled(line).strip(" []()<>"))
    return line if is_email(line) else ""


def partner_of(line: str) -> str:
    """The partner that a line ``with the …`` names; ``""`` if *line* says anything else."""
    line = " ".join(line.translate(_FULL_WIDTH).split())
    found = _WITH.match(line)
    if not found or len(line) > _LONGEST_PARTNER or line.endswith((".", "?", "!", ":", ",", ";")):
        return ""
    name = line[found.end() :].strip()
    words = [word for word in re.split(r"[\s-]+", name) if word.casefold() not in _SMALL]
    return name if words and all(word[0].isupper() or not word[0].isalpha() for word in words) else ""


def read_byline(text: str, where: Location, problems: Problems) -> Byline:
    """What the byline *text*, without or with its ``BY``, says; what is doubtful is told at *where*."""
    typed = " ".join(text.translate(_FULL_WIDTH).split())
    text = spelled(text)
    if text != typed:
        what = f"an address was spelled out in the byline: `{typed}` is read as `{text}`"
        problems.warning(where, what, "check the address")
    is_quiet = _LINE.fullmatch(text) is not None and text == text.lower() != text.upper()
    text = _BEFORE.sub("", text.lstrip(" -–—*_"), count=1)
    addresses = tuple(dict.fromkeys(found[0] for found in _ADDRESS.finditer(text)))
    for address in addresses:
        if not is_email(address):
            problems.warning(where, f"`{address}` is not an e-mail address", "it was left out: correct and add it")
    addresses = tuple(filter(is_email, addresses))
    names, *partners = _WITHIN.split(without_addresses(text), maxsplit=1)
    if place := _PLACE.search(names):
        names = names[: place.start()]
        problems.warning(where, f"words of the byline have no place: `{place['place']}`", "add them as a `dateline`")
    if is_quiet and names:
        problems.warning(where, f"a byline in small letters: `{names}` is written with capitals", "check the names")
        names = names.upper()
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


def without_addresses(text: str) -> str:
    """*text* without addresses and the brackets around them."""
    return _EMPTY.sub(" ", _ADDRESS.sub(" ", text)).strip(" ,;|")


def _is_quiet_name(name: str) -> bool:
    """Whether *name* may be one in small letters: two to four words of letters, none of them a usual one."""
    words = name.casefold().split()
    return 2 <= len(words) <= _LONGEST_NAME - 1 and all(  # noqa: PLR2004 - a first name and a last one
        re.fullmatch(r"[^\W\d_]+(?:[-'’.][^\W\d_]*)*", word) and word not in _USUAL for word in words
    )


def _is_name(name: str) -> bool:
    """Whether *name* has the form of one: a few words with capitals, small ones between them, and no number."""
    words = name.split()
    if len(words) > _LONGEST_NAME or any(char.isdecimal() for char in name):
        return False
    return all(word[0].isupper() or word.casefold() in _SMALL or not word[0].isascii() for word in words)
