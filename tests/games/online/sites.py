"""Lichess and chess.com as they were recorded, and how quickly tests lose patience."""

import json
from collections.abc import Callable
from urllib.parse import parse_qs

import pytest

from engine.games.online.archive import Archive, Download, GameRequest
from engine.games.online.chess_com import ChessComArchive
from engine.games.online.lichess import LichessArchive
from engine.games.online.polite import Patience
from engine.games.records import GameRecord
from engine.games.uploads import UploadedGames
from tests.games.online.server import Answer, Asked, recording

QUICK = Patience(connect=5, read=0.4, after_too_many=0.3, after_fault=0.01, longest_wait=100)
ADA = GameRequest(user="Ada_L")
LICHESS = recording("lichess_games.json")
CHESS_COM = recording("chess_com.json")


def silent(share: float, note: str) -> None:
    assert 0 <= share <= 1
    assert note


def lichess(asked: Asked) -> Answer:
    """Answer as Lichess is recorded to."""
    if asked.path != "/api/games/user/Ada_L":
        return Answer(404, b'{"error":"Not found"}', {"Content-Type": "application/json"})
    games = LICHESS["body"].strip().split("\n\n\n")
    most = int(parse_qs(asked.query)["max"][0])
    text = "\n\n\n".join([*games[:most], ""])
    return Answer(200, text.encode(), LICHESS["headers"])


def chess_site(asked: Asked) -> Answer:
    """Answer as chess.com is recorded to, with ETags."""
    part = asked.path.removeprefix("/pub/player/ada_l/games/")
    if part not in CHESS_COM:
        return Answer(404, json.dumps(CHESS_COM["unknown"]).encode())
    if asked.headers.get("If-None-Match") == f'W/"{part}"':
        return Answer(304)
    body = json.dumps(CHESS_COM[part]).encode()
    return Answer(200, body, {"ETag": f'W/"{part}"', "Content-Type": "application/json"})


def records_of(download: Download) -> list[GameRecord]:
    upload = UploadedGames(download.text)
    records = list(upload)
    assert upload.summary.skipped_by_count() == []
    assert upload.summary.damaged == []
    return records


SITES: list[tuple[Callable[[str, Patience], Archive], Callable[[Asked], Answer]]] = [
    (LichessArchive, lichess),
    (ChessComArchive, chess_site),
]
both = pytest.mark.parametrize(("archive", "answer"), SITES, ids=["lichess", "chess.com"])
