"""Signs that people, programs and copies put in place of those of written moves."""

_FULL_WIDTH = "".join(map(chr, range(0x21, 0x7F)))
_SIGNS: dict[int, int | str | None] = {
    **str.maketrans(
        "♔♕♖♗♘♚♛♜♝♞–—‐‑‒―−⁃﹣×" + "".join(chr(0xFEE0 + ord(c)) for c in _FULL_WIDTH),
        "KQRBNKQRBN---------x" + _FULL_WIDTH,
        # Pawns, and what has no look of its own.
        "♙♟\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff\ufe0e\ufe0f"
        "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c\u180e",
    ),
    ord("…"): "...",
    **dict.fromkeys(map(ord, "\u00a0\u202f\u205f\u3000"), " "),
    **dict.fromkeys(range(0x2000, 0x200B), " "),
}


def plain_signs(text: str) -> str:
    """Return a text with figurines as letters, dashes as hyphens, and nothing without a look."""
    return text if text.isascii() else text.translate(_SIGNS)
