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


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.kind)
def test_the_games_in_a_text(case: Case) -> None:
    records, skipped = read(data_of(case))
    assert (tuple(map(ours, records)), skipped) == (case.games, Counter(case.skipped))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.kind)
@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_line_ends_change_nothing(case: Case, ending: str) -> None:
    data = data_of(case)
    if b"\r" in data:
        pytest.skip("its line ends are its kind")
    records, skipped = read(data.replace(b"\n", ending.encode()))
    assert (tuple(map(ours, records)), skipped) == (case.games, Counter(case.skipped))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.kind)
def test_python_chess_agrees_where_nothing_else_is_said(case: Case) -> None:
    records, _ = read(data_of(case))
    for record in records:
        record.result = ""
    agrees = theirs(data_of(case)) == [ours(record) for record in records]
    assert agrees is not bool(case.differs), theirs(data_of(case))


@pytest.mark.parametrize("first", CASES[::7], ids=lambda case: case.kind)
def test_a_sound_game_below_any_text_is_read(first: Case) -> None:
    sound = '[Event "3"]\n[White "Elm"]\n[Black "Fir"]\n[Result "1-0"]\n\n1. c4 e5 2. Nc3 1-0\n'
    records, _ = read(data_of(first) + b"\n\n" + sound.encode())
    assert ours(records[-1]) == "Elm - Fir 1-0 c4 e5 Nc3"
