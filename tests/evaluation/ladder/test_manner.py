"""Won endings, blunders and styles at chosen strengths: what is counted, and going on."""

import json
from pathlib import Path

import chess
import numpy as np
import pytest

from engine.errors import StylemateError
from engine.evaluation.ladder.blunders import (
    DECIDED,
    GameBlunders,
    PositionEvaluator,
    blunder_rates,
    blunders_of,
    chosen_games,
    judge_games,
)
from engine.evaluation.ladder.endings import (
    ENDINGS,
    ending_positions,
    ending_results,
    endings_series,
)
from engine.evaluation.ladder.styles import _kept, slider_forces, styles_series
from engine.evaluation.matches.record import RecordedGame
from engine.play.inference import MergedNetworks
from engine.play.opponents import OpponentRegistry
from tests.conftest import tiny_model, tiny_space
from tests.evaluation.mice import mice
from tests.requirements import require_program


def game(
    moves: str, white: str = "a", black: str = "b", result: int = 1, number: int = 1
) -> RecordedGame:
    line = tuple(chess.Move.from_uci(move) for move in moves.split())
    start = chess.STARTING_FEN
    return RecordedGame(str(number), white, black, result, start, line, "", "", (None, None), 1)


@pytest.mark.parametrize("name", ENDINGS)
def test_endings_begin_in_won_positions(name: str) -> None:
    pieces = ENDINGS[name]
    found = ending_positions(pieces, 20, 1)
    assert len({opening.start for opening in found}) == 20
    assert found == ending_positions(pieces, 20, 1)
    winners = []
    for opening in found:
        board = opening.board()
        assert board.is_valid()
        assert board.occupied_co[not board.turn].bit_count() == 1
        assert sorted(p.piece_type for p in board.piece_map().values()) == sorted(
            [chess.KING, chess.KING, *pieces]
        )
        assert board.has_insufficient_material(board.turn) is False
        winners.append(board.turn)
    assert winners.count(chess.WHITE) == 10


def test_endings_are_counted_and_gone_on_with(tmp_path: Path) -> None:
    path = tmp_path / "endings.pgn"
    first, second, defender = mice(3)
    ended: list[RecordedGame] = []
    series = endings_series([first, second], defender, 1, path, at_once=1, positions=2)
    assert len(series.schedule) == 2 * 2 * len(ENDINGS)
    series.play(is_stopped=lambda: len(ended) >= 3, ended=ended.append)
    again = endings_series(mice(2), mice(3)[2], 1, path, positions=2)
    assert 3 <= len(again.played) < len(again.schedule)
    again.play()
    results = ending_results([first.name, second.name], again.played)
    assert [result.games for result in results] == [2] * 6
    for result in results:
        assert result.mates + sum(result.otherwise.values()) == 2
        json.dumps(result.as_json(), allow_nan=False)


def test_a_mate_counts_for_the_side_that_had_the_pieces() -> None:
    mate = chess.Move.from_uci("a1a8")
    won = RecordedGame(
        "K+R against K, 1", "a", "b", 0, "7k/8/6K1/8/8/8/8/R7 w - - 0 1", (mate,), "checkmate",
        "K+R against K", (None, None), 1,
    )  # fmt: skip
    (result,) = ending_results(["a"], [won])
    assert (result.games, result.mates, result.moves, dict(result.otherwise)) == (1, 1, 1.0, {})


class Counter(PositionEvaluator):
    """Counts pawns, without an engine."""

    def __init__(self) -> None:
        self.asked = 0

    def centipawns(self, board: chess.Board) -> int:
        self.asked += 1
        worth = {1: 100, 2: 300, 3: 300, 4: 500, 5: 900, 6: 0}
        men = board.piece_map().values()
        total = sum(worth[man.piece_type] * (1 if man.color else -1) for man in men)
        return max(-DECIDED, min(DECIDED, total))


def test_blunders_are_counted_for_the_side_that_made_them() -> None:
    judge = Counter()
    # Black lets a knight be taken by playing on: the taking is seen at the capture, so here it is
    # White's capture that changes the worth, and no blunder of White's.
    white, black = blunders_of(game("e2e4 e7e5 g1f3 f7f6 f3e5 f6e5 d1h5 e8e7"), 0, judge)
    assert (white.player, white.moves, white.blunders) == ("a", 4, 0)
    assert (black.player, black.moves, black.blunders) == ("b", 4, 0)
    assert judge.asked == 9


class Told(PositionEvaluator):
    """Says what it was told, position by position."""

    def __init__(self, worths: list[int]) -> None:
        self.worths = iter(worths)

    def centipawns(self, board: chess.Board) -> int:
        return next(self.worths)


def test_what_is_lost_is_seen_from_the_mover() -> None:
    moves = "e2e4 e7e5 g1f3 b8c6"
    white, black = blunders_of(game(moves), 0, Told([0, -300, 0, -299, 1]))
    assert (white.blunders, black.blunders) == (1, 2)
    white, black = blunders_of(game(moves), 2, Told([0, -300, 0]))
    assert (white.moves, white.blunders, black.moves, black.blunders) == (1, 1, 1, 1)


def test_each_player_gets_its_games_and_no_game_is_judged_twice() -> None:
    games = [game("e2e4", w, b, number=n) for n in range(20) for w, b in (("a", "b"), ("a", "c"))]
    found = chosen_games(games, ["a", "b"], 5)
    assert found == chosen_games(games[::-1], ["a", "b"], 5)
    assert len(set(found)) == len(found)
    assert sum("a" in (g.white, g.black) for g in found) >= 5
    assert sum("b" in (g.white, g.black) for g in found) == 5
    assert chosen_games(games, ["z"], 5) == []


def test_rates_have_intervals_over_games() -> None:
    rows = [GameBlunders(str(n), "a", 50, n % 2) for n in range(40)]
    rows += [GameBlunders("x", "b", 0, 0)]
    (rate,) = blunder_rates(["a", "b", "c"], rows)
    assert (rate.player, rate.games, rate.moves, rate.rate) == ("a", 40, 2000, 1.0)
    assert 0.5 < rate.low < 1.0 < rate.high < 1.5


@pytest.mark.stockfish
def test_judging_goes_on_after_a_crash(tmp_path: Path) -> None:
    stockfish = require_program("stockfish")
    mate = game("f2f3 e7e5 g2g4 d8h4", result=2)
    quiet = game("e2e4 e7e5", number=2)
    record = tmp_path / "blunders.jsonl"
    told: list[int] = []
    first = judge_games([mate, quiet], 0, stockfish, record, progress=told.append)
    assert sum(told) == 2
    by_side = {(row.game, row.player): row.blunders for row in first}
    assert by_side["1 a - b", "a"] >= 1
    assert by_side["1 a - b", "b"] == 0
    assert by_side["2 a - b", "a"] == by_side["2 a - b", "b"] == 0
    whole = record.read_text()
    record.write_text(whole[:-20])
    assert judge_games([mate, quiet], 0, stockfish, record) == first
    asked = record.read_text()
    assert judge_games([mate, quiet], 0, stockfish, record) == first
    assert record.read_text() == asked
    record.write_text("nonsense\n")
    with pytest.raises(StylemateError, match="line 1 is damaged"):
        judge_games([mate, quiet], 0, stockfish, record)


def test_a_slider_is_played_at_both_ends_as_learned_and_at_strengths(tmp_path: Path) -> None:
    registry = OpponentRegistry(MergedNetworks(tiny_model()), tiny_space(), "m")
    with pytest.raises(StylemateError, match="no slider 'nonsense'"):
        styles_series(registry, ["nonsense"], [1200], 2, 1, None)
    slider = "king_danger"
    series = styles_series(registry, [slider], [600], 2, 1, tmp_path / "styles.pgn")
    assert len(series.names) == len(set(series.names)) == 6
    assert len(series.schedule) == 8
    line = " ".join(["g1f3", "g8f6", "f3g1", "f6g8"])
    games = [
        game(line, series.names[g.white], series.names[g.black], number=n)
        for n, g in enumerate(series.schedule)
    ]
    learned, strong = slider_forces(registry, [slider], [600], games)
    assert (learned.elo, learned.kept, learned.games) == (None, None, 2)
    assert (strong.elo, strong.games) == (600, 2)
    assert strong.low_end == strong.high_end
    assert strong.kept is None  # nothing to keep: the ends were alike


def test_half_of_a_difference_is_half_kept() -> None:
    random = np.random.default_rng(2)

    def games(mean: float) -> np.ndarray:
        return mean + random.normal(0, 1, 400)

    kept, low, high = _kept([games(-2), games(2)], [games(-1), games(1)])
    assert kept is not None
    assert low is not None
    assert high is not None
    assert low < 0.5 < high
    assert kept == pytest.approx(0.5, abs=0.1)
    assert 0.05 < high - low < 0.4
