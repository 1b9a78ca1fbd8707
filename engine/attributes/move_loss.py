"""How much each legal move gives away, judged by a chess engine."""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import chess
import chess.engine

from engine.errors import StylemateError

# Lichess's fit of the expected score to the engine's centipawns over human games: a pawn up is
# worth 59 %, three pawns 75 %. Gentler than the engine's own win rate, which assumes engines play.
SCORE_PER_CENTIPAWN: Final = 0.00368208


def expected_score(score: chess.engine.Score) -> float:
    """Return the expected points (0..1) of the side that the score speaks for."""
    if score.is_mate():
        return 1.0 if score > chess.engine.Cp(0) else 0.0
    centipawns = score.score()
    if centipawns is None:
        raise ValueError(f"{score} has no value")
    return 1 / (1 + math.exp(-SCORE_PER_CENTIPAWN * centipawns))


def move_losses(
    boards: Sequence[chess.Board], program: Path, nodes: int
) -> Iterator[dict[str, float]]:
    """Yield for each board what every legal move loses against the best one.

    All moves are searched side by side (multi-PV) with ``nodes`` nodes for the whole position, one
    thread, and a cleared table, so results repeat.

    Yields:
        By UCI move: expected points lost, 0 for the best move.

    Raises:
        StylemateError: the program is missing, does not speak UCI, or had too few nodes to look
            at every move.
    """
    try:
        engine = chess.engine.SimpleEngine.popen_uci(str(program))
    except (OSError, chess.engine.EngineError) as error:
        raise StylemateError(
            f"Could not start the chess engine {program}: {error}. Install Stockfish or name it "
            "with --engine."
        ) from error
    with engine:
        engine.configure({"Threads": 1, "Hash": 64})
        for board in boards:
            yield _losses(engine, board, nodes)


def _losses(engine: chess.engine.SimpleEngine, board: chess.Board, nodes: int) -> dict[str, float]:
    lines = engine.analyse(
        board,
        chess.engine.Limit(nodes=nodes),
        multipv=board.legal_moves.count(),
        game=object(),
    )
    scores = {line["pv"][0].uci(): expected_score(line["score"].pov(board.turn)) for line in lines}
    if len(scores) != board.legal_moves.count():
        raise StylemateError(
            f"The engine looked at {len(scores)} of {board.legal_moves.count()} moves of "
            f"{board.fen()}. Give it more nodes than {nodes}."
        )
    best = max(scores.values())
    return {move: best - score for move, score in scores.items()}
