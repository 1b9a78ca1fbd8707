"""What of a style shows in a game, as a small table: counted, usual, and what is known of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import chess
import numpy as np

from engine.analysis.style_in_game import TERMS, StyleMove, Tally, tallies
from engine.attributes.figure_registry import BY_KEY, FIGURE_KEYS, OWN_FIGURES, Figure
from engine.evaluation.report.slider_games import SliderGames
from engine.style.game_habits import told_in_games
from engine.style.recipe import Recipe
from engine.style.space import StyleSpace
from ui.shared.opponent import name_beside_others
from ui.shared.text import minus

MOST_ROWS = 5
"""Habits of moves in the table; castling and queens come besides."""
MOVES_SHOWN = 3
LEAST_FOR_TERMS = 15
"""Moves of a finished game from which on its means are held against those of others: along a game
they change for everybody."""
MARK = "◆"
_BEYOND = 1.645
"""Standard deviations that one in twenty games exceeds on one side."""
_FIGURES = {"sacrifices": "offers"}
"""Figures of games whose key is not that of the attribute."""


@dataclass(frozen=True, slots=True)
class CardRow:
    """A line of the table.

    Attributes:
        label: what is counted.
        seen: in this game.
        usual: of others.
        known: of the style in games; empty where nothing is known.
        mark: "more" or "less" where others seldom get so far, else empty.
    """

    label: str
    seen: str
    usual: str
    known: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a game, whose style is looked at.

    Attributes:
        recipe: of the style.
        color: which side it has.
        moves: what of the style shows in its moves, in their order.
        board: after the whole game, with its moves.
        is_over: whether the game has ended.
    """

    recipe: Recipe
    color: chess.Color
    moves: Sequence[StyleMove]
    board: chess.Board
    is_over: bool


def card_html(
    side: Side, space: StyleSpace, sliders: dict[str, SliderGames], title: str, explains: bool
) -> str:
    """Return the table with its moves.

    Args:
        side: whose.
        space: the players there are.
        sliders: what each slider does in games.
        title: of the table.
        explains: whether to say below what the columns are.
    """
    name = name_beside_others(side.recipe)
    known = _Known(side.recipe, space, sliders)
    lines = card_rows(side, space, sliders)
    has_known = any(row.known for row in lines)
    heads = ("this game", "others", *([known.head] if has_known else []))
    head = "".join(f"<th scope=col>{escape(words)}</th>" for words in heads)
    body = "".join(_row_html(row, has_known) for row in lines)
    note = ""
    if explains:
        said = f" {known.explained}" if has_known else ""
        note = (
            "<p class=note>Others: what the average player would play in the very same positions; "
            f"castling, queens and means as in real players' games.{escape(said)} "
            "▲ and ▼: others go so far in one game of twenty at most.</p>"
        )
    return (
        f'<div class="style-card" data-testid="style-card" data-moves="{len(side.moves)}">'
        f"<div class=headline>{escape(title)}</div>"
        f"<div class=own-moves>{own_moves_html(side.moves, name, side.color)}</div>"
        f"<table><thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody></table>{note}</div>"
    )


def _row_html(row: CardRow, has_known: bool) -> str:
    sign = {"more": " ▲", "less": " ▼"}.get(row.mark, "")
    known = f"<td>{escape(row.known)}</td>" if has_known else ""
    return (
        f'<tr class="{row.mark}"><th scope=row>{escape(row.label)}</th>'
        f"<td><b>{escape(row.seen)}</b>{sign}</td><td>{escape(row.usual)}</td>{known}</tr>"
    )


def own_moves_html(moves: Sequence[StyleMove], name: str, color: chess.Color) -> str:
    """Return which moves were the style's own, the most telling ones with their numbers."""
    own = [move for move in moves if move.is_telling]
    if not own:
        return f"{MARK} None of {len(moves)} moves is one that others would seldom play."
    best = sorted(own, key=lambda move: move.others - move.style)[:MOVES_SHOWN]
    listed = ", ".join(
        f"<b>{escape(_numbered(move, color))}</b> "
        f"({_percent(move.style)}, others {_percent(move.others)})"
        for move in sorted(best, key=lambda move: move.count)
    )
    return (
        f"{MARK} {len(own)} of {len(moves)} moves {escape(name)} plays far more often than others: "
        f"{listed}"
    )


def own_move_words(move: StyleMove, name: str) -> str:
    """Return what to say of a telling move: ``Tal plays it 31 % of the time, others 4 %``."""
    words = f"{name} plays it {_percent(move.style)} of the time, others {_percent(move.others)}"
    return words[0].upper() + words[1:]


def card_rows(side: Side, space: StyleSpace, sliders: dict[str, SliderGames]) -> list[CardRow]:
    """Return the lines of the table."""
    known = _Known(side.recipe, space, sliders)
    rows = [
        _habit_row(one, known, len(side.moves))
        for one in tallies(side.moves, known.keys)[:MOST_ROWS]
    ]
    if side.is_over and len(side.moves) >= LEAST_FOR_TERMS:
        rows += [_term_row(key, side.moves, known, space) for key in known.keys if key in TERMS]
    return [*rows, *_castling_row(side, known, space), *_queens_row(side, known, space)]


class _Known:
    """What is known of a style in games: of its player's real ones, or of its sliders."""

    def __init__(self, recipe: Recipe, space: StyleSpace, sliders: dict[str, SliderGames]) -> None:
        names = [component.name for component in recipe.components if not component.is_average]
        alone = names[0] if len(recipe.components) == len(names) == 1 else None
        self._habits = space.game_habits_of(alone) if alone is not None else None
        self._steps = (
            {push.attribute: push.amount for push in recipe.steering}
            if not recipe.components
            else {}
        )
        self._sliders = sliders
        name = name_beside_others(recipe)
        if self._habits is not None:
            self.head = f"{_whose(name)} games"
            self.explained = f"{_whose(name)} games: the real ones, in as many moves."
        else:
            self.head = "as measured"
            self.explained = "As measured: with this slider in many games, in as many moves."
        pushed = [push.attribute for push in recipe.steering]
        told = []
        if self._habits is not None and space.player_games is not None:
            told = [
                _attribute(line.key) for line in told_in_games(self._habits, space.player_games)
            ]
        self.keys = tuple(dict.fromkeys([*pushed, *told[:MOST_ROWS]]))

    def figure(self, key: str) -> float | None:
        """Return a figure of the style's games, None where it is not known."""
        if self._habits is not None:
            value = float(self._habits.means[FIGURE_KEYS.index(key)])
            return value if np.isfinite(value) else None
        for attribute, amount in self._steps.items():
            slider = self._sliders.get(attribute)
            if slider is not None and slider.figure == key:
                return slider.at(amount).value
        return None


def _attribute(figure: str) -> str:
    """Return the attribute that a figure of games is about."""
    own = BY_KEY[figure].own_of
    return own or {"offers": "sacrifices"}.get(figure, figure)


def _habit_row(one: Tally, known: _Known, moves: int) -> CardRow:
    figure = BY_KEY[_FIGURES.get(one.key, one.key)]
    rate = known.figure(figure.key)
    return CardRow(
        figure.label,
        f"{one.count}",
        f"{one.usual:.1f}",
        "" if rate is None else f"{rate * moves:.1f}",
        "more" if one.is_more else "less" if one.is_less else "",
    )


def _term_row(key: str, moves: Sequence[StyleMove], known: _Known, space: StyleSpace) -> CardRow:
    figure: Figure = OWN_FIGURES[key]
    seen = float(np.mean([move.terms[key] for move in moves]))
    table = space.player_games
    spread = None if table is None else table.spread(figure.key)
    sd = None if table is None else table.game_sd(figure.key)
    mark, usual = "", "–"
    if spread is not None:
        usual = minus(figure.number(spread.mean))
        if sd:
            far = (seen - spread.mean) / sd
            mark = "more" if far > _BEYOND else "less" if far < -_BEYOND else ""
    value = known.figure(figure.key)
    return CardRow(
        f"{figure.label} ({figure.unit})",
        minus(figure.number(seen)),
        usual,
        "" if value is None else minus(figure.number(value)),
        mark,
    )


def _castling_row(side: Side, known: _Known, space: StyleSpace) -> list[CardRow]:
    words = "no" if side.is_over else "not yet"
    for number, board, move in _played(side):
        if board.is_castling(move):
            words = f"{'short' if board.is_kingside_castling(move) else 'long'}, move {number}"
    usual = [_mean(space, key) for key in ("castled_short", "castled_long")]
    of_style = [known.figure(key) for key in ("castled_short", "castled_long")]
    return [CardRow("Castled", words, _sides_words(usual), _sides_words(of_style))]


def _queens_row(side: Side, known: _Known, space: StyleSpace) -> list[CardRow]:
    board = side.board.root()
    words = "on" if board.queens else "none from the start"
    for move in side.board.move_stack:
        number, had = board.fullmove_number, bool(board.queens)
        board.push(move)
        if had and not board.queens:
            words = f"off, move {number}"
        elif board.queens:
            words = "on"
    usual, of_style = _mean(space, "queens_off_20"), known.figure("queens_off_20")
    return [CardRow("Queens", words, _off_words(usual), _off_words(of_style))]


def _played(side: Side) -> list[tuple[int, chess.Board, chess.Move]]:
    """Return a side's moves with the number and the position of each."""
    board, found = side.board.root(), []
    for move in side.board.move_stack:
        if board.turn == side.color and board.piece_type_at(move.from_square) == chess.KING:
            found.append((board.fullmove_number, board.copy(stack=False), move))
        board.push(move)
    return found


def _mean(space: StyleSpace, figure: str) -> float | None:
    spread = None if space.player_games is None else space.player_games.spread(figure)
    return None if spread is None else spread.mean


def _sides_words(shares: Sequence[float | None]) -> str:
    short, long = shares
    if short is None or long is None:
        return ""
    return f"short {100 * short:.0f} %, long {100 * long:.0f} %"


def _off_words(share: float | None) -> str:
    return "" if share is None else f"off by move 20: {100 * share:.0f} %"


def _whose(name: str) -> str:
    return f"{name}’" if name.endswith("s") else f"{name}’s"


def _percent(share: float) -> str:
    return "under 1 %" if share < 0.01 else f"{100 * share:.0f} %"


def _numbered(move: StyleMove, color: chess.Color) -> str:
    return f"{move.number}{'.' if color == chess.WHITE else '…'} {move.san}"
