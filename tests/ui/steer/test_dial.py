"""What the dial is given to draw, without a browser."""

import json
from dataclasses import replace

import chess
import numpy as np
import pytest

from engine.analysis.sweep import Sweep, sweep
from engine.evaluation.report.slider_games import SliderGames
from engine.play.inference import MergedNetworks
from engine.style.steering.dose_response import Dose, DoseResponse, Shift
from tests.conftest import TINY_ATTRIBUTES, tiny_model, tiny_space
from ui.steer.dial import DialView, Offer, payload, read_amount, read_position, turn_words

KING_DANGER = TINY_ATTRIBUTES[0]
AMOUNTS = (-1.0, 0.0, 1.0)


def view(response: DoseResponse | None, measured: bool = True) -> DialView:
    networks, space, board = MergedNetworks(tiny_model()), tiny_space(), chess.Board()
    found = sweep(networks, board, space.z[0], space.deltas["king_danger"], AMOUNTS)
    values = np.arange(len(found.moves), dtype=np.float32)
    return DialView(
        name="Tal",
        attribute=KING_DANGER,
        amount=1.0,
        board=board,
        caption="White to move",
        sweep=found,
        values=values if measured else None,
        offers=[Offer(3, board, 0.5)],
        chosen=3,
        response=response,
        sliders=["king_danger", "strength"],
        strength_unit=0.01,
    )


def response() -> DoseResponse:
    shifts = {
        "king_danger": Shift(1.1, 1.0, 1.2),
        "strength": Shift(-0.5, -0.6, -0.4),
        "captures": Shift(0.9),
    }
    doses = (Dose(-1.0, {"king_danger": Shift(-0.8)}), Dose(1.0, shifts, elo=Shift(-12.0)))
    return DoseResponse("king_danger", doses, "report", "many styles", ("A note.",))


def test_every_place_of_the_slider_is_sent_at_once() -> None:
    data = payload(view(response()))
    json.dumps(data)
    assert data["amounts"] == list(AMOUNTS)
    assert (data["place"], data["zero"]) == (2, 1)
    assert len(data["chances"]) == len(data["arrows"]) == len(data["expected"]) == 3
    assert all(len(row) == len(data["moves"]) for row in data["chances"])
    assert all("polygon" in arrows for arrows in data["arrows"])
    assert {move["tone"] for move in data["moves"]} <= {"more-of-it", "less-of-it"}
    assert data["offers"][0]["index"] == data["chosen"] == 3


def test_the_figures_say_what_was_measured_and_what_not() -> None:
    data = payload(view(response()))
    assert data["curve"] == [[-1.0, -0.8, None, None], [0.0, 0, 0, 0], [1.0, 1.1, 1.0, 1.2]]
    assert [leak["label"] for leak in data["leaks"]] == ["Captures", "Strength"]
    assert [leak["slider"] for leak in data["leaks"]] == [False, True]
    assert data["leaks"][0]["doses"] == [[1.0, 0.9, None, None]]
    costs = {cost["label"]: cost["doses"] for cost in data["costs"]}
    assert costs["Strength"] == [[1.0, pytest.approx(-0.5), pytest.approx(-0.6), -0.4]]
    assert costs["Rating"] == [[1.0, -12.0, None, None]]
    assert costs["Move match"] == []
    assert data["source"] == "From the shipped report: many styles. A note."


def test_nothing_measured_is_said_so() -> None:
    data = payload(view(None, measured=False))
    assert data["curve"] == data["leaks"] == data["costs"] == data["expected"] == []
    assert "Nothing was measured" in data["source"]
    assert {move["tone"] for move in data["moves"]} == {""}


@pytest.mark.parametrize(
    ("sent", "amount"),
    [
        ({"amount": 1.5}, 1.5),
        ({"amount": -2}, -2.0),
        ({"amount": True}, None),
        ({"amount": "1"}, None),
        ({}, None),
        (None, None),
        ("amount", None),
    ],
)
def test_only_numbers_are_amounts(sent: object, amount: float | None) -> None:
    assert read_amount(sent) == amount


@pytest.mark.parametrize(
    ("sent", "index"),
    [({"index": 7}, 7), ({"index": 1.5}, None), ({"index": False}, None), ([7], None)],
)
def test_only_whole_numbers_are_positions(sent: object, index: int | None) -> None:
    assert read_position(sent) == index


def test_it_is_said_where_the_favourite_move_changes() -> None:
    moves = tuple(chess.Move.from_uci(uci) for uci in ("b1c3", "g2g4"))
    found = Sweep((-1.0, 0.0, 1.0, 3.0), moves, np.array([[9, 1], [6, 4], [6, 4], [2, 8]]) / 10)
    assert turn_words(found, chess.Board()) == [
        "Nc3 is still its favourite. 0 → +3: Nc3 becomes g4.",
        "0 → +3: Nc3 becomes g4.",
        "Nc3 is still its favourite. 0 → +3: Nc3 becomes g4.",
        "0 → +3: Nc3 becomes g4.",
    ]
    still = Sweep((-1.0, 0.0), moves, np.array([[9, 1], [6, 4]]) / 10)
    assert turn_words(still, chess.Board())[1] == "Nc3 stays its favourite."


def test_the_curve_in_games_covers_the_whole_slider() -> None:
    games = SliderGames(
        "checks", (-5.0, 0.0, 5.0), ((0.02, 0.01, 0.03), (0.1, 0.08, 0.12), (0.2, 0.15, 0.25))
    )
    data = payload(replace(view(response()), in_games=games))
    json.dumps(data)
    drawn = data["games"]
    assert drawn["points"][0] == [-5.0, 0.02, 0.01, 0.03]
    assert len(drawn["words"]) == len(drawn["here"]) == len(data["amounts"])
    assert [label for _, label in drawn["ticks"]] == ["1.0", "13.0", "25.0"]
    assert "of 100 moves give check" in drawn["words"][0]
    assert "95 %" in drawn["words"][0]
    assert payload(view(response()))["games"] is None
