"""The opening trees of the compared styles, as rows that open without asking the server."""

from collections.abc import Sequence
from functools import partial
from html import escape

import chess
import streamlit as st

from engine.analysis.repertoire import Branch, Repertoire, repertoire
from engine.assets import assets_directory
from engine.play.opponents import OpponentRegistry
from engine.style.recipe import Recipe
from ui.explore.compare_styles import Compared, capital
from ui.plots.theme import COLORS
from ui.shared.openings import OpeningBook, opening_book
from ui.shared.widgets import draw_switch

COLOR = "explore_repertoire_color"
WHITE, BLACK = "White", "Black"
THRESHOLD = 0.01
DEPTH = 14
OPEN_ABOVE = 0.1
"""Rows that more games than this reach are open at first."""
TELLING_DIFFERENCE = 0.1
"""Moves whose frequency differs by this between styles are marked."""


def draw_repertoires(styles: Sequence[Compared], registry: OpponentRegistry) -> None:
    """Draw the trees with one colour; a switch chooses which."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            "**Opening repertoire**",
            help=(
                "How often each style plays a move, once its position is on the board. The other "
                "side's moves are the average player's. Moves that fewer than "
                f"{THRESHOLD:.0%} of all games reach are left out."
            ),
            width="stretch",
        )
        chosen = draw_switch("Colour", [WHITE, BLACK], COLOR)
    color = chess.BLACK if chosen == BLACK else chess.WHITE
    tree = _tree(
        registry.fingerprint,
        tuple(style.style.fingerprint for style in styles),
        color,
        registry,
        styles,
    )
    st.html(repertoire_html(tree, [style.label for style in styles], _book()))


def repertoire_html(tree: Repertoire, labels: Sequence[str], book: OpeningBook) -> str:
    """Return the tree as nested rows; each that leads on can be opened and closed."""
    head = "".join(
        f'<span class="who" style="color:{COLORS[index]}" title="{escape(label)}">'
        f"{escape(capital(label))}</span>"
        for index, label in enumerate(labels)
    )
    side = chess.COLOR_NAMES[tree.color]
    rows = "".join(_row(branch, book, "", 0) for branch in tree.branches)
    return (
        f'<div class="explore-tree" data-testid="repertoire" data-color="{side}" '
        f'style="--styles:{len(labels)}"><div class="row head"><span></span>{head}</div>'
        f"{rows}</div>"
    )


@st.cache_resource(show_spinner="Playing through the openings …", max_entries=64)
def _tree(
    model: str,
    fingerprints: tuple[str, ...],
    color: chess.Color,
    _registry: OpponentRegistry,
    _styles: Sequence[Compared],
) -> Repertoire:
    ask = _registry.networks.evaluate
    average = partial(ask, _registry.space.style(Recipe()))
    asked = [partial(ask, style.style) for style in _styles]
    return repertoire(asked, average, color, THRESHOLD, DEPTH)


def _book() -> OpeningBook:
    return opening_book(assets_directory())


def _row(branch: Branch, book: OpeningBook, above: str, depth: int) -> str:
    opening = book.find(branch.moves)
    name = opening.name if opening else ""
    shown = name if name != above else ""
    title = f"{_move_number(branch)} {branch.san}"
    move = (
        f'<span class="move"><b>{escape(title)}</b>'
        f"{f'<small>{escape(shown)}</small>' if shown else ''}</span>"
    )
    line = f'<div class="row{_kind(branch)}">{move}{_bars(branch)}</div>'
    if not branch.branches:
        return f'<div class="leaf">{line}</div>'
    inner = "".join(_row(child, book, name, depth + 1) for child in branch.branches)
    is_open = " open" if max(branch.reach) >= OPEN_ABOVE else ""
    return f"<details{is_open}><summary>{line}</summary>{inner}</details>"


def _kind(branch: Branch) -> str:
    if not branch.is_own:
        return " reply"
    return " telling" if max(branch.chances) - min(branch.chances) >= TELLING_DIFFERENCE else ""


def _bars(branch: Branch) -> str:
    if not branch.is_own:
        return f'<span class="share">{_percent(branch.chances[0])} of replies</span>'
    return "".join(
        f'<span class="bar" title="{_per_thousand(branch.reach[index])} in 1,000 games come here">'
        f'<i style="width:{chance * 100:.1f}%;background:{COLORS[index]}"></i>'
        f"<em>{_percent(chance)}</em></span>"
        for index, chance in enumerate(branch.chances)
    )


def _move_number(branch: Branch) -> str:
    count = len(branch.moves)
    return f"{(count + 1) // 2}{'.' if count % 2 else '…'}"


def _percent(share: float) -> str:
    return "&lt;1%" if 0 < share < 0.005 else f"{share:.0%}"


def _per_thousand(share: float) -> str:
    return "&lt;1" if 0 < share < 0.0005 else f"{share * 1000:.0f}"
