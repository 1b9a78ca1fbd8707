"""The PGN file of a match: what is written as games end, and what is read to go on."""

import os
import re
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Final

import chess
import chess.pgn

from engine.errors import StylemateError
from engine.files import write_text
from engine.play.ending import Ending
from engine.position.moves import encode_move

MATCH = "Stylemate match"
"""What kind of games a file holds, unless another is named."""
RESULTS: Final = {"1-0": 0, "1/2-1/2": 1, "0-1": 2}
"""Results as the game store's arrays have them."""
_NEXT_GAME = re.compile(r"\n\n(?=\[Event )")
_LAST_LINE = re.compile(r"(?:1-0|0-1|1/2-1/2)\n\n\Z")


@dataclass(frozen=True, slots=True)
class RecordedGame:
    """A game that was played to its end.

    Attributes:
        round: its name in the match.
        white, black: names of the players.
        result: 0 White won, 1 draw, 2 Black won.
        start: the position before the first move, as FEN.
        moves: all of them, the opening's too.
        reason: what ended it, in a word or two.
        opening: what it began with, for people.
        recipes: of White and of Black, None of a program.
        seed: of the match.
        event: what kind of games these are.
    """

    round: str
    white: str
    black: str
    result: int
    start: str
    moves: tuple[chess.Move, ...]
    reason: str
    opening: str
    recipes: tuple[str | None, str | None]
    seed: int
    event: str = MATCH

    @property
    def codes(self) -> list[int]:
        """The moves as 16-bit codes."""
        return [encode_move(move) for move in self.moves]

    def pgn(self) -> str:
        """Return the game as PGN, with an empty line behind it."""
        game = chess.pgn.Game()
        if self.start != chess.STARTING_FEN:
            game.setup(chess.Board(self.start))
        node: chess.pgn.GameNode = game
        for move in self.moves:
            node = node.add_main_variation(move)
        result = next(text for text, value in RESULTS.items() if value == self.result)
        headers = {
            "Event": self.event,
            "Site": "?",
            "Date": "????.??.??",
            "Round": self.round,
            "White": self.white,
            "Black": self.black,
            "Result": result,
            "Opening": self.opening,
            "Termination": self.reason,
            "Seed": str(self.seed),
        }
        for side, recipe in zip(("White", "Black"), self.recipes, strict=True):
            if recipe is not None:
                headers[f"{side}Recipe"] = recipe
        for name, value in headers.items():
            game.headers[name] = value
        return game.accept(chess.pgn.StringExporter(columns=80)) + "\n\n"


def too_long(plies: int) -> Ending:
    """Return how a game ended that grew too long."""
    return Ending("1/2-1/2", None, "length", f"Drawn after {plies} half-moves.")


def read_record(path: Path, event: str = MATCH) -> list[RecordedGame]:
    """Return the finished games of a match's file; none if there is no file.

    A game that a crash cut short in the middle of its writing is taken off the file's end.

    Raises:
        StylemateError: it cannot be read, or holds something else than games of this kind.
    """
    if not path.exists():
        return []
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        text = path.read_bytes().decode("utf-8", errors="replace")
    except OSError as error:
        raise StylemateError(f"The match in {path} cannot be read: {error.strerror}.") from None
    whole = _without_torn_end(text, event)
    games = read_games(whole, path, event)
    if whole != text:
        write_text(path, whole)
    return games


def read_games(text: str, path: Path, event: str = MATCH) -> list[RecordedGame]:
    """Return the games of a match's PGN.

    Raises:
        StylemateError: it holds something else.
    """
    found: list[RecordedGame] = []
    stream = StringIO(text)
    while (game := chess.pgn.read_game(stream)) is not None:
        headers, number = game.headers, len(found) + 1
        result = RESULTS.get(headers.get("Result", ""))
        seed = headers.get("Seed", "0")  # games of the first ladder did not tell theirs
        if headers.get("Event") != event or result is None or not seed.isdecimal() or game.errors:
            raise StylemateError(
                f"{path}, game {number} is not of a {event}, or damaged. Choose another file for "
                "these games."
            )
        found.append(
            RecordedGame(
                headers.get("Round", ""),
                headers["White"],
                headers["Black"],
                result,
                game.board().fen(),
                tuple(game.mainline_moves()),
                headers.get("Termination", ""),
                headers.get("Opening", ""),
                (headers.get("WhiteRecipe"), headers.get("BlackRecipe")),
                int(seed),
                event,
            )
        )
    return found


def append_game(path: Path, game: RecordedGame) -> None:
    """Write a game to the end of a match's file, and see it to the disk.

    Raises:
        StylemateError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(game.pgn())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise StylemateError(
            f"Cannot write {path}: {error.strerror}. Make room or choose another place; the same "
            "command goes on where it stopped."
        ) from error


def _without_torn_end(text: str, event: str) -> str:
    if not text or _LAST_LINE.search(text):
        return text
    places = [match.end() for match in _NEXT_GAME.finditer(text)]
    if not places:
        # Nothing of ours may be lost: only the beginning of a game is taken for one.
        return "" if text.startswith(f'[Event "{event}"'[: len(text)]) else text
    return text[: places[-1]]
