"""Attributes over a game between two styles, as lines that grow while it is played."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import chess
import streamlit as st

from engine.attributes.registry import BY_KEY
from engine.play.exhibition import MeasuredMove, running_means
from ui.shared.text import telling

KEY = "steer_traces"
_FOLDER = Path(__file__).parent

_component = st.components.v2.component(
    "stylemate.traces",
    html=(_FOLDER / "traces.html").read_text(encoding="utf-8"),
    css=(_FOLDER / "traces.css").read_text(encoding="utf-8"),
    js=(_FOLDER / "traces.js").read_text(encoding="utf-8"),
)


def show_traces(
    moves: tuple[MeasuredMove, ...], keys: Sequence[str], names: tuple[str, str], shown: int
) -> None:
    """Draw the mean so far of attributes over each side's moves.

    Args:
        moves: the game.
        keys: attributes of moves.
        names: of White and Black.
        shown: number of half-moves after which the position on the board stands.
    """
    _component(key=KEY, data=payload(moves, keys, names, shown))


def payload(
    moves: tuple[MeasuredMove, ...], keys: Sequence[str], names: tuple[str, str], shown: int
) -> dict[str, Any]:
    """Return what the figures' JavaScript draws, as plain JSON."""
    return {
        "count": len(moves),
        "shown": shown,
        "names": {"white": names[0], "black": names[1]},
        "traces": [
            {
                "label": f"{BY_KEY[key].label}: mean of the moves so far, in {BY_KEY[key].unit}",
                "white": _points(moves, chess.WHITE, key),
                "black": _points(moves, chess.BLACK, key),
            }
            for key in keys
        ],
    }


def _points(
    moves: tuple[MeasuredMove, ...], color: chess.Color, key: str
) -> list[tuple[int, float, str]]:
    means = running_means(moves, color, key)
    return [(count, round(mean, 5), telling(mean)) for count, mean in means]
