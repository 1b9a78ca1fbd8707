"""Chess programs that cannot be run in a test, by what their sources send and how they read.

En Croissant's is of 20 April 2026, Banksia's (BanksiaGUI's open part) of 10 July 2021.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import chess
import pytest

from tests.play.uci.conversation import Conversation, strings

pytestmark = pytest.mark.usefixtures("with_tiny_assets")

SQUARES = r"[a-h][1-8][a-h][1-8][qrnb]?"
# What En Croissant's parser knows; the first word of a line that it does not know takes the rest.
ATTRIBUTES = re.compile(
    r" (?:(?P<score>score (?:cp|mate) -?\d+(?: wdl \d+ \d+ \d+)?)"
    rf"|(?P<pv>pv(?: {SQUARES})+)"
    r"|(?P<number>depth|seldepth|time|nodes|nps|hashfull|multipv) (?P<value>[+-]?\d{1,12})"
    r"|(?P<string>string .+))"
)
OPTION = re.compile(
    r"option name (?P<name>(?!type\b)\S+(?: (?!type\b)\S+)*) type (?:check|spin|string)"
    r" default (?P<default>(?!min|max|var)\S+(?: (?!min|max|var)\S+)*)"
    r"(?: min [+-]?\d{1,12} max [+-]?\d{1,12})?"
)
BEST = re.compile(rf"bestmove {SQUARES}(?: ponder {SQUARES})?")


@pytest.fixture
def talk() -> Iterator[Conversation]:
    conversation = Conversation()
    yield conversation
    conversation.rest()


@dataclass
class Line:
    """A line that En Croissant has read."""

    multipv: int
    depth: int
    moves: list[str]


def read_info(line: str) -> Line | None:
    """Read an ``info`` line as En Croissant does; None without a variation."""
    rest, numbers, moves = line.removeprefix("info"), {"multipv": 1, "depth": 0}, []
    while rest:
        found = ATTRIBUTES.match(rest)
        assert found is not None, f"{rest!r} of {line!r}"
        if found["number"]:
            numbers[found["number"]] = int(found["value"])
        if found["pv"]:
            moves = found["pv"].split()[1:]
        rest = rest[found.end() :]
    return Line(numbers["multipv"], numbers["depth"], moves) if moves else None


class EnCroissant:
    """Its engine process: it begins, sets options, and shows a position's lines."""

    def __init__(self, talk: Conversation) -> None:
        self._talk = talk
        self._fen, self._moves = "", list[str]()
        self._settings: dict[str, str] = {}
        talk.say("uci")
        self.options = {}
        for line in talk.hear("uciok"):
            if line.startswith("option"):
                found = OPTION.fullmatch(line)
                assert found is not None, line
                self.options[found["name"]] = found["default"]
        talk.ask()

    def set(self, fen: str, moves: list[str], settings: dict[str, str]) -> None:
        if fen != self._fen:
            self._talk.say("setoption name UCI_Chess960 value false")
        for name, value in settings.items():
            if self._settings.get(name) != value:
                self._talk.say(f"setoption name {name} value {value}")
        played = f" moves {' '.join(moves)}" if moves else ""
        self._talk.say(f"position fen {fen}{played}")
        self._fen, self._moves, self._settings = fen, moves, settings

    def shown(self, heard: list[str]) -> list[list[Line]]:
        """Return the sets of lines that it publishes."""
        board = chess.Board(self._fen)
        for move in self._moves:
            board.push_uci(move)
        wanted = min(int(self._settings.get("MultiPV", "1")), board.legal_moves.count())
        sets: list[list[Line]] = []
        lines: list[Line] = []
        for text in heard:
            if text.startswith("bestmove"):
                assert BEST.fullmatch(text)
                continue
            line = read_info(text)
            if line is None:
                continue
            after = board.copy()
            for move in line.moves:  # an illegal one would make it drop the line
                after.push(after.parse_uci(move))
            assert line.multipv == len(lines) + 1
            lines.append(line)
            if line.multipv == wanted:
                assert {one.depth for one in lines} == {line.depth}
                sets.append(lines)
                lines = []
        assert not lines
        return sets


@pytest.mark.parametrize("elo", ["", "2300"])
def test_en_croissant_shows_every_line(talk: Conversation, elo: str) -> None:
    gui = EnCroissant(talk)
    required = {"MultiPV", "Threads", "Hash"}
    assert required <= set(gui.options)
    settings = {name: gui.options[name] for name in ("MultiPV", "Threads", "Hash")}
    settings |= {"Recipe": "tal | king_danger +1", "UCI_ShowWDL": "true", "SyzygyPath": ""}
    if elo:
        settings |= {"UCI_LimitStrength": "true", "UCI_Elo": elo}
    for count, moves, go in (
        ("1", [], "depth 20"),
        ("3", ["e2e4", "e7e5"], "nodes 1000"),
        ("500", ["e2e4", "e7e5"], "movetime 200"),
    ):
        gui.set(chess.STARTING_FEN, moves, settings | {"MultiPV": count})
        heard = talk.go(f"go {go}")
        assert len(gui.shown(heard)) == 1
        assert [said for said in strings(heard) if not said.startswith("Plays ")] == []


def test_en_croissant_goes_from_position_to_position(talk: Conversation) -> None:
    gui = EnCroissant(talk)
    moves: list[str] = []
    for move in ("e2e4", "e7e5", "g1f3", "b8c6", "f1b5", "a7a6", "e1g1"):
        gui.set(chess.STARTING_FEN, moves, {"MultiPV": "2"})
        talk.say("go infinite", "stop")
        assert gui.shown(talk.hear("bestmove"))
        moves = [*moves, move]


def test_en_croissant_plays_a_game_with_a_clock(talk: Conversation) -> None:
    gui = EnCroissant(talk)
    board = chess.Board()
    gui.set(chess.STARTING_FEN, [], {"Recipe": "tal", "Human Time": "false"})
    for _ in range(8):
        played = [move.uci() for move in board.move_stack]
        moves = f" moves {' '.join(played)}" if played else ""
        talk.say(f"position fen {chess.STARTING_FEN}{moves}")
        answer = talk.go("go wtime 4294967295 btime 30000 winc 0 binc 1000")[-1]
        assert BEST.fullmatch(answer)
        board.push_uci(answer.split()[1])


def test_banksia_ponders(talk: Conversation) -> None:
    talk.say("uci")
    talk.hear("uciok")
    talk.say("setoption name Ponder value true", "setoption name Recipe value tal")
    talk.ask("Unknown option option name x")
    talk.say("ucinewgame")
    board = chess.Board()
    clock = "wtime 60000 btime 60000 winc 0 binc 0 movestogo 40"
    best = talk.go("position startpos", f"go {clock}")[-1].split()
    for hit in (True, False, True):
        board.push_uci(best[1])
        expected = best[3]
        moves = " ".join(move.uci() for move in board.move_stack)
        talk.say(f"position startpos moves {moves} {expected}", f"go ponder {clock}")
        if hit:
            board.push_uci(expected)
            best = talk.go("ponderhit")[-1].split()
        else:
            talk.go("stop")
            other = next(move for move in board.legal_moves if move.uci() != expected)
            board.push(other)
            moves = " ".join(move.uci() for move in board.move_stack)
            best = talk.go(f"position startpos moves {moves}", f"go {clock}")[-1].split()
        assert chess.Move.from_uci(best[1]) in board.legal_moves
