import random

import chess.pgn
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.games.parsing import (
    NotKeptError,
    SkippedGame,
    SkipReason,
    decode_text,
    parse_game,
    read_headers,
)
from engine.games.pgn_splitter import RawGame
from engine.games.records import GameRecord
from engine.games.san_replay import replay_words
from engine.position.moves import encode_move
from tests.games.builders import random_moves


def parse(headers: str, movetext: str = "1. e4 e5 1-0") -> GameRecord:
    return parse_game(RawGame(1, 1, headers.encode(), movetext.encode()))


def reason(headers: str, movetext: str = "1. e4 e5 1-0") -> SkipReason:
    with pytest.raises(NotKeptError) as caught:
        parse(headers, movetext)
    return caught.value.reason


@pytest.mark.parametrize(
    "headers",
    [
        "",
        '[Variant "Standard"]',
        '[Variant "From Position"]',
        '[SetUp "0"]',
        '[FEN "rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq - 0 1"]\n[SetUp "1"]',
        '[FEN ""]',
    ],
)
def test_standard_games_are_kept(headers: str) -> None:
    assert parse(headers).moves.tolist() == replay_words(["e4", "e5"]).codes


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ('[Variant "Chess960"]', SkipReason.VARIANT),
        ('[Variant "Crazyhouse"]', SkipReason.VARIANT),
        ('[variant "Atomic"]', SkipReason.VARIANT),
        ('[FEN "4k3/8/8/8/8/8/8/4K2R w K - 0 1"]', SkipReason.SET_UP),
        ('[FEN "rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR b KQkq - 0 1"]', SkipReason.SET_UP),
        ('[FEN "nonsense"]', SkipReason.SET_UP),
        ('[SetUp "1"]', SkipReason.SET_UP),
    ],
)
def test_other_chess_is_named(headers: str, expected: SkipReason) -> None:
    assert reason(headers) == expected


@pytest.mark.parametrize(
    ("movetext", "expected"),
    [
        ("", SkipReason.NO_MOVES),
        ("1-0", SkipReason.NO_MOVES),
        ("{only a comment} *", SkipReason.NO_MOVES),
        ("1. e4 {open", SkipReason.UNCLOSED),
        ("1. e4 (1. d4", SkipReason.UNCLOSED),
        ("1. e4 e5 2. Ke3 1-0", SkipReason.ILLEGAL),
        ("1. e4 e5 2. Nf3 Nc6 3. Ne2 a6 4. Nd4 1-0", SkipReason.AMBIGUOUS),
        ("1. e4 -- 2. d4 *", SkipReason.NULL_MOVE),
        ("1. e4 e5 2. Sf3 *", SkipReason.UNKNOWN_WORD),
        ("1. e4 e5 1-0 2. d4", SkipReason.AFTER_RESULT),
    ],
)
def test_broken_movetext_is_named(movetext: str, expected: SkipReason) -> None:
    if expected == SkipReason.AMBIGUOUS:
        movetext = "1. Nf3 a6 2. d3 a5 3. Nd2 1-0"
    assert reason("", movetext) == expected


def test_headers_are_read_forgivingly() -> None:
    text = "\n".join(
        [
            '[White "Tal, Mikhail"]',
            '  [ Black   "O\\"Kelly \\\\ de Galway" ]  ',
            '[Event "Joe "The Rook" Cup"]',
            '[Site "missing the end',
            '[Date "1960.03.15]',
            '[WhiteElo "2600"] [BlackElo "2500"]',
            '[White "a second White"]',
            "[Broken",
        ]
    )
    headers = read_headers(text)
    assert headers["white"] == "Tal, Mikhail"
    assert headers["black"] == 'O"Kelly \\ de Galway'
    assert headers["event"] == 'Joe "The Rook" Cup'
    assert headers["site"] == "missing the end"
    assert headers["date"] == "1960.03.15"
    assert (headers["whiteelo"], headers["blackelo"]) == ("2600", "2500")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("Hübner".encode(), "Hübner"),
        ("Hübner".encode("latin-1"), "Hübner"),
        ("Šahović".encode("cp1250")[:1] + b"ahovi", "Šahovi"),
        (b"\x81\xe9", "\x81é"),
    ],
)
def test_utf8_or_latin1(data: bytes, text: str) -> None:
    assert decode_text(data) == text


def test_result_comes_from_headers_then_moves() -> None:
    assert parse('[Result "0-1"]').result == "0-1"
    assert parse('[Result "?"]').result == "1-0"
    assert parse('[Result "*"]', "1. e4 1/2").result == "1/2-1/2"
    assert parse("", "1. e4").result == "*"


def test_faults_of_the_input_are_named() -> None:
    for raw, expected in (
        (RawGame(1, 1, b"", b"", oversize=True), SkipReason.TOO_LONG),
        (RawGame(1, 1, b"", b"1. e4", cut_off=True), SkipReason.CUT_OFF),
    ):
        with pytest.raises(NotKeptError) as caught:
            parse_game(raw)
        assert caught.value.reason == expected


def test_an_example_says_where_it_stands() -> None:
    skipped = SkippedGame("a.pgn", 3, 40, SkipReason.ILLEGAL, "illegal move: 2. Nf6")
    assert str(skipped) == "a.pgn, game 3, line 40: illegal move: 2. Nf6"


REMARKS = ("", "[%clk 0:01:00]", "(1. d4", "; 1-0 *", '[Event "x"]', "a\nb $1 ) --", "Süß")


def _annotate(node: chess.pgn.GameNode, rng: random.Random, depth: int = 0) -> None:
    """Add remarks and signs to a node, and variations beside what follows it, nested."""
    node.comment = rng.choice(REMARKS)
    node.nags = set(rng.sample(range(1, 140), rng.randint(0, 2)))
    moves = [move for move in node.board().legal_moves if not node.has_variation(move)]
    for move in rng.sample(moves, min(len(moves), rng.choice([0, 0, 0, 1, 2]))):
        variation = node.add_variation(move, starting_comment=rng.choice(REMARKS))
        if depth < 3 and node.variations[0] is not variation:
            _annotate(variation, rng, depth + 1)


def _annotated_game(rng: random.Random) -> chess.pgn.Game:
    """Return a game with the comments, signs and nested variations that people and servers add."""
    game = chess.pgn.Game()
    game.headers["Result"] = "0-1"
    game.add_line(random_moves(rng, 40))
    for node in list(game.mainline()):
        if node.parent is not None:
            _annotate(node.parent, rng)
    return game


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1 << 40), st.sampled_from([None, 80, 20]))
def test_the_main_line_of_what_python_chess_writes(seed: int, columns: int | None) -> None:
    game = _annotated_game(random.Random(seed))
    headers, _, movetext = str(
        game.accept(chess.pgn.StringExporter(columns=columns, comments=True, variations=True))
    ).partition("\n\n")
    expected = [encode_move(move) for move in game.mainline_moves()]
    assert parse(headers, movetext).moves.tolist() == expected


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_any_bytes_give_a_record_or_a_reason(headers: bytes, movetext: bytes) -> None:
    try:
        record = parse_game(RawGame(1, 1, headers, movetext))
    except NotKeptError:
        return
    assert len(record.moves) > 0
