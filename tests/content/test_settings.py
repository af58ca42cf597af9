"""site.yaml is read whole, and whatever is wrong with it is told at its place."""

from __future__ import annotations

import pytest

from sitegen.content.settings import read_settings
from sitegen.errors import ContentError
from sitegen.model.deploy import RsyncPlace
from sitegen.model.settings import Dates, Extra, Feeds, Markdown, Publisher, Settings
from sitegen.model.taxonomy import Section, Tag

BASE = "title: Harbour Wire\nurl: https://harbourwire.example\ntimezone: Asia/Seoul\n"


def read(text: str) -> Settings:
    """The settings that *text* says."""
    return read_settings(text.encode())[0]


def errors(text: str) -> list[str]:
    """What is wrong with *text*."""
    with pytest.raises(ContentError) as caught:
        read_settings(text.encode())
    return [str(problem) for problem in caught.value.problems]


def test_three_keys_are_enough() -> None:
    """A site needs a title, an address and a zone; all else has a default."""
    expected = Settings(title="Harbour Wire", url="https://harbourwire.example", timezone="Asia/Seoul")
    assert (expected, ()) == read_settings(BASE.encode())


def test_every_key_is_read() -> None:
    """Each key of the documentation has its setting."""
    text = """
title: Harbour Wire
url: https://harbourwire.example/wire/
timezone: Asia/Seoul
id: tag:harbourwire.example,2026:wire
summary: News of the harbour
lang: ko-kr
sections: [news, "Culture & Arts", {id: op-ed, title: Opinion, summary: What we think}]
tags:
  police: {title: Police, summary: Cases}
  C#: C sharp
  ferries:
output: ./dist/
layouts: theme
static: assets
permalink: /{section}/{slug}.html
paginate: 10
feed_limit: 30
publisher: {name: Harbour Media, logo: /logo.png, policies: {corrections: /corrections-policy/, ethics: "https://a.example/e"}}
dates: {style: long, format: newspaper}
markdown: {html: none, embeds: [WWW.youtube.com]}
feeds: {email: yes}
keep: [CNAME, "stats/**"]
deploy: {main: {kind: rsync, host: desk@example.org, path: /srv/www, after: purge --all "a b"}}
syndicated: canonical
extra: {stop: no, count: 3}
"""
    expected = Settings(
        title="Harbour Wire",
        url="https://harbourwire.example/wire",
        timezone="Asia/Seoul",
        id="tag:harbourwire.example,2026:wire",
        summary="News of the harbour",
        lang="ko-KR",
        sections=(
            Section("news"),
            Section("culture-and-arts", "Culture & Arts"),
            Section("op-ed", "Opinion", "What we think"),
        ),
        tags=(Tag("police", "Police", "Cases"), Tag("c-sharp", "C sharp"), Tag("ferries", "ferries")),
        output="dist",
        layouts="theme",
        static="assets",
        permalink="/{section}/{slug}.html",
        paginate=10,
        feed_limit=30,
        publisher=Publisher(
            name="Harbour Media",
            logo="/logo.png",
            policies=(("corrections", "/corrections-policy/"), ("ethics", "https://a.example/e")),
        ),
        dates=Dates(style="long", format="newspaper"),
        markdown=Markdown(html="none", embeds=("www.youtube.com",)),
        feeds=Feeds(email=True),
        keep=("CNAME", "stats/**"),
        deploy=(RsyncPlace(name="main", host="desk@example.org", path="/srv/www", after=("purge", "--all", "a b")),),
        syndicated="canonical",
        extra=Extra('{"stop": "no", "count": 3}'),
    )
    assert (expected, ()) == read_settings(text.encode())


def test_everything_wrong_is_told_at_once() -> None:
    """Nobody mends a file error by error."""
    found = errors("lang: klingonese!\npaginate: many\n")
    assert ["title", "url", "timezone", "lang", "paginate"] == [
        key for key in ("title", "url", "timezone", "lang", "paginate") if any(f"`{key}`" in line for line in found)
    ]


@pytest.mark.parametrize(
    ("line", "place", "said"),
    [
        ("id: harbor", "4:5", "is neither a tag:, a urn: nor the address of a site"),
        ("id: 'tag:harborwire.example:wire'", "4:5", "such as tag:news.example.org,2026:harbor"),
        ("id: 'urn:uuid:a b'", "4:5", "such as tag:news.example.org,2026:harbor"),
        ("id: https://a.example/?x", "4:5", "nor the address of a site"),
        ("tittle: x", "4:1", "did you mean `title`?"),
        ("language: ko", "4:1", "did you mean `lang`?"),
        ("title: again", "4:1", "`title` is given twice, on lines 1 and 4"),
        ("feed_limit: many", "4:13", "must be a whole number"),
        ("paginate: 0", "4:11", "must be from 1 to 1000"),
        ("lang: english_", "4:7", "is not a language tag"),
        ("permalink: ../../{slug}/", "4:12", "a permalink starts with a slash"),
        ("permalink: /news/", "4:12", "every story would share one address"),
        ('permalink: "/{slug.__class__}/"', "4:12", "is not a field of a permalink"),
        ("deploy: {rsync: --rsh=touch x}", "4:17", "cannot start with a dash"),
        ('deploy: {git: "ext::sh -c touch% x"}', "4:15", "only https, ssh and file remotes"),
        ("sections: [News, news]", "4:18", "differ only by case"),
        ("sections: [news, news]", "4:18", "is listed twice"),
        ("sections: [a b, a-b]", "4:17", "share the address /a-b/"),
        ("sections: [../../x]", "4:12", "without slashes"),
        ("sections: [tags]", "4:12", "kept for the list of tags"),
        ("sections: [{title: News}]", "4:12", "`sections.id` is required"),
        ("sections: news", "4:11", "must be a list"),
        ('tags: {"..": x}', "4:8", "a tag cannot be empty, or only dots"),
        ("tags: {C++: x, c plus plus: y}", "4:16", "share the address /tags/c-plus-plus/"),
        ("publisher: {policies: {ethics: our-ethics}}", "4:32", "the policy `ethics` is not an address"),
        ("publisher: {logo: ../logo.png}", "4:19", "leads out of the site"),
        ("dates: {format: '%d.%m.%Y'}", "4:17", "has a %"),
        ("dates: {format: d of MMM}", "4:17", "has the letter `o`"),
        ("dates: {format: d 'of MMM}", "4:17", "has a quote that is not closed"),
        ("dates: {style: mediun}", "4:16", "did you mean medium?"),
        ("markdown: {html: yes}", "4:18", "choose one of safe, none, trusted"),
        ('markdown: {embeds: ["//["]}', "4:21", "write the name alone"),
        ('markdown: {embeds: ["https://www.youtube.com/x"]}', "4:21", "did you mean www.youtube.com?"),
        ("keep: [../x]", "4:8", "leads out of the site"),
        ("deploy: {live: {kind: ftp}}", "4:23", "choose one of folder, s3, gcs, azure, git, command, rsync"),
        ("deploy: {live: {path: /srv}}", "4:16", "`deploy.live` has no `kind`"),
        ("deploy: {live: desk@example.org}", "4:16", "the target `live` must be a mapping"),
        ("deploy: {../x: {kind: folder}}", "4:10", "is no name of a target"),
        ("deploy: {s3: {bucket: 's3://news'}}", "4:23", "write its name alone, without s3://"),
        ("deploy: {s3: {bucket: news, prefix: ../x}}", "4:37", "leads out of the site"),
        ("deploy: {s3: {bucket: news, endpoint: minio}}", "4:39", "must be a web address"),
        ("deploy: {git: {remote: 'http://x/y.git'}}", "4:24", "such as git@github.com"),
        ("deploy: {git: {remote: /srv/x.git, branch: a..b}}", "4:44", "such as gh-pages"),
        ("deploy: {command: {command: upload public}}", "4:29", "has no `{public}`"),
        ("deploy: {command: {command: 'up \"{public}'}}", "4:29", "has a quote that is not closed"),
        ("deploy: {command: {command: ['--x', '{public}']}}", "4:29", "begins with an option"),
        ("deploy: {rsync: {host: a b, path: /srv}}", "4:24", "such as desk@www.example.org"),
        ("deploy: {rsync: {host: a, path: srv}}", "4:33", "is not an absolute path"),
        ("deploy: {folder: {path: /srv, grace: soon}}", "4:38", "must be a whole number"),
        ("extra: [x]", "4:8", "must be a mapping"),
    ],
)
def test_a_mistake_is_told_at_its_place(line: str, place: str, said: str) -> None:
    """Each message has the line and column, what is wrong, and what to write."""
    found = errors(f"{BASE}{line}\n")
    assert [True] == [message.startswith(f"site.yaml:{place}: error: ") and said in message for message in found]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://harbourwire.example/", "https://harbourwire.example"),
        ("HTTPS://HarbourWire.example/Wire//", "https://harbourwire.example/Wire"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("https://부산.example:8443/한국/", "https://xn--or3bi2d.example:8443/%ED%95%9C%EA%B5%AD"),
        ("https://a.example/%ED%95%9C", "https://a.example/%ED%95%9C"),
    ],
)
def test_the_address_has_one_form(url: str, expected: str) -> None:
    """No final slash, the host in ASCII, the path percent-encoded once."""
    assert expected == read(BASE.replace("https://harbourwire.example", url)).url


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("tag:desk@a.example,2026-06-01:wire/harbor?x=%C3%A9", None),
        ("tag:a.example,2026:", None),
        ("urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6", None),
        ("HTTPS://A.example/wire/", "https://a.example/wire"),
    ],
)
def test_a_site_has_a_permanent_name(name: str, expected: str | None) -> None:
    """As it is written (RFC 4151, RFC 8141), and an address in the one form that `url` has."""
    assert (expected or name) == read(f"{BASE}id: '{name}'\n").id


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("harbourwire.example", "did you mean https://harbourwire.example?"),
        ("javascript:alert(1)", "from https:// on"),
        ("https://a.example/?x=1", "has a ? or # in it"),
        ("https://a.example/../x", "dots in its path"),
        ("ftp://a.example", "from https:// on"),
    ],
)
def test_the_address_is_of_the_web(url: str, said: str) -> None:
    """A site without a whole http or https address cannot have feeds or a sitemap."""
    (found,) = errors(BASE.replace("https://harbourwire.example", url))
    assert found.startswith("site.yaml:2:6: error: `url`")
    assert said in found


@pytest.mark.parametrize(
    ("zone", "said"),
    [("Asia/Soul", "did you mean Asia/Seoul?"), ("KST", "such as Asia/Seoul"), ("+09:00", "such as Asia/Seoul")],
)
def test_the_zone_is_a_place(zone: str, said: str) -> None:
    """Abbreviations and offsets do not know summer time."""
    (found,) = errors(BASE.replace("Asia/Seoul", zone))
    assert found.startswith("site.yaml:3:11: error: `timezone`")
    assert said in found


@pytest.mark.parametrize(
    "line",
    [
        "output: ..",
        "output: .",
        'output: "~"',
        "output: /srv/www",
        "output: content",
        "output: content/public",
        "output: Static",
        "output: .git",
        "output: .sitegen/public",
        "layouts: ../../etc",
        "layouts: .",
        "layouts: static/layouts",
        "static: content",
        "static: public/files",
    ],
)
def test_folders_are_apart_and_inside_of_the_site(line: str) -> None:
    """The output never takes a folder of sources, and no source is a folder of another kind or of the machine."""
    assert any(message.startswith("site.yaml:4:") or "`output`" in message for message in errors(f"{BASE}{line}\n"))


def test_a_language_called_no_is_norwegian() -> None:
    """YAML's words for false are text here."""
    assert "no" == read(f"{BASE}lang: no\n").lang


def test_a_key_without_a_value_is_as_if_absent() -> None:
    """A line that waits for its value changes nothing."""
    assert read(BASE) == read(f"{BASE}deploy:\nsections:\npublisher:\ndates:\nmarkdown:\nfeeds:\ntags:\npermalink:\n")


def test_a_publisher_may_be_a_name() -> None:
    """A short form for small papers."""
    assert Publisher(name="Harbour Media") == read(f"{BASE}publisher: Harbour Media\n").publisher


def test_description_is_another_name_for_summary() -> None:
    """Other tools call the site's one sentence so."""
    assert "News" == read(f"{BASE}description: News\n").summary


def test_an_unknown_key_is_a_warning() -> None:
    """What is near nothing may be meant for layouts, and belongs under `extra`."""
    _, (warning,) = read_settings(f"{BASE}mood: stormy\n".encode())
    assert "site.yaml:4:1: warning: unknown key `mood`; put it under `extra:` if your layouts use it" == str(warning)


@pytest.mark.parametrize(
    "line",
    [
        "aws_secret_access_key: HUSH",
        "deploy: {s3: {accessKey: HUSH}}",
        "extra: {nested: [{api-token: HUSH}]}",
        'deploy: {git: "https://desk:HUSH@git.example/site.git"}',
        "extra: {key: AKIAHUSHHUSHHUSHHUSH}",
    ],
)
def test_a_secret_is_refused_and_not_shown(line: str) -> None:
    """Secrets in a file of the site would be in its history, and perhaps on it."""
    (found,) = errors(f"{BASE}{line}\n")
    assert found.startswith("site.yaml:4:")
    assert "HUSH" not in found


def test_a_paper_may_write_about_secrets() -> None:
    """Words that sound like secrets are no secrets in records of tags, or without a value."""
    settings = read(f"{BASE}tags: {{passwords: Passwords and you}}\nextra: {{secretary: Ms. Lee}}\n")
    assert (Tag("passwords", "Passwords and you"),) == settings.tags


def test_what_windows_writes_is_read() -> None:
    """A byte-order mark and its line ends change nothing."""
    assert read(BASE) == read_settings(b"\xef\xbb\xbf" + BASE.replace("\n", "\r\n").encode())[0]


def test_another_encoding_is_told_with_its_line() -> None:
    """The first byte that is not UTF-8 has a place."""
    with pytest.raises(ContentError, match=r"site\.yaml:1:11: error: this file is not UTF-8"):
        read_settings(BASE.replace("Harbour", "Café").encode("latin-1"))
