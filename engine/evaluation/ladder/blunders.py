"""Blunders: how often a move loses three pawns or more, as an engine judges played games."""

import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import chess
import chess.engine
import numpy as np

from engine.errors import StylemateError
from engine.evaluation.matches.record import RecordedGame
from engine.files import write_text
from engine.play.ending import ending_by_rule
from engine.progress import TellCount

DEPTH = 10
LOSS = 300
"""Centipawns that make a blunder."""
DECIDED = 1000
"""Centipawns beyond which more is not told apart: who is lost by that much cannot blunder on."""
_PATIENCE = 120.0
_SAMPLES = 1000


@dataclass(frozen=True, slots=True)
class GameBlunders:
    """What one side of one game did.

    Attributes:
        game: which one: round, White and Black.
        player: whose side.
        moves: it played, the opening's left out.
        blunders: among them.
    """

    game: str
    player: str
    moves: int
    blunders: int


@dataclass(frozen=True, slots=True)
class BlunderRate:
    """What a player's games say.

    Attributes:
        player: its name.
        games: looked at.
        moves: in them.
        rate: blunders in 100 moves.
        low, high: 95 % interval of that over games.
    """

    player: str
    games: int
    moves: int
    rate: float
    low: float
    high: float


class PositionEvaluator:
    """An engine that tells the worth of positions."""

    def __init__(self, engine: chess.engine.SimpleEngine) -> None:
        """Take an engine that was started."""
        self._engine = engine

    def centipawns(self, board: chess.Board) -> int:
        """Return the worth for White, between ``-DECIDED`` and ``DECIDED``.

        Raises:
            StylemateError: the engine gave up.
        """
        end = ending_by_rule(board)
        if end is not None:
            return 0 if end.winner is None else DECIDED if end.winner == chess.WHITE else -DECIDED
        try:
            info = self._engine.analyse(board, chess.engine.Limit(depth=DEPTH))
        except (chess.engine.EngineError, TimeoutError) as error:
            raise StylemateError(f"The chess engine gave up in {board.fen()}: {error}.") from None
        score = info["score"].white().score(mate_score=DECIDED * 10)
        return max(-DECIDED, min(DECIDED, score))


@contextmanager
def position_evaluator(program: Path) -> Iterator[PositionEvaluator]:
    """Lend an engine on one thread.

    Raises:
        StylemateError: it does not start.
    """
    try:
        engine = chess.engine.SimpleEngine.popen_uci(str(program), timeout=_PATIENCE, setpgrp=True)
        engine.configure({"Threads": 1, "Hash": 16})
    except (OSError, TimeoutError, chess.engine.EngineError) as error:
        why = str(error) or type(error).__name__
        raise StylemateError(f"{program} does not play: {why}.") from None
    with engine:
        yield PositionEvaluator(engine)


def blunders_of(
    game: RecordedGame, opening_plies: int, evaluator: PositionEvaluator
) -> tuple[GameBlunders, ...]:
    """Return what White and Black did in a game.

    Args:
        game: the game.
        opening_plies: half-moves at its beginning that nobody chose.
        evaluator: tells the worth of positions.
    """
    board = chess.Board(game.start)
    for move in game.moves[:opening_plies]:
        board.push(move)
    moves, blunders = [0, 0], [0, 0]
    before = evaluator.centipawns(board)
    for move in game.moves[opening_plies:]:
        side, sign = (0, 1) if board.turn == chess.WHITE else (1, -1)
        board.push(move)
        after = evaluator.centipawns(board)
        moves[side] += 1
        blunders[side] += sign * (before - after) >= LOSS
        before = after
    key = game_key(game)
    return tuple(
        GameBlunders(key, name, moves[side], blunders[side])
        for side, name in enumerate((game.white, game.black))
    )


def game_key(game: RecordedGame) -> str:
    """Return what tells a game of a ladder from all others."""
    return f"{game.round} {game.white} - {game.black}"


def chosen_games(
    games: Sequence[RecordedGame], players: Sequence[str], each: int
) -> list[RecordedGame]:
    """Return so many games of each player, drawn once for all, each game once."""
    order = sorted(games, key=lambda game: zlib.crc32(game_key(game).encode()))
    left = dict.fromkeys(players, each)
    found = []
    for game in order:
        sides = [name for name in (game.white, game.black) if left.get(name, 0) > 0]
        if sides:
            found.append(game)
            for name in sides:
                left[name] -= 1
    return found


def judge_games(
    games: Sequence[RecordedGame],
    opening_plies: int,
    program: Path,
    record: Path,
    is_stopped: Callable[[], bool] = lambda: False,
    progress: TellCount = lambda count: None,
) -> list[GameBlunders]:
    """Return what was found in games; those of the record are not judged again.

    Args:
        games: which ones.
        opening_plies: half-moves at their beginning that nobody chose.
        program: the engine.
        record: file with a line of JSON for each game; it grows.
        is_stopped: asked before each game.
        progress: told how many more games are known.

    Raises:
        StylemateError: the engine does not play, or the record is damaged.
    """
    known = _read(record)
    wanted = {game_key(game): game for game in games}
    missing = [game for key, game in wanted.items() if key not in known]
    progress(len(wanted) - len(missing))
    if missing:
        record.parent.mkdir(parents=True, exist_ok=True)
        with position_evaluator(program) as referee, record.open("a", encoding="utf-8") as file:
            for game in missing:
                if is_stopped():
                    break
                rows = blunders_of(game, opening_plies, referee)
                file.write(json.dumps([asdict(row) for row in rows]) + "\n")
                file.flush()
                known[game_key(game)] = list(rows)
                progress(1)
    return [row for key in wanted for row in known.get(key, [])]


def blunder_rates(players: Sequence[str], rows: Sequence[GameBlunders]) -> list[BlunderRate]:
    """Return the rate of each player that has games."""
    random = np.random.default_rng(0)
    found = []
    for player in players:
        own = [row for row in rows if row.player == player and row.moves]
        if not own:
            continue
        moves = np.array([row.moves for row in own])
        blunders = np.array([row.blunders for row in own])
        drawn = random.integers(0, len(own), (_SAMPLES, len(own)))
        rates = 100 * blunders[drawn].sum(1) / moves[drawn].sum(1)
        low, high = (float(value) for value in np.percentile(rates, (2.5, 97.5)))
        rate = 100 * float(blunders.sum() / moves.sum())
        found.append(BlunderRate(player, len(own), int(moves.sum()), rate, low, high))
    return found


def _read(path: Path) -> dict[str, list[GameBlunders]]:
    """Return what is known by game; a line that a crash cut short is taken off the file's end."""
    found: dict[str, list[GameBlunders]] = {}
    if not path.is_file():
        return found
    text = path.read_text(encoding="utf-8")
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        write_text(path, whole)
    for number, line in enumerate(whole.splitlines(), start=1):
        try:
            white, black = (GameBlunders(**side) for side in json.loads(line))
        except (TypeError, ValueError):
            raise StylemateError(
                f"{path}, line {number} is damaged: delete the line, or the file to begin again."
            ) from None
        found[white.game] = [white, black]
    return found
