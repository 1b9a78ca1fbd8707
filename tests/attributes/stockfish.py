"""Reads the classical terms that Stockfish prints."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

_ROW = re.compile(r"^\|\s*([A-Z][a-z ]+?)\s*\|(.+)\|$")
_CELLS = 3


@dataclass(frozen=True, slots=True)
class Printed:
    """Terms of one position: White, Black and total, middle game and end game, in pawns."""

    terms: dict[str, NDArray[np.float64]]

    @property
    def cut_short(self) -> bool:
        """Whether Stockfish stopped early: it skips terms where one side is far ahead."""
        return not self.terms["Threats"].any()


class StockfishEval:
    """A running Stockfish that is asked for ``eval`` of one position after another."""

    def __init__(self, program: Path) -> None:
        self.process = subprocess.Popen(
            [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._send("setoption name Use NNUE value false")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._send("quit")
        self.process.communicate(timeout=10)

    def terms(self, fen: str) -> Printed | None:
        """Return the printed terms; None in check, where Stockfish evaluates nothing."""
        self._send(f"position fen {fen}\neval\nisready")
        terms = {}
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith("readyok"):
                break
            row = _ROW.match(line.strip())
            if row and "MG" not in line and "White" not in line:
                terms[row[1]] = _numbers(row[2])
        return Printed(terms) if "Mobility" in terms else None

    def _send(self, text: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()


def _numbers(cells: str) -> NDArray[np.float64]:
    values = [
        [np.nan if "--" in number else float(number) for number in cell.split()]
        for cell in cells.split("|")
    ]
    assert len(values) == _CELLS
    return np.array(values)
