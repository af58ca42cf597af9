"""Addresses are the same on every machine, say what they mean, and never leave the output folder."""

from __future__ import annotations

from datetime import UTC, datetime
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen import urls
from sitegen.slugs import LONGEST, LONGEST_BYTES
from sitegen.urls import RESERVED, slug

# Letters whose lower case is not simple, signs that are spelled out, marks, joiners, emoji, and what leaves a folder.
AWKWARD = "iİıIσςΣsßŉﬁᏣꮳaU .+#&'’-_/\\%?:\u0307\u0301\u0345\u20e3\u200d\ufe0f\u202e\u3164क्षि한ᄒ\u1161⚠🎉🇰🇷👩"
TEXTS = st.one_of(st.text(), st.text(alphabet=AWKWARD, max_size=120), st.text(min_size=60, max_size=200))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ferry service resumes", "ferry-service-resumes"),
        ("C", "c"),
        ("C++", "c-plus-plus"),
        ("C#", "c-sharp"),
        ("#ferries", "ferries"),
        ('O\'Brien & "Sons"', "obrien-and-sons"),
        ("We won’t sail", "we-wont-sail"),
        ("U.S.", "us"),
        ("J.K. Rowling", "jk-rowling"),
        ("../../../../tmp/ssg-tag", "tmp-ssg-tag"),
        ("100%", "100"),
        ("0010", "0010"),
        ("no", "no"),
    ],
)
def test_signs_are_spelled_out_or_part_words(text: str, expected: str) -> None:
    """``+ # &`` have names, apostrophes are part of a word, all else is a border of words."""
    assert expected == slug(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("부산항, 새벽의 기록", "부산항-새벽의-기록"),
        (normalize("NFD", "한글"), "한글"),
        ("عودة خدمة العبّارات", "عودة-خدمة-العبّارات"),
        ("बंदरगाह पर सुबह", "बंदरगाह-पर-सुबह"),
        ("𠮷野家と𩸽", "𠮷野家と𩸽"),
        ("İstanbul Boğazı’nda", "istanbul-boğazında"),
        ("ISTANBUL", "istanbul"),
        ("Straße", "strasse"),
        ("ﬁnance", "finance"),
        ("ΟΔΥΣΣΕΥΣ ΕΠΕΣΤΡΕΨΕ", "οδυσσευς-επεστρεψε"),
        ("Ꭰ ꭰ", "Ꭰ-Ꭰ"),
    ],
)
def test_every_script_keeps_its_letters(text: str, expected: str) -> None:
    """Letters, marks and digits stay, composed and in one case, whatever the language of the machine."""
    assert expected == slug(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("🎉", "party-popper"),
        ("👩‍🚀", "woman-rocket"),
        ("🇰🇷", "flag-kr"),
        ("🇰🇷🇯🇵", "flag-kr-flag-jp"),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "waving-black-flag-gbeng"),
        ("🫡", "u1fae1"),
        ("+", "plus"),
        ("!", "exclamation-mark"),
        ("", "untitled"),
        ("\u200b", "untitled"),
        ("Crew 👩‍🚀 back 🇰🇷", "crew-back"),
    ],
)
def test_symbols_are_named_where_nothing_else_is(text: str, expected: str) -> None:
    """A tag that is an emoji has an address of its own; in a headline it would be noise."""
    assert expected == slug(text)


def test_what_cannot_be_seen_makes_no_address() -> None:
    """Variation selectors, joiners, marks of direction and fillers never tell two addresses apart."""
    assert slug("❤") == slug("❤️")
    assert "葛城-news" == slug("葛\U000e0100城\u202e ne\u200bws\u3164")


def test_a_device_of_windows_is_no_folder() -> None:
    """``con`` cannot be a folder on Windows."""
    assert ["con-1", "lpt1-1", "console"] == [slug("con"), slug("LPT1"), slug("console")]


def test_a_long_text_is_cut_between_words() -> None:
    """A slug has at most 120 characters, and ends with a whole word where there is one."""
    assert "-".join(["harbour"] * 15) == slug("harbour " * 30)
    assert "a" * LONGEST == slug("a" * 300)


def test_a_long_text_is_cut_between_characters() -> None:
    """A slug has at most 200 bytes, and no vowel sign is cut off its consonant."""
    assert "가" * 66 == slug("가" * 100)
    assert "क्षि" * 16 == slug("क्षि" * 60)


@given(st.text(alphabet=st.characters(max_codepoint=127), max_size=150))
def test_a_slug_of_ascii_is_that_of_any_text(text: str) -> None:
    """ASCII is read on a shorter way: with a joiner, which cannot be seen, the same text goes the other one."""
    assert slug(f"{text}x\u200d") == slug(f"{text}x")


@given(TEXTS)
def test_a_slug_is_a_safe_name(text: str) -> None:
    """Any text has a slug: not empty, NFC, short, its own slug, one segment, and right as an editor would type it."""
    made = slug(text)
    assert made
    assert made == slug(made)
    assert made == normalize("NFC", made)
    assert len(made) <= LONGEST
    assert len(made.encode()) <= LONGEST_BYTES
    assert not set(made) & set('./\\?#%:*<>|" \0')
    assert made in RESERVED or urls.slug_problem(made) is None


@given(st.text(alphabet=AWKWARD, max_size=6), st.text(alphabet=AWKWARD, max_size=6))
def test_slugs_differ_on_every_disk(one: str, other: str) -> None:
    """Two slugs that differ also do where a file system ignores case and Unicode form."""
    same_place = urls.folded(slug(one)) == urls.folded(slug(other))
    assert (slug(one) == slug(other)) == same_place


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        ".",
        "..",
        "../../../../somewhere/escape",
        "/somewhere/escape",
        "..\\..\\escape",
        "%2e%2e%2fescape",
        "ferry\0.html",
        ".htaccess",
        ".git",
        "report.",
        "2026/06/ferry",
        "ferry?id=1#top",
        '"><script>alert(1)</script>',
        "a" * 300,
        "가" * 100,
        "feed.xml",
        "tags",
        "\ud800",
    ],
)
def test_a_slug_that_is_another_place_is_an_error(text: str) -> None:
    """What would leave its folder, hide it, or take the place of something else is refused."""
    fault = urls.slug_problem(text)
    assert fault is not None
    assert "error" == fault.severity


@pytest.mark.parametrize("text", ["Ferry-News", "ferry news today", "🎉", "con", "v1.2"])
def test_a_slug_in_another_form_is_a_warning(text: str) -> None:
    """What only has to be spelled otherwise is, and the warning shows how."""
    fault = urls.slug_problem(text)
    assert fault is not None
    assert "warning" == fault.severity
    assert f"`{slug(text)}`" in fault.what


def test_a_permalink_fills_in_its_fields() -> None:
    """Years have four digits, months and days two; braces in a value are not filled in again."""
    published = datetime(2026, 6, 5, tzinfo=UTC)
    pattern = "/{section}/{year}/{month}/{day}/{slug}.html"
    assert "/news/2026/06/05/x.html" == urls.permalink(pattern, published=published, section="news", slug="x")
    assert "/2026/{year}/" == urls.permalink("/{year}/{slug}/", published=published, section="", slug="{year}")


def test_a_story_without_a_section_has_no_empty_segment() -> None:
    """``//`` in an address would be the name of a host."""
    published = datetime(2026, 6, 5, tzinfo=UTC)
    assert "/x/" == urls.permalink("/{section}/{slug}/", published=published, section="", slug="x")


def test_a_draft_without_a_date_has_an_address() -> None:
    """A draft can be looked at before anyone knows when it will be published."""
    assert "/drafts/x/" == urls.permalink("/{year}/{slug}/", published=None, section="news", slug="x")


@pytest.mark.parametrize("pattern", ["/{year}/{month}/{slug}/", "/{section}/{slug}.html", "/wire/{year}-{slug}/"])
def test_a_good_permalink_has_no_problem(pattern: str) -> None:
    """Fields may stand alone or with text, and an address may end as a file."""
    assert urls.permalink_problem(pattern) is None


@pytest.mark.parametrize(
    "pattern",
    [
        "../../{slug}/",
        "/../{slug}/",
        "/news/",
        "/{slug.__class__.__init__.__globals__}/",
        "/{title}/{slug}/",
        "/{slug}",
        "/{slug}}/",
        "/{slug}/?page=1",
        "//{slug}/",
        "/.hidden/{slug}/",
    ],
)
def test_a_permalink_is_known_fields_in_a_path(pattern: str) -> None:
    """A pattern cannot leave the output, reach into Python, or give all stories one address."""
    assert urls.permalink_problem(pattern) is not None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/tags/부산/", "/tags/%EB%B6%80%EC%82%B0/"),
        ("/a b/100%/", "/a%20b/100%25/"),
        ("/x@2x.png", "/x@2x.png"),
        ("/a+b/", "/a%2Bb/"),
        ('/"<>/', "/%22%3C%3E/"),
    ],
)
def test_a_path_is_encoded_once(path: str, expected: str) -> None:
    """What an href cannot hold is encoded; a ``%`` is a character like others."""
    assert expected == urls.quoted(path)


def test_an_absolute_address_keeps_the_base_path() -> None:
    """A site may live below a path."""
    assert "https://a.example/wire/x/" == urls.absolute("https://a.example/wire", "/x/")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "/index.html",
        "old/pier",
        "../../../../tmp/alias",
        "/../x/",
        "/a/%2e%2e/%2e%2e/x/",
        "/a/..%2fx/",
        "https://evil.example/x",
        "//evil.example/x",
        "/story.php?id=12",
        "/a//b/",
        '/x"><script>alert(1)</script>',
        "/a\\b/",
        "/.git/x/",
        "/%FF/",
        "/%252e%252e/",
    ],
)
def test_an_alias_is_a_path_of_this_site(text: str) -> None:
    """A redirect is written only where a former page of this site can have been."""
    assert urls.alias_problem(text) is not None


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/old/pier.html", "/old/pier.html"),
        ("/old/pier", "/old/pier/"),
        ("/old/%EB%B6%80%EC%82%B0/", "/old/부산/"),
        (" /a b/ ", "/a b/"),
    ],
)
def test_an_alias_is_decoded_once(text: str, path: str) -> None:
    """An address copied from a browser stands for the file that answered it."""
    assert urls.alias_problem(text) is None
    assert path == urls.alias_path(text)


def test_addresses_that_some_disks_confuse_have_one_key() -> None:
    """Case and Unicode form do not part two files on every disk."""
    assert urls.folded("/Café/") == urls.folded(normalize("NFD", "/CAFÉ/"))
    assert urls.folded("/a/") != urls.folded("/b/")


def test_lists_have_their_addresses() -> None:
    """The first page of a list is the list; feeds and older pages lie below it."""
    assert ["/news/", "/tags/c-sharp/", "/authors/jlee/"] == [
        urls.section_url("news"),
        urls.tag_url("c-sharp"),
        urls.author_url("jlee"),
    ]
    assert ["/archive/2026/", "/archive/2026/06/"] == [urls.archive_url(2026), urls.archive_url(2026, 6)]
    assert ["/news/", "/news/page/3/"] == [urls.list_page_url("/news/", 0), urls.list_page_url("/news/", 3)]
    assert ["/feed.xml", "/news/feed.xml"] == [urls.feed_url("/"), urls.feed_url("/news/")]


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("https://wire.example/news/a/?x#y", "/a/"),
        ("//wire.example/news/a/", "/a/"),
        ("http://WIRE.example:80/news/b/../a/", "/a/"),
        ("https://desk:x@wire.example.:443/news//a/", "/a/"),
        ("https://w%69re.example/n%65ws/%EB%B6%80/", "/부/"),
        (r"https:\\wire.example\news\a", "/a"),
        ("https://wire.example/news", "/"),
        ("https://wire.example/newspaper/", ""),
        ("https://wire.example/news/../a/", ""),
        ("https://wire.example:8443/news/a/", ""),
        ("https://wire.example.org/news/a/", ""),
        ("ftp://wire.example/news/a/", ""),
        ("https://[wire.example/news/a/", ""),
        ("/news/a/", ""),
    ],
)
def test_an_address_in_full_may_be_our_own(address: str, path: str) -> None:
    """As a browser would find it, whatever it looks like."""
    assert path == urls.own_path("https://wire.example/news", address)
