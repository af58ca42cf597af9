"""authors.yaml is read whole: who is there, and what is wrong with it."""

from __future__ import annotations

import pytest

from sitegen.content.authors import read_authors
from sitegen.errors import ContentError
from sitegen.model.taxonomy import Author, AuthorBook, Link


def errors(text: str) -> list[str]:
    """What is wrong with *text*."""
    with pytest.raises(ContentError) as caught:
        read_authors(text.encode(), "authors.yaml")
    return [str(problem) for problem in caught.value.problems]


def test_a_site_without_authors_yaml_has_an_empty_book() -> None:
    """The file is optional, and may be empty."""
    assert (AuthorBook(), ()) == read_authors(None)
    assert (AuthorBook(), ()) == read_authors(b"")


def test_an_author_has_what_the_file_says() -> None:
    """Every key of an author is read; links may be a mapping or a list."""
    text = """
jlee:
  name: Ji-woo Lee
  email: jlee@harbourwire.example
  role: Reporter
  url: https://lee.example
  picture: /people/lee.jpg
  bio: |
    Writes about *ferries*.

    Lives in Busan.
  links:
    Mastodon: https://social.example/@lee
desk: News desk
omar:
  name: Omar Haddad
  links: [{name: Site, url: "https://omar.example"}]
"""
    jlee = Author(
        id="jlee",
        slug="jlee",
        name="Ji-woo Lee",
        email="jlee@harbourwire.example",
        role="Reporter",
        url="https://lee.example",
        bio="Writes about *ferries*.\n\nLives in Busan.",
        picture="/people/lee.jpg",
        links=(Link("Mastodon", "https://social.example/@lee"),),
    )
    desk = Author(id="desk", slug="desk", name="News desk")
    omar = Author(id="omar", slug="omar", name="Omar Haddad", links=(Link("Site", "https://omar.example"),))
    book, problems = read_authors(text.encode())
    assert (AuthorBook((jlee, desk, omar)), ()) == (book, problems)
    assert ("jlee", "desk", "omar") == book.ids
    assert desk == book.find("desk")
    assert book.find("nobody") is None


def test_ids_are_what_was_typed() -> None:
    """``no`` and ``007`` are ids, whatever YAML takes them for; their slugs are addresses."""
    book, _ = read_authors(b"no: {name: Nils}\n007: {name: James}\nJ.Lee: {name: Lee}\n")
    assert [("no", "no"), ("007", "007"), ("J.Lee", "j-lee")] == [(author.id, author.slug) for author in book.authors]


def test_two_authors_may_have_one_name() -> None:
    """The id parts them, not the name."""
    book, _ = read_authors("jose1: {name: José García}\njose2: {name: Jose Garcia}\n".encode())
    assert ("jose1", "jose2") == book.ids


@pytest.mark.parametrize(
    ("text", "start", "said"),
    [
        ("jlee:\n  name: A\njlee:\n  name: B\n", "3:1", "`jlee` is given twice, on lines 1 and 3"),
        ("- name: A\n", "1:1", "not a list"),
        ('jlee:\n  name: A\n  url: "javascript:alert(1)"\n', "3:8", "must be a web address"),
        ("jlee: {}\n", "1:7", "`jlee.name` is required"),
        ("jlee:\n", "1:1", "the author `jlee` has no name"),
        ("jlee: [A]\n", "1:1", "must be a mapping, not a list"),
        ("jlee: !!python/name:os.system x\n", "1:7", "starts a tag"),
        ("jlee: {name: A, email: 'x\\n Bcc: y'}\n", "1:24", "is not an e-mail address"),
        ("a b: {name: A}\na-b: {name: B}\n", "2:1", "share the address /authors/a-b/"),
        ("a/../x: {name: A}\n", "1:1", "cannot contain `/`"),
        ('"..": {name: A}\n', "1:1", "is not a name"),
        ("jlee: {name: A, picture: ../lee.jpg}\n", "1:26", "leads out of the site"),
        ("jlee: {name: A, emial: a@b.example}\n", "1:17", "did you mean `email`?"),
        ("jlee: {name: A, links: [x]}\n", "1:25", "a link needs a name and an address"),
        ("jlee: {name: A, links: [{name: x}]}\n", "1:25", "a link needs an address"),
        ('jlee: {name: A, links: {X: "data:text/html,x"}}\n', "1:28", "must be a web address"),
    ],
)
def test_a_mistake_is_told_at_its_place(text: str, start: str, said: str) -> None:
    """Each message has the line and column, and what is wrong."""
    (found,) = errors(text)
    assert found.startswith(f"authors.yaml:{start}: error: ")
    assert said in found


def test_another_encoding_is_told_with_its_line() -> None:
    """The first byte that is not UTF-8 has a place."""
    with pytest.raises(ContentError, match=r"authors\.yaml:2:12: error: this file is not UTF-8"):
        read_authors("jose:\n  name: José\n".encode("latin-1"), "authors.yaml")
