import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.games import pgn_lines, pgn_splitter
from engine.games.pgn_lines import split_lines
from engine.games.pgn_splitter import GameSplitter, RawGame
from tests.games.builders import pgn_game


def split(text: str | bytes, chunk: int = 1 << 16, damaged: bool = False) -> list[RawGame]:
    data = text.encode() if isinstance(text, str) else text
    chunks = (data[i : i + chunk] for i in range(0, len(data), chunk))
    cutter = GameSplitter()
    games = list(cutter.games(split_lines(chunks)))
    last = cutter.last(damaged=damaged)
    return games if last is None else [*games, last]


def movetexts(text: str | bytes) -> list[bytes]:
    return [game.movetext for game in split(text)]


TWO = pgn_game(["e4", "e5"]) + pgn_game(["d4", "d5"], "0-1")


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 1 << 16])
def test_games_lines_and_numbers(ending: str, chunk: int) -> None:
    games = split(TWO.replace("\n", ending), chunk)
    assert [(game.number, game.line, game.movetext) for game in games] == [
        (1, 1, b"1. e4 e5 1-0"),
        (2, 9, b"1. d4 d5 0-1"),
    ]
    assert games[1].headers.startswith(b'[Event "Test"]\n[White "Tal, Mikhail"]')


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("\n\n  \n", []),
        ("% only an escape\n; and a comment\n", []),
        ("1. e4 e5 1-0", [b"1. e4 e5 1-0"]),
        ("1. e4 e5 1-0\n\n1. d4 *\n", [b"1. e4 e5 1-0", b"1. d4 *"]),
        ("1. e4 e5 1-0\n1. d4 *\n", [b"1. e4 e5 1-0", b"1. d4 *"]),
        ("1.e4 e5\n\n1.d4 d5\n", [b"1.e4 e5", b"1.d4 d5"]),
        ("1. e4\n\n1... e5\n\n2. Nf3 *\n", [b"1. e4\n1... e5\n2. Nf3 *"]),
        ('[White "a"]\n1. e4 *\n[White "b"]\n1. d4 *\n', [b"1. e4 *", b"1. d4 *"]),
        ('[White "a"]\n\n[Black "b"]\n\n1. e4 *', [b"1. e4 *"]),
        ('[Event "a"]\n\n[Event "b"]\n\n1. e4 *', [b"", b"1. e4 *"]),
        ('1. e4 {\n[Event "in a comment"]\n} e5 *', [b'1. e4 {\n[Event "in a comment"]\n} e5 *']),
        ("1. e4 {a\n\n1. d4 in a comment}\n *", [b"1. e4 {a\n1. d4 in a comment}\n*"]),
        ('1. e4 {open\n\n[Event "b"]\n\n1. d4 *', [b"1. e4 {open", b"1. d4 *"]),
        ('1. e4 ; {\n[Event "b"]\n1. d4 *', [b"1. e4 ; {", b"1. d4 *"]),
        ('1. e4 {;}\n[Event "b"]\n1. d4 *', [b"1. e4 {;}", b"1. d4 *"]),
        ('%[Event "x"]\n1. e4 *', [b"1. e4 *"]),
        ('\ufeff[Event "a"]\n\n1. e4 *', [b"1. e4 *"]),
        ("1. e4 e5\n1-0\n", [b"1. e4 e5\n1-0"]),
    ],
)
def test_where_games_begin(text: str, expected: list[bytes]) -> None:
    assert movetexts(text) == expected


def test_oversize_games_are_given_up_and_the_next_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (pgn_lines, pgn_splitter):
        monkeypatch.setattr(module, "LARGEST_GAME", 500)
    endless_line = pgn_game(["e4"] * 400)
    endless_comment = '[Event "x"]\n\n1. e4 {' + "long\n" * 200 + '\n[Event "Test"]\n'
    games = split(TWO + endless_line + TWO + endless_comment + "\n1. c4 *", chunk=64)
    assert [game.oversize for game in games] == [False, False, True, False, False, True, False]
    assert [game.line for game in games] == [1, 9, 17, 25, 33, 41, 244]
    assert not games[2].movetext


def test_an_endless_line_is_not_held_in_memory() -> None:
    chunks = iter([b"x" * (1 << 18)] * 64)
    lines = list(split_lines(chunks))
    assert [(len(line.text), line.clipped) for line in lines] == [(pgn_lines.LARGEST_GAME, True)]


@pytest.mark.parametrize("blank", [b"\n", b"\r", b"\r\n", b" \n"])
def test_empty_lines_cost_no_more_than_one(blank: bytes) -> None:
    text = b"1. e4 *\n" + blank * 100_000 + b"1. d4 *\n"
    lines = list(split_lines(iter([text])))
    assert [(line.text, line.number, line.after_blank) for line in lines] == [
        (b"1. e4 *", 1, False),
        (b"1. d4 *", 100_002, True),
    ]


@pytest.mark.parametrize(
    ("text", "cut_off"),
    [("1. e4 e5", True), ("1. e4 e5 1-0", False), ("1. e4 1/2-1", True), ('[Event "a"]', True)],
)
def test_the_last_game_of_damaged_input(text: str, cut_off: bool) -> None:
    assert [game.cut_off for game in split(text, damaged=True)] == [cut_off]
    assert [game.cut_off for game in split(text)] == [False]


@given(st.binary(max_size=300), st.integers(1, 20))
def test_any_bytes_in_any_chunks_split_alike(data: bytes, chunk: int) -> None:
    assert split(data, chunk) == split(data)


@given(st.lists(st.text('[]{};%\n"1.e4 E-0*', max_size=40), max_size=6))
def test_a_sound_game_after_noise_is_found(noise: list[str]) -> None:
    text = "\n".join(noise) + "\n\n" + pgn_game(["e4", "e5"])
    last = split(text)[-1]
    assert last.movetext.endswith(b"1. e4 e5 1-0")
    assert b"Tal, Mikhail" in last.headers
