"""Names get the capitals of a sentence, and are matched with the people of the site."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.importers.names import apart, found, recased
from sitegen.model.taxonomy import Author, AuthorBook


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("FIRST LAST", "First Last"),
        ("KIM MIN-JI", "Kim Min-ji"),
        ("MIN-JI KIM", "Min-ji Kim"),
        ("LEE HO-JEONG", "Lee Ho-jeong"),
        ("CHO YONG-WOO", "Cho Yong-woo"),
        ("KIM MIN JI", "Kim Min Ji"),
        ("JEAN-PIERRE DUPONT", "Jean-Pierre Dupont"),
        ("MARY SMITH-JONES", "Mary Smith-Jones"),
        ("ANN-MARIE LEE", "Ann-Marie Lee"),
        ("ALEX MCDONALD", "Alex McDonald"),
        ("ALEX MC", "Alex Mc"),
        ("SEAN O'NEILL", "Sean O'Neill"),
        ("SEAN O’NEILL", "Sean O’Neill"),
        ("FRANCES D'EMILIO", "Frances D'Emilio"),
        ("JUAN DE LA CRUZ", "Juan de la Cruz"),
        ("LUDWIG VAN BEETHOVEN", "Ludwig van Beethoven"),
        ("PAULA VON DER LEYEN", "Paula von der Leyen"),
        ("LA TOYA JACKSON", "La Toya Jackson"),
        ("RENÉE STRÖM", "Renée Ström"),
        ("J.R.R. TOLKIEN", "J.R.R. Tolkien"),
        ("J. EDGAR POE JR.", "J. Edgar Poe Jr."),
        ("HENRY WALES III", "Henry Wales III"),
        ("JK ROWLING", "JK Rowling"),
        ("NG WEI", "Ng Wei"),
        ("AFP", "AFP"),
        ("Juan De La Cruz", "Juan De La Cruz"),
        ("bell hooks", "bell hooks"),
        ("홍길동", "홍길동"),
    ],
)
def test_capitals(typed: str, expected: str) -> None:
    """Only names that are all in capitals are changed."""
    assert expected == recased(typed).text


@pytest.mark.parametrize("typed", ["JUAN DE LA CRUZ", "DICK VAN DYKE", "FLORA MACDONALD", "MARINE LE PEN", "AFP"])
def test_what_capitals_hide_is_told(typed: str) -> None:
    """Where capitals can stand for two spellings, an editor is asked."""
    assert recased(typed).doubtful


@pytest.mark.parametrize("typed", ["KIM MIN-JI", "ALEX MCDONALD", "SEAN O'NEILL", "Dick Van Dyke"])
def test_what_is_certain_is_not_told(typed: str) -> None:
    """Most names are."""
    assert not recased(typed).doubtful


@given(st.text(st.characters(categories=["Lu", "Ll", "Lo", "Pd", "Po", "Zs"]), max_size=30))
def test_no_letter_comes_or_goes(name: str) -> None:
    """Capitals are all that changes, and a second time nothing does."""
    once = recased(name).text
    assert " ".join(name.split()).casefold() == once.casefold() or name.upper() != name
    assert once == recased(once).text or once.upper() == once


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("KIM MIN-JI, ANA RUIZ", ("KIM MIN-JI", "ANA RUIZ")),
        ("Ana Ruiz and Bo Li", ("Ana Ruiz", "Bo Li")),
        ("ANA RUIZ, BO LI AND KIM HO", ("ANA RUIZ", "BO LI", "KIM HO")),
        ("Ana Ruiz, Bo Li, and Kim Ho", ("Ana Ruiz", "Bo Li", "Kim Ho")),
        ("Ana Ruiz & Bo Li", ("Ana Ruiz", "Bo Li")),
        ("HENRY WALES, JR., BO LI", ("HENRY WALES, JR.", "BO LI")),
        ("Andy Sandstrom", ("Andy Sandstrom",)),
        ("", ()),
    ],
)
def test_names_apart(line: str, expected: tuple[str, ...]) -> None:
    """Commas, semicolons and words for "and" part names, and nothing within one."""
    assert expected == apart(line)


def test_people_of_the_site() -> None:
    """Capitals, accents, hyphens and the order of a name do not matter; two who could be meant are nobody."""
    names = {"minji": "Kim Min-ji", "renee": "Renée Ström", "ana": "Ana Ruiz", "ana2": "Ruiz Ana"}
    book = AuthorBook(tuple(Author(id=key, slug=key, name=name) for key, name in names.items()))
    ids = {typed: author.id if (author := found(typed, book)) else "" for typed in _TYPED}
    assert _TYPED == ids


_TYPED = {
    "KIM MIN-JI": "minji",
    "Kim Minji": "minji",
    "MIN-JI KIM": "minji",
    "RENEE STROM": "renee",
    "Ana Ruiz": "ana",
    "Ruiz Ana": "ana2",
    "Kim Min": "",
    "Kim": "",
}
