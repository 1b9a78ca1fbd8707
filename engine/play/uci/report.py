"""What the engine says about a position, in the lines that GUIs read."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SCORE_SCALE = 248.0
"""Centipawns; so that somebody who loses nine games in ten, and half of the rest, is at -1000:
there most bots of chess sites resign."""
_STEEPNESS = 1.5620688421
"""Of lc0's curve from expectation to centipawns, which is kept but for its scale."""
MOST_CENTIPAWNS = 10_000


@dataclass(frozen=True, slots=True)
class PrincipalVariation:
    """A move and what it leads to, for the side that makes it.

    Attributes:
        moves: in UCI: the move, and what is expected after it.
        probability: with which the style makes it.
        wdl: chances of win, draw and loss after it.
        mate: half-moves to a mate that is certain, 0 if none is; who mates, ``wdl`` says.
        visits: how often a search followed it; 1 without a search.
    """

    moves: tuple[str, ...]
    probability: float
    wdl: tuple[float, float, float]
    mate: int = 0
    visits: int = 1

    @property
    def move(self) -> str:
        """The move itself."""
        return self.moves[0]

    @property
    def expectation(self) -> float:
        """Win minus loss."""
        return self.wdl[0] - self.wdl[2]

    @property
    def score(self) -> str:
        """The score as UCI writes it."""
        if not self.mate:
            return f"cp {centipawns(self.wdl)}"
        moves = (self.mate + 1) // 2
        return f"mate {moves if self.expectation > 0 else -moves}"


@dataclass(frozen=True, slots=True)
class Effort:
    """How much was looked at.

    Attributes:
        depth: half-moves of the first line that is shown.
        deepest: half-moves of the longest way that was looked at.
        nodes: positions known.
        fresh: those of them that this move's thinking brought.
        memory: which share of the room for positions is taken, 0 to 1.
    """

    depth: int
    deepest: int
    nodes: int
    fresh: int
    memory: float


def centipawns(wdl: tuple[float, float, float]) -> int:
    """Return chances as centipawns, from -10000 to 10000."""
    expectation = max(-1.0, min(wdl[0] - wdl[2], 1.0))
    score = SCORE_SCALE * math.tan(_STEEPNESS * expectation)
    return round(max(-MOST_CENTIPAWNS, min(score, MOST_CENTIPAWNS)))


def permille(wdl: tuple[float, float, float]) -> tuple[int, int, int]:
    """Return chances as whole numbers that sum to 1000."""
    win, loss = round(1000 * wdl[0]), round(1000 * wdl[2])
    draw = 1000 - win - loss
    if draw < 0:  # both were rounded up
        win, draw = win + draw, 0
    return win, draw, loss


def info_lines(
    lines: Sequence[PrincipalVariation], effort: Effort, seconds: float, shows_wdl: bool
) -> Iterator[str]:
    """Yield an ``info`` line for each move, numbered in their order."""
    milliseconds = round(1000 * seconds)
    depth, fullness = f"depth {effort.depth} seldepth {effort.deepest}", round(1000 * effort.memory)
    speed = round(effort.fresh / max(seconds, 1e-3))
    for number, line in enumerate(lines, start=1):
        words = [f"info {depth} multipv {number} score {line.score}"]
        if shows_wdl:
            words.append("wdl {} {} {}".format(*permille(line.wdl)))
        words.append(f"nodes {effort.nodes} nps {speed} hashfull {fullness} time {milliseconds}")
        yield " ".join((*words, "pv", *line.moves))


def move_statistics(lines: Sequence[PrincipalVariation], value: float) -> Iterator[str]:
    """Yield what lc0 prints with ``VerboseMoveStats``: every move, the likeliest last.

    Args:
        lines: the moves, likeliest first.
        value: win minus loss of the position itself.
    """
    for line in reversed(lines):
        yield (
            f"info string {line.move:5} (0   ) N: {line.visits:7} (+ 0) "
            f"(P: {line.probability:6.2%}) "
            f"(WL: {line.expectation:8.5f}) (D: {line.wdl[1]:5.3f}) (M:  0.0) "
            f"(Q: {line.expectation:8.5f}) (V: {line.expectation:7.4f})"
        )
    visits = max(sum(line.visits for line in lines), 1)
    yield f"info string node  (   1) N: {visits:7} (+ 0) (Q: {value:8.5f}) (V: {value:7.4f})"
