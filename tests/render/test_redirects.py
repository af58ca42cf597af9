"""Former addresses: redirect pages and the table of redirects."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from sitegen.render.redirects import redirect_page, redirects_file

PAGE = """\
<!doctype html>
<html lang="en-GB" class="redirect">
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="0; url=/wire/2026/06/pier/">
<meta name="robots" content="noindex">
<meta name="viewport" content="width=device-width">
<link rel="canonical" href="https://news.example/wire/2026/06/pier/">
<title>The pier</title>
</head>
<body>
<p><a href="/wire/2026/06/pier/">The pier</a></p>
</body>
</html>
"""


class Reader(HTMLParser):
    """What a browser makes of a page: its tags with their attributes, and its text."""

    def __init__(self, page: bytes) -> None:
        """Read *page*."""
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Keep text."""
        self.text.append(data)


def test_the_page_goes_on_at_once() -> None:
    """A redirect page works on any host: refresh, canonical address, and a link for whoever is still there."""
    page = redirect_page("https://news.example/wire/2026/06/pier/", "/wire/2026/06/pier/", "The pier", "en-GB")
    assert page.decode() == PAGE


def test_the_page_says_early_what_it_is() -> None:
    """Whoever reads only the beginning of the file sees that it is a redirect."""
    assert b"redirect" in redirect_page("https://x.example/" + "a/" * 99, "/" + "a/" * 99, "T" * 999, "en")[:600]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_hostile_text_stays_text(text: str) -> None:
    """No headline and no address can break out of its place."""
    page = Reader(redirect_page(f"https://x.example/{text}", f"/{text}", text, "en"))
    assert " ".join(tag for tag, _ in page.tags) == "html head meta meta meta meta link title body p a"
    assert page.tags[-1][1] == {"href": f"/{text}"}
    assert page.tags[6][1] == {"rel": "canonical", "href": f"https://x.example/{text}"}


def test_the_table_is_sorted_and_encoded() -> None:
    """Hosts that know ``_redirects`` get a line for each former address, below the base of the site."""
    pairs = [("/old b/", "/2026/06/부산/"), ("/old/*/:x/", "/a/")]
    expected = (
        "/wire/old%20b/ /wire/2026/06/%EB%B6%80%EC%82%B0/ 301\n"
        "/wire/old/%2A/%3Ax/ /wire/a/ 301\n"
    )  # fmt: skip
    assert expected.encode() == redirects_file(pairs, "/wire")


def test_no_former_addresses() -> None:
    """A site without former addresses has an empty table."""
    assert redirects_file([]) == b""


@given(st.lists(st.tuples(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))))
def test_a_line_has_three_words(pairs: list[tuple[str, str]]) -> None:
    """No address can add a line, a word or a pattern to the table."""
    table = redirects_file([(f"/{old}", f"/{new}") for old, new in pairs]).decode("ascii")
    lines = table.splitlines()
    assert len(pairs) == len(lines)
    assert {(3, "301")} >= {(len(line.split()), line.split()[-1]) for line in lines}
    assert not any(set("*:") & set(line.split()[0]) for line in lines)
