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
        move: in UCI.
        probability: with which the style makes it.
        wdl: chances of win, draw and loss after it.
        mates: the move itself is checkmate.
        reply: the likeliest answer in UCI, empty if there is none.
    """

    move: str
    probability: float
    wdl: tuple[float, float, float]
    mates: bool = False
    reply: str = ""

    @property
    def expectation(self) -> float:
        """Win minus loss."""
        return self.wdl[0] - self.wdl[2]

    @property
    def score(self) -> str:
        """The score as UCI writes it."""
        return "mate 1" if self.mates else f"cp {centipawns(self.wdl)}"


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
    lines: Sequence[PrincipalVariation], seconds: float, nodes: int, shows_wdl: bool
) -> Iterator[str]:
    """Yield an ``info`` line for each move, numbered in their order."""
    milliseconds = round(1000 * seconds)
    speed = round(nodes / max(seconds, 1e-3))
    for number, line in enumerate(lines, start=1):
        words = [f"info depth 1 seldepth 1 multipv {number} score {line.score}"]
        if shows_wdl:
            words.append("wdl {} {} {}".format(*permille(line.wdl)))
        words.append(f"nodes {nodes} nps {speed} time {milliseconds} pv {line.move}")
        if line.reply:
            words.append(line.reply)
        yield " ".join(words)


def move_statistics(lines: Sequence[PrincipalVariation], value: float) -> Iterator[str]:
    """Yield what lc0 prints with ``VerboseMoveStats``: every move, the likeliest last.

    Args:
        lines: the moves, likeliest first.
        value: win minus loss of the position itself.
    """
    for line in reversed(lines):
        yield (
            f"info string {line.move:5} (0   ) N:       1 (+ 0) (P: {line.probability:6.2%}) "
            f"(WL: {line.expectation:8.5f}) (D: {line.wdl[1]:5.3f}) (M:  0.0) "
            f"(Q: {line.expectation:8.5f}) (V: {line.expectation:7.4f})"
        )
    yield f"info string node  (   1) N:       1 (+ 0) (Q: {value:8.5f}) (V: {value:7.4f})"
