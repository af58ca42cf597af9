"""``site.yaml``: the configuration, checked so that what is read can be used."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from sitegen.content.decoding import decoded
from sitegen.content.deployment import places
from sitegen.content.feeds import feeds
from sitegen.content.fields import Fields
from sitegen.content.forms import address_parts, is_web_url, path_slip
from sitegen.content.named import is_address, picture
from sitegen.content.policy import policy
from sitegen.content.secrets import without_secrets
from sitegen.content.subjects import sections, tags
from sitegen.content.yaml import Scalar, read_mapping
from sitegen.errors import ContentError, Problems
from sitegen.model.settings import Dates, Markdown, Publisher, Settings
from sitegen.urls import Fault, folded, permalink_problem
from sitegen.zones import UnknownZoneError, zone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sitegen.errors import Problem

_KNOWN = (
    "title",
    "url",
    "timezone",
    "id",
    "summary",
    "lang",
    "sections",
    "tags",
    "output",
    "layouts",
    "static",
    "permalink",
    "paginate",
    "feed_limit",
    "publisher",
    "dates",
    "markdown",
    "csp",
    "keep",
    "syndicated",
    "feeds",
    "emails",
    "deploy",
    "extra",
)
_SAME = {"description": "summary"}
_MEANT = {"base_url": "url", "site_url": "url", "language": "lang", "locale": "lang", "author": "publisher"}

_DEFAULT_PERMALINK = "/{year}/{month}/{slug}/"
_MOST_PER_PAGE = 1000
_TAKEN = ("content", ".sitegen", ".git")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+")
# What a tag is by RFC 4151: who named it, a day on which they were that one, a name; what a URN is by RFC 8141.
_DAY = r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?"
_PART = r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})"
_NAME = re.compile(rf"tag:[A-Za-z0-9._@-]+,{_DAY}:{_PART}*|urn:[A-Za-z0-9][A-Za-z0-9-]{{0,30}}[A-Za-z0-9]:{_PART}+")
_NO_SCHEME = re.compile(r"[^\s/:@]+\.[^\s/:@]+(?::[0-9]+)?(?:/\S*)?")
# Letters that stand for something in a date pattern: Unicode LDML, part 4, "Date Field Symbol Table".
_PATTERN_LETTERS = frozenset("GyYuUrQqMLlwWdDFgEecabBhHKkjJCmsSAzZOvVXx")


def read_settings(data: bytes, path: str = "site.yaml") -> tuple[Settings, tuple[Problem, ...]]:
    """The configuration in *data*, the bytes of the file at *path*, and what to warn of.

    Raises ContentError with everything that is wrong.
    """
    problems = Problems()
    mapping = read_mapping(decoded(data, path), path, 1, problems, path)
    if mapping is None:
        raise ContentError(problems.found)
    open_part = without_secrets(mapping, problems)
    fields = Fields(open_part, problems, known=_KNOWN, same=_SAME, meant=_MEANT, spare="extra")
    settings = _settings(fields)
    if problems.errors:
        raise ContentError(problems.found)
    return settings, tuple(problems.found)


def _settings(fields: Fields) -> Settings:
    """The settings that *fields* say; whatever is wrong has its default."""
    output, layouts, static = _folders(fields)
    parts = sections(fields)
    return Settings(
        title=fields.text("title", required=True),
        url=_url(fields),
        timezone=_timezone(fields),
        id=_id(fields),
        summary=fields.text("summary"),
        lang=fields.language("lang", "en"),
        sections=parts,
        tags=tags(fields),
        output=output,
        layouts=layouts,
        static=static,
        permalink=_permalink(fields),
        paginate=fields.number("paginate", 20, least=1, most=_MOST_PER_PAGE),
        feed_limit=fields.number("feed_limit", 50, least=1, most=_MOST_PER_PAGE),
        publisher=_publisher(fields),
        dates=_dates(fields),
        markdown=_markdown(fields),
        csp=policy(fields),
        feeds=feeds(fields, parts),
        emails=fields.choice("emails", ("protected", "plain"), "protected"),
        keep=_keep(fields),
        deploy=places(fields),
        # Google asks partners for noindex, as a canonical of another site is a hint that it need not follow
        # (https://support.google.com/news/publisher-center/answer/9606800).
        syndicated=fields.choice("syndicated", ("noindex", "canonical"), "noindex"),
        extra=fields.extra(),
    )


def _url(fields: Fields) -> str:
    text = fields.text("url", required=True)
    url = site_url(text) if text else ""
    if isinstance(url, Fault):
        fields.error("url", url.what, url.fix)
        return ""
    return url


def site_url(text: str) -> str | Fault:
    """The address of a site, as *text* gives it: in ASCII, percent-encoded, no final slash; or why it cannot be one."""
    if not is_web_url(text):
        guess = f"did you mean https://{text}?" if _NO_SCHEME.fullmatch(text) else "such as https://news.example.org"
        return Fault("must be a whole web address, from https:// on", guess)
    parts = urlsplit(text)
    if parts.query or parts.fragment or "?" in text or "#" in text:
        return Fault("has a ? or # in it", "write the address of the home page alone")
    path = parts.path.rstrip("/")
    if any(segment in {"", ".", ".."} for segment in path.split("/")[1:]):
        return Fault("has an empty part or dots in its path", "write the path as browsers show it")
    host, colon, port = parts.netloc.lower().partition(":")
    try:
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return Fault("has a host that is no name of the internet", "check the name between // and /")
    return f"{parts.scheme}://{host}{colon}{port}{quote(path, safe='/%@:,;=!$*~')}"


def _timezone(fields: Fields) -> str:
    """The name of the site's time zone."""
    text = fields.text("timezone", required=True)
    if not text:
        return ""
    try:
        zone(text)
    except UnknownZoneError as error:
        fix = f"did you mean {error.near}?" if error.near else "write the zone of a city, such as Asia/Seoul"
        fields.error("timezone", f"is `{text}`, which is not a time zone", fix)
    return text


def _id(fields: Fields) -> str:
    """The permanent name of the site, in its one form, as such are compared letter by letter."""
    text = fields.text("id")
    if not text or _NAME.fullmatch(text):
        return text
    own = site_url(text) if is_web_url(text) else None
    if isinstance(own, str):
        return own
    fix = "write such as tag:news.example.org,2026:harbor, or the address that the site had first"
    fields.error("id", f"is `{text}`, which is neither a tag:, a urn: nor the address of a site", fix)
    return ""


def _permalink(fields: Fields) -> str:
    """The pattern of stories' addresses."""
    pattern = fields.text("permalink") or _DEFAULT_PERMALINK
    if fault := permalink_problem(pattern):
        fields.problems.error(fields.where("permalink"), fault.what, fault.fix)
    return pattern


def _folders(fields: Fields) -> tuple[str, str, str]:
    """The folders of the output, the layouts and the static files: inside of the site, and none within another."""
    defaults = {"static": "static", "layouts": "layouts", "output": "public"}
    folders = {key: _folder(fields, key, default) for key, default in defaults.items()}
    taken = dict.fromkeys(_TAKEN, "")
    for key, folder in folders.items():
        for other, owner in taken.items():
            if _overlap(folder, other):
                fields.error(key, f"is `{folder}`, which overlaps with `{other}`{owner}", "give it a folder of its own")
        taken[folder] = f", the folder of `{key}`"
    return folders["output"], folders["layouts"], folders["static"]


def _folder(fields: Fields, key: str, default: str) -> str:
    """A folder inside of the site, without ``./`` and a final slash."""
    text = fields.text(key)
    if not text:
        return default
    folder = "/".join(part for part in text.split("/") if part not in {"", "."})
    elsewhere = "; for a folder elsewhere use the flag --output" if key == "output" else ""
    fix = f"name a folder below site.yaml, such as {default}{elsewhere}"
    if slip := path_slip(text):
        fields.error(key, slip, fix)
    elif not folder:
        fields.error(key, "is the folder of the site itself, with all its sources", fix)
    else:
        return folder
    return default


def _overlap(one: str, other: str) -> bool:
    """Whether one of two folders is the other, or lies in it, on a disk that ignores case."""
    first, second = folded(one) + "/", folded(other) + "/"
    return first.startswith(second) or second.startswith(first)


def _publisher(fields: Fields) -> Publisher:
    """Who answers for the site: a name, or a mapping."""
    node = fields.node("publisher")
    if isinstance(node, Scalar):
        return Publisher(name=fields.text("publisher"))
    mapping = fields.mapping("publisher")
    if mapping is None:
        return Publisher()
    inner = Fields(mapping, fields.problems, known=("name", "logo", "policies"), owner="publisher")
    return Publisher(name=inner.text("name"), logo=picture(inner, "logo"), policies=tuple(_policies(inner)))


def _policies(fields: Fields) -> Iterator[tuple[str, str]]:
    """The pages of the publisher's policies: a name and an address each."""
    mapping = fields.mapping("policies")
    for key, node in mapping.items if mapping else ():
        text = fields.text_of(node, "policy")
        if text is None:
            continue
        if not is_address(text.value):
            what = f"the policy `{key.text}` is not an address"
            fix = "write a path of this site, such as /corrections-policy/, or a whole web address"
            fields.problems.error(text.where, what, fix)
            continue
        yield key.text, text.value


def _dates(fields: Fields) -> Dates:
    """How dates are printed."""
    mapping = fields.mapping("dates")
    if mapping is None:
        return Dates()
    inner = Fields(mapping, fields.problems, known=("style", "format"), owner="dates")
    pattern = inner.text("format")
    if pattern and pattern != "newspaper":
        _check_pattern(inner, pattern)
    return Dates(style=inner.choice("style", ("short", "medium", "long", "full"), "medium"), format=pattern)


def _check_pattern(fields: Fields, pattern: str) -> None:
    """Tell what is wrong with a pattern of dates."""
    fix = "write newspaper, or a pattern such as `d MMM y, HH:mm`, with other words in '…'"
    if "%" in pattern:
        fields.error("format", "has a %, which means nothing in a pattern of Unicode (LDML)", fix)
    elif pattern.count("'") % 2:
        fields.error("format", "has a quote that is not closed", fix)
    else:
        letters = filter(str.isalpha, re.sub("'[^']*'", "", pattern))
        if odd := next((letter for letter in letters if letter.isascii() and letter not in _PATTERN_LETTERS), None):
            fields.error("format", f"has the letter `{odd}`, which stands for nothing in a date", fix)


def _markdown(fields: Fields) -> Markdown:
    """How the text of a story is read."""
    mapping = fields.mapping("markdown")
    if mapping is None:
        return Markdown()
    inner = Fields(mapping, fields.problems, known=("html", "embeds"), owner="markdown")
    hosts = []
    for text in inner.texts("embeds", each="host"):
        host = text.value.lower()
        if _HOST.fullmatch(host):
            hosts.append(host)
            continue
        parts = address_parts(host)
        guess = (parts and parts.hostname) or ""
        fix = f"did you mean {guess}?" if _HOST.fullmatch(guess) else "write the name alone: www.youtube.com"
        fields.problems.error(text.where, f"`{text.value}` is not the name of a host", fix)
    return Markdown(html=inner.choice("html", ("safe", "none", "trusted"), "safe"), embeds=tuple(dict.fromkeys(hosts)))


def _keep(fields: Fields) -> tuple[str, ...]:
    """Patterns of files in the output that are not ours to remove."""
    patterns = []
    for text in fields.texts("keep", each="pattern"):
        if slip := path_slip(text.value):
            what = f"the pattern `{text.value}` {slip}"
            fields.problems.error(text.where, what, "write it from the output folder on")
        else:
            patterns.append(text.value)
    return tuple(dict.fromkeys(patterns))
