"""The corpus against its expected games, and against python-chess."""

import io
from collections import Counter

import chess
import chess.pgn
import pytest

from engine.games.parsing import SkipReason
from engine.games.records import UNKNOWN_PLAYER, GameRecord
from engine.games.uploads import UploadedGames
from engine.position.moves import decode_move
from tests.games.corpus import CASES
from tests.games.corpus.case import Case

LEAST_CASES = 200


def data_of(case: Case) -> bytes:
    return case.text if isinstance(case.text, bytes) else case.text.encode()


def read(data: bytes) -> tuple[list[GameRecord], Counter[SkipReason]]:
    upload = UploadedGames(data, "corpus")
    records = list(upload)
    return records, Counter({why: t.count for why, t in upload.summary.skipped.items()})


def written(white: str, black: str, result: str, moves: list[chess.Move]) -> str:
    board = chess.Board()
    return f"{white} - {black} {result} " + " ".join(board.san_and_push(move) for move in moves)


def ours(record: GameRecord) -> str:
    moves = [decode_move(int(code)) for code in record.moves]
    return written(record.white, record.black, record.result, moves)


def starts_as_usual(game: chess.pgn.Game) -> bool:
    """Say whether a game is of usual chess, from its start."""
    try:
        board = game.board()
    except ValueError:
        return False
    return type(board) is chess.Board and board.epd() == chess.Board().epd()


def theirs(data: bytes) -> list[str]:
    """Return the games that python-chess reads without an error, without their results."""
    stream = io.StringIO(data.decode(errors="replace").removeprefix("\ufeff"))
    games = []
    while (game := chess.pgn.read_game(stream)) is not None:
        moves = list(game.mainline_moves())
        if moves and not game.errors and starts_as_usual(game):
            names = [game.headers[side].strip() or UNKNOWN_PLAYER for side in ("White", "Black")]
            games.append(written(*names, "", moves))
    return games


def test_there_are_many_and_no_two_alike() -> None:
    assert len({data_of(case) for case in CASES}) == len(CASES) >= LEAST_CASES
    assert len({case.kind for case in CASES}) == len(CASES)


def told(wrong: dict[str, object]) -> str:
    """Say of each case what was found instead of what is wanted."""
    return "\n".join(f"{kind}: {found}" for kind, found in wrong.items())


def misread(ending: bytes) -> dict[str, object]:
    """Return what is found in each text whose games are not found, with these line ends."""
    wrong: dict[str, object] = {}
    for case in CASES:
        data = data_of(case)
        if ending != b"\n":
            if b"\r" in data:
                continue  # its line ends are its kind
            data = data.replace(b"\n", ending)
        records, skipped = read(data)
        found = (tuple(map(ours, records)), skipped)
        if found != (case.games, Counter(case.skipped)):
            wrong[case.kind] = found
    return wrong


# Thousands of tests of a millisecond each would take longer to hand out than to run.
@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"], ids=["line feed", "both", "return"])
def test_the_games_in_a_text_whatever_ends_its_lines(ending: bytes) -> None:
    wrong = misread(ending)
    assert not wrong, told(wrong)


def test_python_chess_agrees_where_nothing_else_is_said() -> None:
    wrong: dict[str, object] = {}
    for case in CASES:
        records, _ = read(data_of(case))
        for record in records:
            record.result = ""
        found = theirs(data_of(case))
        agrees = found == [ours(record) for record in records]
        if agrees is bool(case.differs):
            wrong[case.kind] = found
    assert not wrong, told(wrong)


def test_a_sound_game_below_any_text_is_read() -> None:
    sound = b'[Event "3"]\n[White "Elm"]\n[Black "Fir"]\n[Result "1-0"]\n\n1. c4 e5 2. Nc3 1-0\n'
    wrong: dict[str, object] = {}
    for first in CASES[::7]:
        found = [ours(record) for record in read(data_of(first) + b"\n\n" + sound)[0]]
        if found[-1:] != ["Elm - Fir 1-0 c4 e5 Nc3"]:
            wrong[first.kind] = found
    assert not wrong, told(wrong)
