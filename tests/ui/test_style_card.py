"""What of a style shows in a game, as people read it."""

from dataclasses import replace

import chess
import pytest

from engine.analysis.style_in_game import HABITS, TERMS, StyleMove
from engine.evaluation.report.slider_games import SliderGames
from engine.style.recipe_parser import parse_recipe
from engine.style.space import StyleSpace
from tests.conftest import tiny_intensifier, tiny_space
from ui.shared.style_card import (
    LEAST_FOR_TERMS,
    CardRow,
    Side,
    card_html,
    card_rows,
    own_move_words,
    own_moves_html,
)

STORMS = {"pawn_storms": SliderGames("pawn_storms", (0, 4), ((0.02, 0.01, 0.03), (0.1, 0.1, 0.1)))}


@pytest.fixture
def space() -> StyleSpace:
    known = tiny_space()
    return StyleSpace(
        known.z, known.players, known.attributes, known.deltas, intensifier=tiny_intensifier()
    )


def made_up(count: int, style: float = 0.3, others: float = 0.3, *has: str) -> StyleMove:
    usual = dict.fromkeys(HABITS, 0.0) | {"pawn_storms": 0.02}
    terms = dict.fromkeys(TERMS, 0.0) | {"king_danger": 800.0}
    return StyleMove(count, count // 2 + 1, "g4", style, others, frozenset(has), usual, terms)


def side(recipe: str, moves: int = 20, *has: str, sans: str = "") -> Side:
    board = chess.Board()
    for san in sans.split():
        board.push_san(san)
    played = [made_up(2 * number, 0.3, 0.3, *has) for number in range(moves)]
    return Side(parse_recipe(recipe), chess.WHITE, played, board, is_over=True)


def rows(shown: Side, space: StyleSpace) -> dict[str, CardRow]:
    return {row.label: row for row in card_rows(shown, space, STORMS)}


def test_a_slider_is_held_against_what_it_did_in_many_games(space: StyleSpace) -> None:
    row = rows(side("average | pawn_storms +4", 20, "pawn_storms"), space)["Pawn storms"]
    assert row == CardRow("Pawn storms", "20", "0.4", "2.0", "more")


def test_a_player_is_held_against_their_own_games(space: StyleSpace) -> None:
    shown = side("Tal, Mikhail | king_danger +1")
    row = rows(shown, space)["King danger (points)"]
    habits = space.game_habits_of("Tal, Mikhail")
    assert habits is not None
    assert row.seen == "800"
    assert row.known
    html = card_html(shown, space, STORMS, "What you saw", explains=True)
    assert "Tal’s games" in html
    assert "Tal’s games: the real ones" in html


def test_a_mean_of_few_moves_is_not_held_against_whole_games(space: StyleSpace) -> None:
    few = side("Tal, Mikhail | king_danger +1", LEAST_FOR_TERMS - 1)
    assert "King danger (points)" not in rows(few, space)
    running = replace(side("Tal, Mikhail | king_danger +1"), is_over=False)
    assert "King danger (points)" not in rows(running, space)


@pytest.mark.parametrize(
    ("sans", "castled"),
    [
        ("e4 e5 Nf3 Nf6 Bc4 Bc5 O-O O-O", "short, move 4"),
        ("d4 d5 Nc3 Nc6 Bf4 Bf5 Qd2 Qd7 O-O-O", "long, move 5"),
        ("e4 e5", "no"),
    ],
)
def test_castling_is_told_with_its_move(sans: str, castled: str, space: StyleSpace) -> None:
    assert rows(side("Tal, Mikhail", sans=sans), space)["Castled"].seen == castled


def test_queens_are_told_with_their_move(space: StyleSpace) -> None:
    traded = "e4 e5 d4 exd4 Qxd4 Nc6 Qd1 Qg5 Bxg5"
    assert rows(side("Tal, Mikhail", sans=traded), space)["Queens"].seen == "on"
    both = "d4 d5 c4 dxc4 e4 e5 dxe5 Qxd1+ Kxd1"
    assert rows(side("Tal, Mikhail", sans=both), space)["Queens"].seen == "off, move 5"


def test_own_moves_are_told_with_their_numbers() -> None:
    assert "None of 1 moves" in own_moves_html([made_up(0)], "Tal", chess.WHITE)
    telling = [made_up(2 * n, 0.31 + n / 100, 0.04) for n in range(5)]
    html = own_moves_html(telling, "<Tal>", chess.BLACK)
    assert "5 of 5 moves &lt;Tal&gt; plays" in html
    assert "<b>5… g4</b> (35 %, others 4 %)" in html
    assert html.count("<b>") == 3
    assert own_move_words(made_up(0, 0.31, 0.004), "the average player") == (
        "The average player plays it 31 % of the time, others under 1 %"
    )


def test_what_others_seldom_reach_is_marked_for_eyes_and_names_are_text(
    space: StyleSpace,
) -> None:
    html = card_html(
        side("average | pawn_storms +4", 20, "pawn_storms"), space, STORMS, "<b>", explains=False
    )
    assert "▲" in html
    assert "&lt;b&gt;" in html
    assert "Others:" not in html
