"""The shipped names of openings, and the reader of the table."""

from collections import Counter
from pathlib import Path

import chess
import pytest

from engine.assets import OPENINGS_FILE
from engine.errors import StylemateError
from ui.shared.openings import HEADER, LONGEST, opening_book, read_openings

SHIPPED = Path(__file__).resolve().parents[2] / "assets" / OPENINGS_FILE


def moves(*sans: str) -> list[chess.Move]:
    board = chess.Board()
    return [board.push_san(san) for san in sans]


def test_every_shipped_line_is_legal_and_names_one_position() -> None:
    lines = SHIPPED.read_text("utf-8").splitlines()[1:]
    assert len(lines) >= 400
    assert len(read_openings(SHIPPED)) == len(lines), "two lines lead to one position"
    names = Counter(line.split("\t")[1] for line in lines)
    assert [name for name, count in names.items() if count > 1] == []
    assert max(len(line.split("\t")[2].split()) for line in lines) <= LONGEST


@pytest.mark.parametrize(
    ("sans", "eco", "name"),
    [
        (("e4", "c5", "Nf3", "d6", "d4", "cxd4", "Nxd4", "Nf6", "Nc3", "a6"), "B90", "Najdorf"),
        (("e4", "e5", "Nf3", "Nc6", "Bb5", "a6", "h3"), "C70", "Ruy Lopez"),
        (("Nf3", "d5", "d4"), "D02", "Zukertort"),
        (("c4", "e6", "d4", "d5"), "D30", "Queen's Gambit Declined"),
    ],
)
def test_the_last_named_position_counts_in_any_order_of_moves(
    sans: tuple[str, ...], eco: str, name: str
) -> None:
    opening = read_openings(SHIPPED).find(moves(*sans))
    assert opening is not None
    assert opening.eco == eco
    assert name in opening.name


def test_every_opening_can_be_begun_by_its_name() -> None:
    book = read_openings(SHIPPED)
    assert len(book.names) == len(set(book.names)) >= 400
    assert book.names == sorted(book.names)
    najdorf = next(name for name in book.names if name.startswith("B90") and "Najdorf" in name)
    found = book.find(book.line(najdorf))
    assert found is not None
    assert najdorf == f"{found.eco} {found.name}"
    with pytest.raises(StylemateError, match="Nowhere"):
        book.line("Nowhere Gambit")


def test_no_moves_have_no_name() -> None:
    assert read_openings(SHIPPED).find([]) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "does not begin"),
        (f"{HEADER}\nA00\tShort\n", "line 2: three columns"),
        (f"{HEADER}\nA00\tFine\te4\nA00\tWrong\te4 e4\n", "line 3 .Wrong."),
    ],
)
def test_a_damaged_table_is_explained(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / OPENINGS_FILE
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StylemateError, match=words):
        read_openings(path)


def test_assets_without_openings_have_an_empty_book(tmp_path: Path) -> None:
    assert len(opening_book(tmp_path)) == 0
