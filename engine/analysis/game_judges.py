"""Who values the positions of a game: the network's own search, and Stockfish where it is there."""

import math
import shutil
from pathlib import Path
from typing import Self

import chess
import chess.engine
import numpy as np

from engine.analysis.game_review import Verdict
from engine.errors import StylemateError
from engine.play.inference import MergedNetworks
from engine.play.search.search import Findings, Search, SearchLimits
from engine.style.style import Style

VISITS = 96
"""Positions that the search looks at before it says what one is worth."""
NODES = 60_000
"""The same for Stockfish."""
_HANG_UP = 60.0
"""Seconds of silence after which a program counts as broken."""
_CENTIPAWN = 0.00368208
"""How fast winning chances grow with centipawns: fitted by Lichess to games of its players."""
_GAMES_FOLDER = Path("/usr/games")


class NetworkJudge:
    """Looks ahead with the network: no style, and no program from elsewhere."""

    name = "Stylemate"
    at_once = 8  # their questions meet in one batch

    def __init__(self, networks: MergedNetworks, prior: Style, visits: int = VISITS) -> None:
        """Make a judge.

        Args:
            networks: the model, which judges positions without any style.
            prior: names the moves that are worth a look.
            visits: positions looked at for each verdict.
        """
        self._networks, self._prior, self._visits = networks, prior, visits

    def verdict(self, board: chess.Board) -> Verdict:
        """Return what a position is worth.

        Raises:
            StylemateError: the game is over.
        """
        policy = self._networks.evaluate(self._prior, [board])[0]
        for move in policy.moves:  # a judge overlooks no mate in one, whatever is likely
            if _mates(board, move):
                return Verdict(move, 1.0, 1)
        search = Search(self._networks.plain, self._networks.memory)
        findings = search.run(board, policy, SearchLimits(self._visits))
        return _found(findings)


def _mates(board: chess.Board, move: chess.Move) -> bool:
    board.push(move)
    is_mate = board.is_checkmate()
    board.pop()
    return is_mate


def _found(findings: Findings) -> Verdict:
    """Return the best move: a certain win, then what the search came back to most."""
    values, exact = findings.values, findings.is_exact
    wins = np.flatnonzero(exact & (values > 0))
    if len(wins):
        best = int(wins[findings.plies[wins].argmin()])
    else:
        lost = exact & (values < 0)
        # A settled move is not looked at again, so its visits say nothing.
        visits = np.where(exact, -1, findings.visits)
        best = int(findings.plies.argmax() if lost.all() else visits.argmax())
        draws = np.flatnonzero(exact & (values == 0))
        if len(draws) and (exact[best] or values[best] < 0):
            best = int(draws[0])
    is_mate = bool(exact[best] and values[best])
    mate = int(math.copysign(findings.plies[best], values[best])) if is_mate else None
    return Verdict(findings.moves[best], float(values[best]), mate)


def find_stockfish() -> Path | None:
    """Return where Stockfish is, None if it is not installed."""
    found = shutil.which("stockfish")
    if found:
        return Path(found)
    usual = _GAMES_FOLDER / "stockfish"  # which is often not on the path of a service
    return usual if usual.is_file() else None


class StockfishJudge:
    """A running Stockfish; use it in a ``with`` statement, in one thread."""

    name = "Stockfish"
    at_once = 1

    def __init__(self, program: Path, nodes: int = NODES) -> None:
        """Start the program.

        Raises:
            StylemateError: it does not start, or is no chess program.
        """
        self._limit = chess.engine.Limit(nodes=nodes)
        try:
            self._engine = chess.engine.SimpleEngine.popen_uci(str(program), timeout=_HANG_UP)
        except (OSError, TimeoutError, chess.engine.EngineError) as error:
            raise StylemateError(f"The program {program} does not start: {error}.") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._engine.close()

    def verdict(self, board: chess.Board) -> Verdict:
        """Return what a position is worth.

        Raises:
            StylemateError: the program broke off.
        """
        try:
            info = self._engine.analyse(board, self._limit)
        except (TimeoutError, chess.engine.EngineError) as error:
            raise StylemateError(f"Stockfish stopped answering: {error}.") from None
        score, line = info.get("score"), info.get("pv")
        if score is None or not line:
            raise StylemateError("Stockfish said nothing about a position.")
        return Verdict(line[0], winning_chances(score.relative), _mate_plies(score.relative))


def winning_chances(score: chess.engine.Score) -> float:
    """Return what a score in centipawns, or a mate, is worth, -1 to 1, as Lichess does."""
    mate = score.mate()
    if mate is not None:
        return 1.0 if score > chess.engine.Cp(0) else -1.0
    return 2 / (1 + math.exp(-_CENTIPAWN * (score.score() or 0))) - 1


def _mate_plies(score: chess.engine.Score) -> int | None:
    mate = score.mate()
    if mate is None:
        return None
    return 2 * mate - 1 if mate > 0 else 2 * mate
