import gzip
import io

from engine.games.parsing import SkipReason
from engine.games.uploads import UploadedGames, UploadLimits
from tests.games.builders import many_games, pgn_game


def test_games_and_account_of_an_upload() -> None:
    text = pgn_game(["e4", "e5"]) + pgn_game(["e4", "e9"]) + pgn_game(["e4", "e5"])
    for source in (text.encode(), io.BytesIO(gzip.compress(text.encode()))):
        upload = UploadedGames(source, "mine.pgn")
        assert [game.white for game in upload] == ["Tal, Mikhail"]
        summary = upload.summary
        assert (summary.read, summary.kept, summary.damaged) == (3, 1, [])
        assert set(summary.skipped) == {SkipReason.UNKNOWN_WORD, SkipReason.DUPLICATE}


def test_limits_stop_reading_and_say_so() -> None:
    text = many_games(50).encode()
    upload = UploadedGames(text, limits=UploadLimits(games=20))
    assert len(list(upload)) == 20
    assert upload.summary.damaged == [("upload", "only its first 20 games were read")]
    upload = UploadedGames(gzip.compress(text), limits=UploadLimits(text_bytes=len(text) // 2))
    assert 10 < len(list(upload)) < 40
    assert "bytes of text" in upload.summary.damaged[0][1]
    assert upload.summary.skipped[SkipReason.CUT_OFF].count == 1


def test_nonsense_gives_no_games_and_no_error() -> None:
    for data in (b"", b"\x00" * 100, b"PK\x03\x04", bytes(range(256)) * 50):
        assert list(UploadedGames(data)) == []
