"""Texts of games as people, programs and copies write them, with the games that stand in them."""

from tests.games.corpus import (
    blocks,
    comments,
    headers,
    moves,
    player_names,
    refused,
    results,
    runs_together,
    signs,
)
from tests.games.corpus.case import Case

CASES: tuple[Case, ...] = (
    *blocks.CASES,
    *headers.CASES,
    *player_names.CASES,
    *results.CASES,
    *signs.CASES,
    *comments.CASES,
    *moves.CASES,
    *refused.CASES,
    *runs_together.CASES,
)
