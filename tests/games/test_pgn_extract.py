"""The corpus against pgn-extract: what it reads rightly, we read.

It passes over much that we read, and asks of every game for a result; that is no matter here.
"""

import io
import subprocess
from pathlib import Path

import chess
import chess.pgn
import pytest

from engine.games.records import UNKNOWN_PLAYER
from tests.games.corpus import CASES
from tests.games.test_corpus import data_of, ours, read, starts_as_usual, written
from tests.requirements import require_program

# Games that it reads and we do not, and why it reads them wrongly or guesses.
GUESSED = {
    "headers that broke off, the second without White": "mixes the headers of two games",
    "headers that broke off, the second without Black": "mixes the headers of two games",
    "a second block without any name": "gives a game to those of the one above it",
    "a comment that ends in the next game": "plays another game's moves as Alder's",
    "a move behind the result": "plays no more than half of what may be one game",
    "a game behind the result on one line": "gives the moves of one of two games to nobody",
    "moves around a star": "plays no more than half of what may be one game",
    "numbers that begin again": "plays two games as one",
    "numbers that begin again, no blanks": "plays two games as one",
    "braces in braces, a move behind": "plays what stands in a comment",
    "a promotion without its piece": "makes a queen that nobody asked for",
    "a square that is none": "leaves the game's end out without a word",
    "small letters of pieces": "takes a small b for a bishop where it may be a pawn",
    "a dropped piece": "plays a move of another game of chess",
    "variants and starts 7": "plays Fischer's chess by the usual rules",
}


@pytest.fixture(scope="module")
def read_by_pgn_extract(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What pgn-extract makes of each text: games with names and moves, without results."""
    program = require_program("pgn-extract")
    path = tmp_path_factory.mktemp("texts") / "text.pgn"
    return {case.kind: _extracted(program, data_of(case), path) for case in CASES}


def _extracted(program: Path, data: bytes, path: Path) -> list[str]:
    path.write_bytes(data)
    options = ["-s", "-C", "-N", "-V", "--nomovenumbers"]
    found = subprocess.run([program, *options, path], capture_output=True, check=True)
    stream = io.StringIO(found.stdout.decode(errors="replace"))
    games = []
    while (game := chess.pgn.read_game(stream)) is not None:
        moves = list(game.mainline_moves())
        if moves and not game.errors and starts_as_usual(game):
            white, black = (
                game.headers[side].strip() or UNKNOWN_PLAYER for side in ("White", "Black")
            )
            games.append(written(white, black, "", moves))
    return games


def test_we_read_what_pgn_extract_reads_rightly(
    read_by_pgn_extract: dict[str, list[str]],
) -> None:
    more = {
        case.kind
        for case in CASES
        if len(read_by_pgn_extract[case.kind]) > len(read(data_of(case))[0])
    }
    assert more == set(GUESSED)


def test_where_both_read_a_game_the_moves_are_alike_or_ours_go_on(
    read_by_pgn_extract: dict[str, list[str]],
) -> None:
    compared = 0
    for case in CASES:
        records, theirs = read(data_of(case))[0], read_by_pgn_extract[case.kind]
        if len(records) != len(theirs):
            continue
        for record, other in zip(records, theirs, strict=True):
            record.result = ""
            (names, mine), (its_names, its) = ours(record).split("  "), other.split("  ")
            if names == its_names:
                assert mine.startswith(its), case.kind
                compared += 1
    assert compared > len(CASES) / 3
