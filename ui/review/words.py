"""What a review says, in sentences and tables, as HTML with nothing of strangers in it."""

from collections.abc import Sequence
from html import escape

import chess

from engine.analysis.game_review import JudgedMove, Mistake, Review
from engine.analysis.style_likeness import Likeness, difference
from engine.style.recipe import AVERAGE
from ui.review.background import Judged
from ui.review.graph import move_words, white_percent
from ui.shared.candidates import Candidate
from ui.shared.game import Game
from ui.shared.text import YOU, signed

FEW_MOVES = 8
"""With fewer moves of one's own nothing is said about whose they are like."""


def marks(review: Review) -> dict[int, tuple[str, str]]:
    """Return signs and words for the list of moves, by the number of moves up to each."""
    return {
        count: (move.mistake.sign, move.mistake.word)
        for count, move in enumerate(review.moves, 1)
        if move.mistake is not None
    }


def verdict_html(game: Game, judged: Judged) -> str:
    """Return what is said of the move that led to the position on screen."""
    count, best = game.shown, judged.best
    if count == 0:
        words = f"The game begins at {_percent(best.white[0])} for White."
        return f'<div class="verdict-card" data-testid="review-verdict">{words}</div>'
    move = best.moves[count - 1]
    mistake = move.mistake
    kind = mistake.word if mistake is not None else "fine"
    said = f"{_article(mistake)} {mistake.word}" if mistake is not None else _praise(move)
    before, after = _percent(best.white[count - 1]), _percent(best.white[count])
    tips = " · ".join(_tip(review, count) for review in _judges(judged))
    return (
        f'<div class="verdict-card {kind}" data-testid="review-verdict" data-count="{count}">'
        f"<div><b>{escape(move_words(game, count))}</b> {escape(said)}</div>"
        f'<div class="detail">White’s chances {before} → {after}. Best move: {tips}</div></div>'
    )


def _judges(judged: Judged) -> list[Review]:
    return [review for review in (judged.stockfish, judged.search) if review is not None]


def _tip(review: Review, count: int) -> str:
    move = review.moves[count - 1]
    return f"<b>{escape(move.best)}</b> by {escape(review.judge)}"


def _praise(move: JudgedMove) -> str:
    return "is the best move" if move.was_best else "is fine"


def _article(mistake: Mistake) -> str:
    return "is an" if mistake is Mistake.INACCURACY else "is a"


def _percent(value: float) -> str:
    return f"{white_percent(value):.0f}&nbsp;%"


def candidates_html(candidates: Sequence[Candidate]) -> str:
    """Return bars of how often a style would play each move; the played one is marked."""
    rows = []
    for candidate in candidates:
        percent = candidate.probability * 100
        label = "<1" if 0 < percent < 1 else f"{percent:.0f}"
        played = " played" if candidate.played else ""
        rows.append(
            f'<div class="candidate{played}"><span class="san">{escape(candidate.san)}</span>'
            f'<span class="track"><span style="width:{percent:.1f}%"></span></span>'
            f'<span class="percent">{escape(label)}%</span></div>'
        )
    return f'<div class="candidates" data-testid="review-candidates">{"".join(rows)}</div>'


def summary_html(review: Review, names: dict[chess.Color, str]) -> str:
    """Return how many of each side's moves threw something away."""
    head = "".join(f"<th>{mistake.sign}</th>" for mistake in Mistake)
    rows = []
    for color in chess.COLORS:
        cost = review.mean_cost(color)
        counts = "".join(
            f'<td class="{mistake.word}">{review.count(color, mistake)}</td>' for mistake in Mistake
        )
        lost = "–" if cost is None else f"{100 * cost:.1f}&nbsp;%"
        rows.append(f"<tr><th>{escape(names[color])}</th>{counts}<td>{lost}</td></tr>")
    return (
        '<table class="review-summary" data-testid="review-summary"><thead><tr><td></td>'
        f"{head}<th>lost a move</th></tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def turning_points(review: Review, most: int = 6) -> list[int]:
    """Return the moves that cost most, by the number of moves up to each, in their order."""
    costly = [count for count, move in enumerate(review.moves, 1) if move.mistake is not None]
    costly.sort(key=lambda count: -review.moves[count - 1].cost)
    return sorted(costly[:most])


def likeness_lines(
    who: str, style: str, own: Likeness, others: Sequence[Likeness], names: dict[str, str]
) -> list[str]:
    """Return how like a style somebody's moves are, in sentences as plain text.

    Args:
        who: whose moves they are; ``YOU`` is spoken to.
        style: what the style is called within a sentence.
        own: how like it they are.
        others: the players to compare with and the average, the likest first.
        names: what to call each of them.
    """
    you = who == YOU
    whose = "your" if you else f"{who}’s"
    if own.moves < FEW_MOVES:
        return [
            f"{own.moves} moves of {'yours' if you else who} with a choice are too few to say "
            "whose they are like."
        ]
    share = own.share
    lines = [
        f"{own.favourites} of {whose} {own.moves} moves are the one that {style} likes best: "
        f"{share.value:.0%} (for so few moves luck alone spreads that from {share.low:.0%} to "
        f"{share.high:.0%}).",
        f"On average {style} would choose {whose} move {own.chance:.0%} of the time.",
    ]
    average = next((one for one in others if one.name == AVERAGE), None)
    if average is not None:
        lines.append(_against_average(style, own, average))
    players = [one for one in others if one.name != AVERAGE]
    if players:
        lines.append(_nearest(whose, own, players, names))
    return lines


def _against_average(style: str, own: Likeness, average: Likeness) -> str:
    found = difference(own, average)
    points = f"{signed(100 * found.low)} to {signed(100 * found.high)} points"
    usual = f"The average player would have chosen them {average.chance:.0%} of the time"
    if found.low > 0:
        return f"{usual}: the moves are more like {style} than like just anybody ({points})."
    if found.high < 0:
        return f"{usual}: the moves are less like {style} than like just anybody ({points})."
    return f"{usual}. So few moves cannot tell the two apart ({points})."


def _nearest(whose: str, own: Likeness, players: Sequence[Likeness], names: dict[str, str]) -> str:
    first, last = players[0], players[-1]
    words = (
        f"Of {len(players)} famous players, {whose} moves fit {names[first.name]} best "
        f"({first.chance:.0%}) and {names[last.name]} least ({last.chance:.0%})."
    )
    gap = difference(first, last)
    if gap.low <= 0:
        words += " That could be luck: one game says little about whose moves they are."
    return words
