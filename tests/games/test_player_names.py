"""Finding players by what people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.games.player_names import NameIndex, UnknownPlayerError, fold

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
    "Korchnoi, Viktor": 4000,
    "Nimzowitsch, Aron": 700,
    "Morphy, Paul": 400,
    "Kasparov, Garry": 2100,
    "Kasparov, Sergey": 600,
    "Gruenfeld, Ernst": 500,
    "Bjørnsen": 20,
    "Petrov, Marijan": 4100,
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
        ("MVL", "Vachier-Lagrave, Maxime"),
        ("mvl", "Vachier-Lagrave, Maxime"),
        ("Lodz", "Łódź, Ana"),
        ("Ło\u0301dz\u0301", "Łódź, Ana"),
        ("Ana Lodz", "Łódź, Ana"),
        ("Kortschnoi", "Korchnoi, Viktor"),
        ("Victor Kortschnoi", "Korchnoi, Viktor"),
        ("Kortchnoj, V", "Korchnoi, Viktor"),
        ("Nimzovich", "Nimzowitsch, Aron"),
        ("Morphi", "Morphy, Paul"),
        ("Kasparof", "Kasparov, Garry"),
        ("Karlsen", "Carlsen, Magnus"),
        ("Bjornsen", "Bjørnsen"),
    ],
)
def test_found(index: NameIndex, query: str, name: str) -> None:
    assert index.find(query) == name


def test_shared_name_lists_the_players(index: NameIndex) -> None:
    with pytest.raises(UnknownPlayerError, match="several players") as caught:
        index.find("polgar")
    assert caught.value.ambiguous
    assert caught.value.suggestions == ("Polgar, Judit", "Polgar, Susan")


def test_a_beginning_does_not_win_over_a_wrong_letter_of_a_much_played_name(
    index: NameIndex,
) -> None:
    with pytest.raises(UnknownPlayerError, match="several players") as caught:
        index.find("Tall")
    assert caught.value.suggestions == ("Tal, Mikhail", "Talla, Vladimir")
    assert index.search("tall")[:2] == ["Tal, Mikhail", "Talla, Vladimir"]
    assert index.find("Tall, Vladimir") == index.find("Talla") == "Talla, Vladimir"
    fewer = NameIndex(GAMES | {"Talla, Vladimir": 1300})  # more than half of Tal's
    assert fewer.find("Tall") == "Talla, Vladimir"
    assert NameIndex({"Tal, Mikhail": 9, "Tarlev, Konstantin": 1}).search("tarl") == [
        "Tarlev, Konstantin",  # who lacks more letters than Tal, and may still be typed
        "Tal, Mikhail",
    ]


@pytest.mark.parametrize(
    ("query", "nearest"),
    [
        ("Carlson", "Carlsen, Magnus"),
        ("Mikhael Tall", "Tal, Mikhail"),
        ("DrNykterstien", "DrNykterstein"),
    ],
)
def test_unknown_name_gives_the_nearest(index: NameIndex, query: str, nearest: str) -> None:
    with pytest.raises(UnknownPlayerError, match="No player is called") as caught:
        index.find(query)
    assert not caught.value.ambiguous
    assert caught.value.suggestions[0] == nearest


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("polgar", "Polgar, Judit"),
        ("Polgár", "Polgar, Judit"),
        ("kasparov", "Kasparov, Garry"),
        ("petrosian", "Petrosian, Tigran"),
        ("tal", "Tal, Mikhail"),
        ("so", "So, Wesley"),
        ("Kortschnoi", "Korchnoi, Viktor"),
        ("Victor Kortschnoi", "Korchnoi, Viktor"),
        ("Kortchnoj, V", "Korchnoi, Viktor"),
        ("Nimzovich", "Nimzowitsch, Aron"),
        ("Nimzovitch, Aron", "Nimzowitsch, Aron"),
        ("Morphi", "Morphy, Paul"),
        ("Kasparof", "Kasparov, Garry"),
        ("Karlsen", "Carlsen, Magnus"),
        ("Petrossian, Tigran", "Petrosian, Tigran"),
        ("Grünfeld", "Gruenfeld, Ernst"),
        ("carlson", "Carlsen, Magnus"),
        ("Magnus Carlson", "Carlsen, Magnus"),
        ("Carlson Magnus", "Carlsen, Magnus"),
        ("Carslen", "Carlsen, Magnus"),
        ("Kaspraov", "Kasparov, Garry"),
        ("Korchnoy", "Korchnoi, Viktor"),
        ("Petrosjan", "Petrosian, Tigran"),
        ("Mikhael Tal", "Tal, Mikhail"),
        ("mvl", "Vachier-Lagrave, Maxime"),
        ("petro", "Petrov, Marijan"),  # who has more games, and no name is just that
    ],
)
def test_lists_offer_whom_people_mean_first(index: NameIndex, query: str, first: str) -> None:
    assert index.search(query)[0] == first


def test_lists_offer_everybody_once_and_no_more_than_asked(index: NameIndex) -> None:
    offered = index.search("polgar", 10)
    assert offered[:2] == ["Polgar, Judit", "Polgar, Susan"]
    assert len(set(offered)) == len(offered)
    assert len(index.search("a", 3)) <= 3
    assert index.search("") == index.search("?!") == []


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
