"""Sets of pieces that a person may choose beside the board's own, each as a style sheet.

A sheet travels only to those who chose its set: the board gets addresses, not drawings.
"""

from base64 import b64encode
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

import chess

from ui.components.modules import STYLE_SHEET
from ui.components.served import content_digest, served

_GNOME_CHESS = Path(__file__).parent / "vendor" / "gnome-chess"
PIECE_SETS: Final = MappingProxyType(
    {"simple": _GNOME_CHESS / "simple", "fancy": _GNOME_CHESS / "fancy"}
)
"""Where the drawings of each set are, without their endings such as ``-whiteKing.svg``."""


def piece_sheets() -> dict[str, str]:
    """Return the addresses of the sets' style sheets, by name."""
    found = {}
    for name in PIECE_SETS:
        content, digest = _sheet(name)
        found[name] = served(content, STYLE_SHEET, f"pieces.{name}", digest)
    return found


def sheet_of(name: str) -> str:
    """Return the style sheet of a set, for a board that bears its name."""
    rules = []
    for color in chess.COLOR_NAMES:
        for role in map(chess.piece_name, chess.PIECE_TYPES):
            drawing = f"{PIECE_SETS[name]}-{color}{role.capitalize()}.svg"
            data = b64encode(Path(drawing).read_bytes()).decode()
            place = f'.board-table[data-pieces="{name}"] piece.{role}.{color}'
            rules.append(f"{place} {{ background-image: url(data:image/svg+xml;base64,{data}); }}")
    return "\n".join(rules) + "\n"


@cache
def _sheet(name: str) -> tuple[bytes, str]:
    content = sheet_of(name).encode()
    return content, content_digest(content)
