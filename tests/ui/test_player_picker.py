"""Whom a picker means by what was typed."""

import pytest

from engine.errors import StylemateError
from engine.style.recipe import AVERAGE
from tests.conftest import tiny_space
from ui.shared.player_picker import player_meant


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Tal, Mikhail", "Tal, Mikhail"),
        (AVERAGE, AVERAGE),
        ("Magnus Carlsen", "Carlsen, Magnus"),
        ("Polgár", "Polgar, Judit"),
        ("Carlson", "Carlsen, Magnus"),
        ("Karlsen", "Carlsen, Magnus"),
        ("MVL", "Vachier-Lagrave, Maxime"),
    ],
)
def test_a_name_may_be_typed_in_any_way(typed: str, name: str) -> None:
    assert player_meant(typed, tiny_space()) == name


def test_a_name_of_nobody_is_refused() -> None:
    with pytest.raises(StylemateError, match="No player is called 'Xyzzyx'"):
        player_meant("Xyzzyx", tiny_space())
