"""Texts that got damaged: nothing fails, and no game comes to stand under other people's names."""

import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.games.records import GameRecord
from engine.games.uploads import UploadedGames
from engine.position.moves import encode_move
from tests.games.builders import movetext, random_moves, sans
from tests.games.corpus import CASES

GAMES = 4
PLIES = 14
SIGNS = '[]{}();%"\\\n\n 1.*-0\x00\x1aéa4N'


def _game(rng: random.Random, number: int) -> tuple[str, list[int]]:
    """Return a game's text, in one of the usual layouts, and its move codes."""
    moves = random_moves(rng, PLIES)
    while len(moves) < PLIES:
        moves = random_moves(rng, PLIES)
    result = rng.choice(["1-0", "0-1", "1/2-1/2", "*"])
    headers = [f'[White "White, {number}"]', f'[Black "Black, {number}"]', f'[Result "{result}"]']
    if rng.random() < 0.7:
        headers.insert(0, f'[Event "{rng.choice(["Open", "Cup"])}"]')
    words = movetext(sans(moves), rng.choice([result, result, ""])).replace(" ", "\n", 1)
    words = words.replace(" 3. ", rng.choice([" 3. ", " {a\n\nb} 3. ", " (3. a4\n\n) 3. "]))
    if rng.random() < 0.15:
        words, moves = rng.choice(["", result]), []
    return "\n".join([*headers, "", words, "", ""]), [encode_move(move) for move in moves]


def _damaged(rng: random.Random, texts: list[str]) -> str:
    """Return the texts as one, with what bad writes, copies and editors do to them."""
    texts = list(texts)
    for _ in range(rng.randint(0, 2)):
        place = rng.randrange(len(texts))
        end = rng.randrange(len(texts[place]) + 1)
        texts[place] = texts[place][:end]  # a write broke off
    text = "".join(texts)
    for _ in range(rng.randint(0, 3)):
        place = rng.randrange(len(text) + 1)
        text = rng.choice(
            [
                text[:place] + rng.choice(SIGNS) + text[place:],
                text[:place] + text[place + 1 :],
                text.replace("\n\n", "\n", 1),
                text.replace('"]\n', '"] ', 1),
                text.replace('"]\n', '"]\n\n', rng.randint(1, 5)),
                text[:place] + "\n\nA word between, says Elm.\n\n" + text[place:],
            ]
        )
    return text


def _read(text: str) -> list[GameRecord]:
    return list(UploadedGames(text.encode(), "fuzz"))


def _likeness(codes: list[int], original: list[int]) -> int:
    return sum(a == b for a, b in zip(codes, original, strict=False))


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 1 << 60))
@example(95106)  # one write broke off behind the bracket of a header
def test_no_game_stands_under_other_names(seed: int) -> None:
    rng = random.Random(seed)
    games = [_game(rng, number) for number in range(GAMES)]
    text = _damaged(rng, [text for text, _ in games])
    for record in _read(text):
        numbers = [
            int(name.rpartition(" ")[2])
            for name, side in ((record.white, "White"), (record.black, "Black"))
            if name in {f"{side}, {number}" for number in range(GAMES)}
        ]
        assert len(set(numbers)) <= 1, text
        codes = record.moves.tolist()
        if not numbers or len(codes) < 4:
            continue
        likeness = [_likeness(codes, original) for _, original in games]
        assert likeness[numbers[0]] == max(likeness), text


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(CASES), st.integers(0, 1 << 60))
def test_damaged_texts_of_the_corpus_raise_nothing(case: object, seed: int) -> None:
    rng = random.Random(seed)
    text = getattr(case, "text", "")
    text = text.decode("latin-1") if isinstance(text, bytes) else text
    for record in _read(_damaged(rng, [text, "\n\n", text])):
        assert len(record.moves)


@settings(max_examples=200, deadline=None)
@given(st.text('[]{}();%"White Black\n1.e4 Nf3O-0*½', max_size=200))
def test_any_text_raises_nothing(text: str) -> None:
    for record in _read(text):
        assert len(record.moves)


_HEADER = '[White "Elm"]\n[Black "Fir"]\n'


@pytest.mark.parametrize(
    "filling",
    [
        *" *{}()[];%\"'.1-",
        "\t",
        "1.",
        "1. ",
        "1-0",
        "1-0 ",
        "[a ",
        '[a "',
        '" ',
        "O-O",
        "½",
        "e4 ",
        "<a",
        "\x1a",
    ],
)
@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("[White", '"Elm"]\n1. e4 e5 1-0\n'),
        ('White "Elm"', "x\n1. e4 e5 1-0\n"),
        ("[White", "x\n1. e4 e5 1-0\n"),
        (f"{_HEADER}\n1. e4 e5 ", "x 1-0\n"),
        (f"{_HEADER}\n1. e4 e5 ", "x\n\n1. d4 d5 0-1\n"),
        (f"{_HEADER}\n1. e4 ", " e5 0-0\n"),
        (f'{_HEADER}[Result "', '1"]\n\n1. e4 e5\n'),
    ],
)
def test_a_long_row_of_one_sign_is_passed_at_once(filling: str, above: str, below: str) -> None:
    """Tried for its time: patterns that take its square would stand still here for hours."""
    row = filling * (100_000 // len(filling))
    for record in _read(above + row + below):
        assert len(record.moves)
