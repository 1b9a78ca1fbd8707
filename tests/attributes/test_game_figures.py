"""Figures of games against games made by hand, and against counting with python-chess."""

from collections.abc import Sequence

import chess
import numpy as np
import pytest

from engine.attributes.figure_registry import FIGURE_KEYS, FIGURES, OWN_FIGURES
from engine.attributes.game_figures import GameFigures, _Lines, game_figures
from engine.attributes.moves import move_attributes
from engine.attributes.registry import MOVE_KEYS
from engine.play.fixtures import PlayedGames
from engine.position.moves import encode_move
from tests.position.random_games import random_game

WHITE_WON, DRAWN, BLACK_WON = 0, 1, 2
QUEENS_OFF = "e4 e5 d3 d6 d4 exd4 Qxd4 Qf6 Qxf6 Nxf6"
# Greco's sacrifice: bishop for a pawn, mate in the end.
GREEK_GIFT = (
    "e4 e6 d4 Nf6 Nc3 d5 e5 Nfd7 Nf3 Bb4 Bd3 O-O Bxh7+ Kxh7 Ng5+ Kg6 h4 Bxc3+ bxc3 Qe7 h5+ Kh6 "
    "Qg4 Qd8"
)
LEGAL_S_MATE = "e4 e5 Nf3 d6 Bc4 Bg4 Nc3 g6 Nxe5 Bxd1 Bxf7+ Ke7 Nd5#"
# Knights and bishops taken and retaken, with a check in between.
TRADES = "e4 e5 Nf3 Nc6 Bb5 Nf6 Bxc6 dxc6 Nxe5 Qe7 d4 Nxe4 O-O f6 Re1 fxe5 Rxe4"
OPPOSITE = "d4 d5 Nc3 Nf6 Bf4 e6 Qd2 Be7 O-O-O O-O h4 c5 g4 cxd4 Qxd4 Nc6 Qd2 Nxg4 f3 Nf6"


def played(
    games: Sequence[str | list[chess.Move]], results: Sequence[int] | None = None
) -> PlayedGames:
    """Return games written in SAN, or given as moves."""
    lines = []
    for game in games:
        board, line = chess.Board(), []
        for text in game.split() if isinstance(game, str) else game:
            move = board.parse_san(text) if isinstance(text, str) else text
            line.append(encode_move(move))
            board.push(move)
        lines.append(np.array(line, dtype=np.uint16))
    return PlayedGames(
        np.concatenate([np.zeros(0, dtype=np.uint16), *lines]),
        np.array([0, *(len(line) for line in lines)], dtype=np.int64).cumsum(),
        np.array([DRAWN] * len(lines) if results is None else results, dtype=np.int8),
        np.zeros(len(lines), dtype=np.int8),
    )


def figures_of(game: str, black: bool = False, result: int = DRAWN) -> dict[str, float]:
    found = game_figures(played([game], [result]), np.array([black]))
    return dict(zip(FIGURE_KEYS, found.values[0].tolist(), strict=True))


def test_queens_come_off_with_the_last_move() -> None:
    assert figures_of(QUEENS_OFF)["queens_off_20"] == 1
    before = " ".join(QUEENS_OFF.split()[:-1])
    assert figures_of(before)["queens_off_20"] == 0
    assert figures_of(QUEENS_OFF)["queen_trades"] == pytest.approx(1 / 5)
    # Black offered the trade with Qf6; White took, Black took back with a knight.
    assert figures_of(QUEENS_OFF, black=True)["queen_trades"] == pytest.approx(1 / 5)


def test_queens_that_come_off_after_move_20_are_late() -> None:
    shuffle = "Nf3 Nf6 Ng1 Ng8 " * 9
    assert figures_of(shuffle + QUEENS_OFF)["queens_off_20"] == 0
    assert figures_of("Nf3 Nf6 Ng1 Ng8 " * 7 + QUEENS_OFF)["queens_off_20"] == 1


def test_castling_by_side_and_time() -> None:
    white, black = figures_of(OPPOSITE), figures_of(OPPOSITE, black=True)
    for key, expected in {
        "castled_15": (1, 1),
        "castled_short": (0, 1),
        "castled_long": (1, 0),
        "long_share": (1, 0),
        "castled_opposite": (1, 1),
    }.items():
        assert (white[key], black[key]) == expected, key
    late = figures_of("Nf3 Nf6 Ng1 Ng8 " * 7 + OPPOSITE)
    assert (late["castled_15"], late["castled_long"]) == (0, 1)
    never = figures_of(QUEENS_OFF)
    assert (never["castled_15"], never["castled_long"], never["castled_opposite"]) == (0, 0, 0)
    assert np.isnan(never["long_share"])


def test_minor_pieces_and_bishops_at_move_25() -> None:
    white, black = figures_of(TRADES), figures_of(TRADES, black=True)
    # Two bishops' knights: White's bishop and knight, Black's two knights.
    assert white["minors_gone_25"] == black["minors_gone_25"] == 4
    assert (white["bishop_pair_25"], black["bishop_pair_25"]) == (0, 1)
    assert (white["captures_20"], black["captures_20"]) == (3, 3)


@pytest.mark.parametrize(
    ("game", "black", "result", "expected"),
    [
        (GREEK_GIFT, False, WHITE_WON, 1),
        (GREEK_GIFT, False, DRAWN, 1),
        (GREEK_GIFT, False, BLACK_WON, 0),  # it was not sound
        (GREEK_GIFT, True, BLACK_WON, 0),  # Black gave nothing
        # The queen is offered, and mate follows before two more moves are made.
        (LEGAL_S_MATE, False, WHITE_WON, 1),
        (" ".join(LEGAL_S_MATE.split()[:-1]), False, DRAWN, 0),  # too short to tell
        (TRADES, False, WHITE_WON, 0),
        (TRADES, True, BLACK_WON, 0),
        (QUEENS_OFF, False, WHITE_WON, 0),
        # A knight is lost to a fork: attacked, never offered.
        ("Nc3 d5 d3 e5 Be3 d4 Bd2 dxc3 Bxc3 Nc6 a3 a6 h3 h6 g3 g6", False, DRAWN, 0),
        # Given and won back at once by a fork.
        ("e4 e5 Bc4 Nf6 Nc3 Nxe4 Nxe4 d5 Bd3 dxe4 Bxe4 Bd6 Nf3 O-O O-O f5", False, DRAWN, 0),
        ("e4 e5 Bc4 Nf6 Nc3 Nxe4 Nxe4 d5 Bd3 dxe4 Bxe4 Bd6 Nf3 O-O O-O f5", True, DRAWN, 0),
    ],
)  # fmt: skip
def test_sound_sacrifices(game: str, black: bool, result: int, expected: float) -> None:
    assert figures_of(game, black, result)["sound_sacrifices"] == expected


def test_what_the_opponent_promotes_is_not_given_up() -> None:
    # Black offers a knight that White leaves, to make a queen.
    game = "h4 g5 hxg5 h6 g6 Nf6 e4 a6 g7 Nd5 g8=Q a5 Qg3 b6 Qc3 b5 Qa3 b4"
    assert figures_of(game, black=True, result=DRAWN)["sound_sacrifices"] == 0


def test_a_game_that_ends_with_a_promotion() -> None:
    game = "h4 g5 hxg5 h6 g6 Nf6 g7 Nd5 Nc3 Nxc3 bxc3 a6 g8=N"
    lines = _Lines(
        (games := played([game])).moves, games.offsets, games.results, np.zeros(1, dtype=np.bool_)
    )
    board = chess.Board()
    for move in games.moves_of(0):
        board.push(move)
    assert board.piece_at(chess.G8) == chess.Piece(chess.KNIGHT, chess.WHITE)
    expected = [
        len(board.pieces(kind, colour)) for colour in chess.COLORS for kind in chess.PIECE_TYPES
    ]
    assert lines.men[-1, 1:].tolist() == expected


def test_score_length_and_unknown_results() -> None:
    games = played([QUEENS_OFF] * 4, [WHITE_WON, DRAWN, BLACK_WON, -1])
    for black, expected in ((False, [1, 0.5, 0, np.nan]), (True, [0, 0.5, 1, np.nan])):
        found = game_figures(games, np.full(4, black))
        np.testing.assert_array_equal(found.column("score"), expected)
        np.testing.assert_array_equal(np.isnan(found.column("sound_sacrifices")), [0, 0, 0, 1])
        assert found.column("length").tolist() == [5] * 4


@pytest.mark.parametrize("black", [False, True])
def test_rates_and_phases_are_python_chess_s_count(black: bool) -> None:
    lines = [random_game(seed, plies=40 + 23 * seed) for seed in range(4)]
    found = game_figures(played(lines), np.full(len(lines), black))
    for number, line in enumerate(lines):
        board, values, moves = chess.Board(), [], []
        for move in line:
            if board.turn == (not black):
                legal, attributes = move_attributes(board)
                values.append([float(attributes[key][legal.index(move)]) for key in MOVE_KEYS])
                moves.append(board.fullmove_number)
            board.push(move)
        table, at = np.array(values), np.array(moves)
        for key in ("checks", "captures", "pawn_moves", "mobility", "king_danger"):
            mean = table[:, MOVE_KEYS.index(key)].mean()
            assert found.column(key)[number] == pytest.approx(mean, abs=1e-6), key
        peak = table[:, MOVE_KEYS.index("king_danger")].max()
        assert found.column("king_danger_peak")[number] == pytest.approx(peak)
        for phase, (first, last) in enumerate(((1, 12), (13, 30), (31, 1000))):
            inside = (at >= first) & (at <= last)
            if inside.any():
                expected = table[inside].mean(axis=0)
                np.testing.assert_allclose(found.phases[number, phase], expected, atol=1e-5)
            else:
                assert np.isnan(found.phases[number, phase]).all()


def test_games_do_not_depend_on_their_company() -> None:
    lines = [random_game(seed, plies=30 + 7 * seed) for seed in range(9)]
    sides = np.arange(9) % 2 == 1
    together = game_figures(played(lines), sides)
    for number, line in enumerate(lines):
        alone = game_figures(played([line]), sides[number : number + 1])
        np.testing.assert_array_equal(alone.values[0], together.values[number])
        np.testing.assert_array_equal(alone.phases[0], together.phases[number])
    joined = GameFigures.joined([together.take(slice(0, 4)), together.take(np.arange(4, 9))])
    np.testing.assert_array_equal(joined.values, together.values)


def test_games_without_moves_have_no_figures() -> None:
    found = game_figures(played([[], QUEENS_OFF, []]), np.zeros(3, dtype=np.bool_))
    assert np.isnan(found.values[[0, 2]]).all()
    assert found.column("queens_off_20")[1] == 1
    assert np.isnan(game_figures(played([[]]), np.ones(1, dtype=np.bool_)).values).all()
    assert game_figures(played([]), np.zeros(0, dtype=np.bool_)).values.shape[0] == 0


def test_every_figure_has_words() -> None:
    assert len(set(FIGURE_KEYS)) == len(FIGURES)
    for figure in FIGURES:
        assert "{n}" in figure.words
        assert figure.number(0.25) in figure.say(0.25)
    assert OWN_FIGURES["queen_trades"].say(0.08) == ("queens come off by move 20 in 8 of 100 games")
