"""Whose games a person means, however they and the games spell the name."""

import numpy as np
import pytest

from engine.errors import StylemateError
from engine.games.chosen_player import choose_player
from engine.games.records import GameRecord, record_from_headers
from engine.games.uploads import UploadedGames

MOVES = np.array([12 | 28 << 6], dtype=np.uint16)
JOSE = "Jose\u0301, Ana"


def games(*names: str) -> list[GameRecord]:
    return [GameRecord(name, f"Rival {number}", MOVES) for number, name in enumerate(names)]


@pytest.mark.parametrize(
    "typed",
    [
        "José, Ana",
        JOSE,
        "Jose, Ana",
        "josé, ANA",
        "Ana José",
        "ana jose",
        "José Ana",
        " Jose ,  Ana ",
    ],
)
@pytest.mark.parametrize("spelt", ["José, Ana", JOSE, "Jose, Ana", "JOSE, ANA"])
def test_a_name_is_found_however_it_is_spelt(typed: str, spelt: str) -> None:
    chosen = choose_player(games(spelt, "Other, Ann"), [typed])
    assert chosen.spellings == {spelt}


def test_all_spellings_of_one_person_count() -> None:
    records = games("José, Ana", JOSE, "Jose, Ana", "Ana José", "José, Ann")
    chosen = choose_player(records, ["jose, ana"])
    assert len(chosen.games(records)) == 4


def test_one_person_in_all_games_need_not_be_named() -> None:
    records = games("José, Ana", JOSE, "Jose, Ana", "Ana José")
    assert len(choose_player(records).spellings) == 4


def test_handles_keep_their_signs() -> None:
    chosen = choose_player(games("ann-1", "ann_1", "Ann_1"), ["ANN_1"])
    assert chosen.spellings == {"ann_1", "Ann_1"}


def test_stroke_letters_need_not_be_typed() -> None:
    chosen = choose_player(games("Łącki, Bjørn", "Other, Ann"), ["Lacki, Bjorn"])
    assert chosen.name == "Łącki, Bjørn"


@pytest.mark.parametrize("typed", ["Karpow", "Karpof, A", "Anatoli Karpov"])
def test_a_near_miss_is_offered_and_not_taken(typed: str) -> None:
    with pytest.raises(StylemateError, match="Perhaps Karpov, Anatoly"):
        choose_player(games("Karpov, Anatoly", "Other, Ann"), [typed])


def test_composed_and_decomposed_letters_are_read_as_one_name() -> None:
    text = f'[White "{JOSE}"]\n\n1. e4 *\n\n[White "José, Ana"]\n\n1. d4 *\n'
    assert {record.white for record in UploadedGames(text.encode())} == {"José, Ana"}
    assert record_from_headers({"white": JOSE}, MOVES, "*").white == "José, Ana"
