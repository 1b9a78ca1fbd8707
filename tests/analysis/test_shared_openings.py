"""Which opening moves styles share: in words, and of real networks."""

import chess
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.analysis.shared_openings import (
    CROSSROADS,
    LEAST_EXCESS,
    OpeningChoice,
    OpeningTastes,
    opening_tastes,
)
from engine.play.inference import MergedNetworks, plain_policies
from engine.style.style import Style
from tests.conftest import tiny_model, tiny_space


@pytest.mark.parametrize(
    ("line", "san", "words"),
    [
        ((), "e4", "1.e4"),
        (("e4",), "c5", "1…c5 after 1.e4"),
        (("d4", "Nf6"), "c4", "2.c4 after 1.d4 Nf6"),
    ],
)
def test_a_choice_in_words(line: tuple[str, ...], san: str, words: str) -> None:
    assert str(OpeningChoice(line, san)) == words


def test_what_both_prefer_comes_first_by_the_weaker_of_the_two() -> None:
    choices = tuple(OpeningChoice((), san) for san in ("e4", "d4", "c4", "Nf3"))
    excess = np.array([[0.5, 0.2, -0.3, 0.01], [0.1, 0.3, -0.3, 0.4]])
    tastes = OpeningTastes(choices, excess)
    assert [choice.san for choice in tastes.shared(0, 1)] == ["d4", "e4"]
    assert tastes.shared(0, 1) == tastes.shared(1, 0)


@given(st.lists(st.floats(-1, 1), min_size=2, max_size=2))
def test_less_than_the_average_player_is_no_taste(both: list[float]) -> None:
    tastes = OpeningTastes((OpeningChoice((), "e4"),), np.array([[both[0]], [both[1]]]))
    assert bool(tastes.shared(0, 1)) == (min(both) >= LEAST_EXCESS)


def test_networks_are_asked_at_every_crossroads() -> None:
    space, networks = tiny_space(), MergedNetworks(tiny_model())
    styles = [space.row("Tal, Mikhail"), space.row("Petrosian, Tigran")]
    average = space.average
    tastes = opening_tastes(networks, average, styles)
    place = 0
    for line in CROSSROADS:
        board = chess.Board()
        for san in line:
            board.push_san(san)
        own, plain = (
            plain_policies(networks.network(Style(z, "", "")), [board])[0]
            for z in (styles[1], average)
        )
        for move in board.legal_moves:
            assert tastes.choices[place] == OpeningChoice(line, board.san(move))
            expected = own.probability(move) - plain.probability(move)
            assert tastes.excess[1, place] == pytest.approx(expected, abs=1e-4)
            place += 1
    assert place == len(tastes.choices)
