"""Whose moves a person's moves resemble, in words that claim no more than the moves can say."""

from dataclasses import dataclass
from typing import Literal

import chess

from engine.analysis.resemblance import Decision, Resemblance
from ui.shared.opponent import first_name_first

LEAST_MOVES = 8
"""With fewer there is nothing to say, whatever the numbers."""
CLEAR, LEANING = 0.5, 0.1
"""Least probability of the likeliest style for either word."""
HELD = 0.8
RANKED = 5
TELLING_SHOWN = 3
LEAST_TELLING = 0.02
"""Nats; what says less about a style is not worth telling."""

Clarity = Literal["early", "open", "leaning", "clear"]


@dataclass(frozen=True, slots=True)
class LiveVerdict:
    """What the moves say, in two sentences.

    Attributes:
        certainty: how much they say.
        headline: in a few words.
        detail: how sure that is, with numbers.
    """

    certainty: Clarity
    headline: str
    detail: str


@dataclass(frozen=True, slots=True)
class Ranked:
    """A style among the likeliest, or all the others together.

    Attributes:
        name: for people.
        probability: after all moves.
        times: the same divided by what it was before the first move.
    """

    name: str
    probability: float
    times: float


@dataclass(frozen=True, slots=True)
class Telling:
    """A move that speaks for or against a style.

    Attributes:
        move: its number and notation, such as ``14. Nd5``.
        style: how likely the style finds it.
        average: how likely the average player finds it.
        nats: by how much it speaks for the style; against it if negative.
    """

    move: str
    style: float
    average: float
    nats: float


def verdict(found: Resemblance) -> LiveVerdict:
    """Return what the moves say."""
    leader, top = _leader(found)
    spread = _spread(found)
    if len(found.decisions) < LEAST_MOVES:
        detail = f"After {LEAST_MOVES} of your moves the first names come up here."
        return LiveVerdict("early", "Too early to say", detail)
    if top >= CLEAR:
        return LiveVerdict("clear", f"You are playing like {leader}", f"{top:.0%} likely. {spread}")
    if top >= LEANING:
        detail = f"Only {top:.0%} likely. {spread}"
        return LiveVerdict("leaning", f"You may be playing like {leader}", detail)
    return LiveVerdict("open", f"Not clear. Nearest so far: {leader}", spread)


def ranking(found: Resemblance) -> tuple[list[Ranked], Ranked | None]:
    """Return the likeliest styles, likeliest first, and all the others together if there are."""
    players = len(found.names)
    first = [
        Ranked(
            first_name_first(found.names[style]),
            float(found.posterior[style]),
            float(found.posterior[style]) * players,
        )
        for style in found.order[:RANKED]
    ]
    others = players - len(first)
    if not others:
        return first, None
    rest = max(1 - sum(ranked.probability for ranked in first), 0.0)
    name = f"{others:,} others" if others > 1 else "1 other"
    return first, Ranked(name, rest, rest * players / others)


def most_telling(found: Resemblance) -> tuple[list[Telling], list[Telling]]:
    """Return the moves that speak most for the likeliest style, and those against it."""
    if not found.decisions:
        return [], []
    style = int(found.order[0])
    nats = found.difference(style)
    by_weight = sorted(range(len(nats)), key=lambda row: -nats[row])
    best = [row for row in by_weight[:TELLING_SHOWN] if nats[row] >= LEAST_TELLING]
    worst = [row for row in by_weight[::-1][:1] if nats[row] <= -LEAST_TELLING]
    moves = [
        [
            Telling(
                written_move(found.decisions[row]),
                float(found.probabilities[row, style]),
                float(found.average[row]),
                float(nats[row]),
            )
            for row in rows
        ]
        for rows in (best, worst)
    ]
    return moves[0], moves[1]


def written_move(decision: Decision) -> str:
    """Return a move's number and notation, such as ``14. Nd5`` or ``14… Nd5``."""
    board = decision.board()
    dots = "." if board.turn == chess.WHITE else "…"
    return f"{board.fullmove_number}{dots} {board.san(decision.move)}"


def _spread(found: Resemblance) -> str:
    """Return how many players are still meant, in a sentence."""
    count, players = len(found.decisions), len(found.names)
    after = "After 1 move" if count == 1 else f"After {count} moves"
    sharing = found.players_holding(HELD)
    if sharing == 1:
        return f"{after}, hardly anybody else of {players:,} players comes into question."
    return f"{after}, {sharing:,} of {players:,} players still come into question."


def _leader(found: Resemblance) -> tuple[str, float]:
    leader = int(found.order[0])
    return first_name_first(found.names[leader]), float(found.posterior[leader])
