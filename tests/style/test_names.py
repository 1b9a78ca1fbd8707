"""Finding players by what people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.style.names import NameIndex, UnknownPlayerError, fold

GAMES = {
    "Tal, Mikhail": 2400,
    "Talla, Vladimir": 150,
    "Petrosian, Tigran": 1893,
    "Petrosian, Tigran L": 1211,
    "Polgar, Judit": 2000,
    "Polgar, Susan": 1100,
    "Carlsen, Magnus": 6116,
    "Carlsen, Henrik": 210,
    "L'Ami, Erwin": 1019,
    "Vachier-Lagrave, Maxime": 5369,
    "So, Wesley": 4454,
    "Sokolov, Ivan": 2500,
    "Van der Wiel, John T H": 1200,
    "Szabó, László": 900,
    "Łódź, Ana": 300,
    "MagnusFan": 311,
    "DrNykterstein": 9842,
    "Bfx-de-Blr": 3824,
}


@pytest.fixture(scope="module")
def index() -> NameIndex:
    return NameIndex(GAMES)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("Tal, Mikhail", "Tal, Mikhail"),
        ("tal, mikhail", "Tal, Mikhail"),
        ("Mikhail Tal", "Tal, Mikhail"),
        ("TAL", "Tal, Mikhail"),
        ("M. Tal", "Tal, Mikhail"),
        ("Tal M", "Tal, Mikhail"),
        ("Tigran Petrosian", "Petrosian, Tigran"),
        ("Petrosian, Tigran L", "Petrosian, Tigran L"),
        ("carlsen", "Carlsen, Magnus"),
        ("polgar j", "Polgar, Judit"),
        ("Judit Polgár", "Polgar, Judit"),
        ("lami", "L'Ami, Erwin"),
        ("L’Ami", "L'Ami, Erwin"),
        ("vachier", "Vachier-Lagrave, Maxime"),
        ("Maxime Vachier Lagrave", "Vachier-Lagrave, Maxime"),
        ("so", "So, Wesley"),
        ("magnus", "Carlsen, Magnus"),
        ("Judit", "Polgar, Judit"),
        ("john van der wiel", "Van der Wiel, John T H"),
        ("szabo", "Szabó, László"),
        ("lodz", "Łódź, Ana"),
        ("drnykterstein", "DrNykterstein"),
        ("drnyk", "DrNykterstein"),
        ("bfx de blr", "Bfx-de-Blr"),
    ],
)
def test_found(index: NameIndex, query: str, name: str) -> None:
    assert index.find(query) == name


def test_shared_name_lists_the_players(index: NameIndex) -> None:
    with pytest.raises(UnknownPlayerError, match="several players") as caught:
        index.find("polgar")
    assert caught.value.ambiguous
    assert caught.value.suggestions == ("Polgar, Judit", "Polgar, Susan")


@pytest.mark.parametrize(
    ("query", "nearest"),
    [
        ("Carlson", "Carlsen, Magnus"),
        ("Mikhael Tall", "Tal, Mikhail"),
        ("Petrossian, Tigran", "Petrosian, Tigran"),
        ("DrNykterstien", "DrNykterstein"),
    ],
)
def test_unknown_name_gives_the_nearest(index: NameIndex, query: str, nearest: str) -> None:
    with pytest.raises(UnknownPlayerError, match="No player is called") as caught:
        index.find(query)
    assert not caught.value.ambiguous
    assert caught.value.suggestions[0] == nearest


@pytest.mark.parametrize("query", ["", "  ", "?!", "李", "x"])
def test_nonsense_is_unknown(index: NameIndex, query: str) -> None:
    with pytest.raises(UnknownPlayerError):
        index.find(query)


@given(st.text(max_size=40))
def test_any_query_finds_or_says_unknown(query: str) -> None:
    index = NameIndex(GAMES)
    try:
        answers = {index.find(query)}
    except UnknownPlayerError as error:
        answers = set(error.suggestions)
    assert answers <= set(GAMES)


@given(st.text(max_size=30))
def test_folding_twice_is_folding_once(name: str) -> None:
    assert fold(fold(name)) == fold(name)
