"""The conversation: what is asked is answered, and what is wrong changes nothing."""

import itertools
import random
import re
import threading
from collections.abc import Iterator

import chess
import chess.engine
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import StylemateError
from engine.play.opponents import load_registry
from engine.play.search.tree import Node
from engine.play.strength.rated_bot import RatedBot
from engine.play.uci.player import Player
from engine.version import VERSION
from tests.play.uci.conversation import PATIENCE, Conversation, strings

pytestmark = pytest.mark.usefixtures("with_tiny_assets")

LONG_AGO = "position startpos moves " + " ".join(["g1f3", "g8f6", "f3g1", "f6g8"] * 3)


@pytest.fixture
def talk() -> Iterator[Conversation]:
    conversation = Conversation()
    yield conversation
    conversation.rest()


def moves_of(lines: list[str]) -> list[str]:
    """Return the first move of each ``info`` line with a variation, in their order."""
    return [line.split(" pv ")[1].split()[0] for line in lines if " pv " in line]


def probabilities(lines: list[str]) -> dict[str, float]:
    """Return what lc0's statistics of moves say of their probabilities, in per cent."""
    found = (re.match(r"info string (\w+) .*\(P: +([\d.]+)%\)", line) for line in lines)
    return {match[1]: float(match[2]) for match in found if match}


def test_it_introduces_itself_without_a_model() -> None:
    def no_model() -> Player:
        raise AssertionError("the model was loaded")

    talk = Conversation(no_model)
    talk.say("uci")
    lines = talk.hear("uciok")
    assert lines[0] == f"id name Stylemate {VERSION}"
    names = {line.removeprefix("option name ").split(" type ")[0] for line in lines[2:-1]}
    # What lichess-bot's default configuration sets; an undeclared one would end the bot.
    assert names >= {"Move Overhead", "Threads", "Hash", "SyzygyPath", "UCI_ShowWDL"}
    assert names >= {"Recipe", "StyleFile", "Intensity", "Temperature", "TopP", "Seed", "MultiPV"}
    assert names >= {"King danger", "Strength", "Human Time", "Ponder", "UCI_Opponent"}
    assert "UCI_Chess960" not in names


def test_who_asks_whether_it_is_ready_does_not_wait_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("engine.play.uci.session.LONGEST_SILENCE", 0.01)
    may_load = threading.Event()

    def load_slowly() -> Player:
        assert may_load.wait(PATIENCE)
        return Player.load()

    talk = Conversation(load_slowly)
    talk.say("isready")
    assert talk.hear("readyok") == ["readyok"]
    talk.say("position startpos", "go nodes 1")
    may_load.set()
    assert talk.hear("bestmove")[0].startswith("info ")  # and no second readyok before it
    assert talk.rest() == []


def test_it_plays_by_its_recipe_and_history(talk: Conversation) -> None:
    talk.ask("setoption name Recipe value tal | king_danger +1", "setoption name MultiPV value 3")
    lines = talk.go("setoption name VerboseMoveStats value true", LONG_AGO + " e2e4", "go nodes 1")
    board = chess.Board()
    for word in [*LONG_AGO.split()[3:], "e2e4"]:
        board.push_uci(word)
    policy = load_registry().bot("tal | king_danger +1").policy(board)
    shown = probabilities(lines)
    assert set(shown) == {move.uci() for move in board.legal_moves}
    for move, probability in policy.top(len(policy.moves)):
        assert shown[move.uci()] == pytest.approx(100 * probability, abs=0.006)
    assert moves_of(lines) == [move.uci() for move, _ in policy.top(3)]
    bare = talk.go(f"position fen {board.fen()}", "go nodes 1")
    assert probabilities(bare) != shown


@pytest.mark.parametrize("count", [1, 2, 7, 500])
def test_lines_are_complete_and_in_order(talk: Conversation, count: int) -> None:
    lines = talk.go(f"setoption name MultiPV value {count}", "position startpos", "go depth 20")
    infos = [line for line in lines if line.startswith("info depth")]
    assert len(infos) == min(count, 20)
    for number, line in enumerate(infos, start=1):
        found = re.fullmatch(
            r"info depth 1 seldepth 1 multipv (\d+) score cp -?\d+ wdl (\d+) (\d+) (\d+) "
            r"nodes \d+ nps \d+ hashfull \d+ time \d+ pv (\w+)",
            line,
        )
        assert found is not None, line
        assert int(found[1]) == number
        assert sum(int(found[place]) for place in (2, 3, 4)) == 1000
    assert len(set(moves_of(lines))) == len(infos)


def searched(talk: Conversation, board: chess.Board) -> list[chess.engine.InfoDict]:
    """Let the engine play at a rating that it looks ahead for; return what programs read of it."""
    talk.ask("setoption name UCI_LimitStrength value true", "setoption name UCI_Elo value 2300")
    said = talk.go(f"position fen {board.fen()}", "go depth 20")
    return [
        chess.engine._parse_uci_info(line.removeprefix("info "), board)
        for line in said
        if line.startswith("info depth")
    ]


def tree_of(talk: Conversation) -> Node:
    """Return the tree of the search that was just made."""
    player = talk.session._player
    assert player is not None
    assert isinstance(player._bot, RatedBot)
    assert player._bot._search._root is not None
    return player._bot._search._root


@pytest.mark.parametrize("count", [1, 4, 500])
def test_a_search_tells_what_its_tree_holds(talk: Conversation, count: int) -> None:
    talk.ask(f"setoption name MultiPV value {count}")
    told = searched(talk, chess.Board())
    tree = tree_of(talk)
    assert [info["multipv"] for info in told] == list(range(1, min(count, 20) + 1))
    assert len({info["pv"][0] for info in told}) == len(told)
    for info in told:
        place = tree.moves.index(info["pv"][0])
        assert info["depth"] == len(told[0]["pv"]) > 1
        assert info["seldepth"] == tree.depth() >= info["depth"]
        assert info["nodes"] == 1 + tree.visits.sum()
        assert 0 < info["hashfull"] <= 1000
        chances = info["wdl"].white()
        if tree.visits[place]:
            assert info["pv"] == tree.variation(place)
            value = (chances.wins - chances.losses) / 1000
            assert value == pytest.approx(tree.mean[place], abs=0.002)
    visits = [int(tree.visits[tree.moves.index(info["pv"][0])]) for info in told]
    assert visits[0] > 0
    assert not any(later and not before for before, later in itertools.pairwise(visits))


def test_a_mate_is_counted_in_moves(talk: Conversation) -> None:
    won = searched(talk, chess.Board("7k/8/8/8/8/8/R7/1R5K w - - 0 1"))[0]
    assert won["score"].relative == chess.engine.Mate(2)


def test_the_one_line_is_of_the_move_that_is_played(talk: Conversation) -> None:
    talk.ask("setoption name Temperature value 3", "setoption name UCI_ShowWDL value false")
    played = set()
    for _ in range(12):
        lines = talk.go("position startpos moves e2e4", "go movetime 5")
        assert moves_of(lines) == [lines[-1].split()[1]]
        assert "wdl" not in lines[-2]
        played.add(lines[-1])
    assert len(played) > 1


def test_limits_never_change_the_move(talk: Conversation) -> None:
    talk.ask("setoption name Seed value 7")
    answers = set()
    for words in ("nodes 1", "depth 30", "movetime 1", "wtime 1 btime 1", "wtime 9999999", ""):
        talk.ask("ucinewgame")
        moves = []
        board = chess.Board()
        for _ in range(6):
            lines = talk.go(
                f"position startpos moves {' '.join(m.uci() for m in board.move_stack)}",
                f"go {words}",
            )
            board.push_uci(lines[-1].split()[1])
            moves.append(lines[-1])
        answers.add(tuple(moves))
    assert len(answers) == 1


def test_it_is_heard_while_it_waits(talk: Conversation) -> None:
    talk.say("position startpos", "go infinite")
    assert moves_of(talk.hear("info"))
    talk.say("isready")
    assert talk.hear("readyok") == ["readyok"]
    assert talk.go("stop")[-1].startswith("bestmove ")
    talk.say("go ponder wtime 1000 btime 1000")
    talk.hear("info")
    talk.say("isready")
    assert talk.hear("readyok") == ["readyok"]
    assert talk.go("ponderhit")[-1].startswith("bestmove ")


def test_an_analysis_without_end_is_told_again(
    talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.play.uci.session.AGAIN_SECONDS", 0.01)
    talk.say("setoption name MultiPV value 2", "position startpos", "go infinite")
    told = [talk.hear("info")[0] for _ in range(4)]
    assert moves_of(told[:2]) == moves_of(told[2:])
    assert talk.go("stop")[:-1] == []


def test_a_second_go_ends_the_first(talk: Conversation) -> None:
    talk.say("go infinite", "go nodes 1")
    assert talk.hear("bestmove")
    assert talk.hear("bestmove")


def test_a_person_takes_time_unless_stopped(talk: Conversation) -> None:
    talk.say("setoption name Human Time value true", "position startpos")
    talk.say("go wtime 360000000 btime 360000000")
    talk.hear("info")
    talk.say("isready")
    assert talk.hear("readyok") == ["readyok"]
    assert talk.go("stop")[-1].startswith("bestmove ")


def test_only_the_named_moves(talk: Conversation) -> None:
    talk.ask("setoption name MultiPV value 9")
    lines = talk.go("position startpos", "go searchmoves a2a3 h2h4 e2e5 infinite", "stop")
    assert set(moves_of(lines)) == {"a2a3", "h2h4"}
    assert lines[-1].split()[1] in {"a2a3", "h2h4"}


def test_a_ponder_move_is_legal(talk: Conversation) -> None:
    talk.ask("setoption name Ponder value true")
    words = talk.go("position startpos", "go nodes 1")[-1].split()
    board = chess.Board()
    board.push_uci(words[1])
    assert words[2] == "ponder"
    assert chess.Move.from_uci(words[3]) in board.legal_moves


@pytest.mark.parametrize(
    ("fen", "score", "answer"),
    [
        ("7k/5Q2/6K1/8/8/8/8/8 b - - 0 1", "cp 0", "(none)"),
        ("7k/6Q1/6K1/8/8/8/8/8 b - - 0 1", "mate 0", "(none)"),
        ("6k1/5ppp/8/8/8/8/8/R6K w - - 0 1", "mate 1", "a1a8"),
        ("k7/8/8/8/8/8/1p6/K7 w - - 0 1", "cp 0 wdl 0 1000 0", "a1b2"),
    ],
)
def test_ends(talk: Conversation, fen: str, score: str, answer: str) -> None:
    moves = "" if answer == "(none)" else f" searchmoves {answer}"
    lines = talk.go(f"position fen {fen}", f"go{moves}")
    assert f"score {score}" in lines[-2]
    assert lines[-1] == f"bestmove {answer}"


def test_sliders_count_from_the_recipe(talk: Conversation) -> None:
    talk.ask("setoption name Recipe value tal | king_danger -1 | intensity 2")
    said = strings(talk.ask("setoption name King danger value 250"))
    assert said == ["Plays Tal, Mikhail | intensity 2 | king_danger +1.5"]
    said = strings(talk.ask("setoption name Intensity value 50"))
    assert said == ["Plays Tal, Mikhail | king_danger +1.5"]
    assert not talk.ask("setoption name Intensity value 50")


def test_a_strength_is_chosen_or_the_opponents(talk: Conversation) -> None:
    said = strings(talk.ask("setoption name UCI_Elo value 900"))
    assert not said
    said = strings(talk.ask("setoption name UCI_LimitStrength value true"))
    assert said == ["Plays average | elo 900"]
    assert talk.go("position startpos", "go movetime 50")[-1].startswith("bestmove ")
    assert talk.go("go wtime 100 btime 100")[-1].startswith("bestmove ")
    talk.ask("setoption name UCI_Elo value 2400", "setoption name Match Opponent value true")
    said = strings(talk.ask("setoption name UCI_Opponent value GM 1234 human Guest, A"))
    assert said == ["Plays average | elo 1234"]
    said = strings(talk.ask("setoption name UCI_Opponent value none none computer Guest"))
    assert said == ["Plays average | elo 2400"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("setoption name UCI_Elo value 3000", "from 500 to 2400"),
        ("setoption name Recipe value Carlson", "Nearest: Carlsen, Magnus"),
        ("setoption name Recipe value tal | beauty 1", "No attribute"),
        ("setoption name Temperature value warm", "must be a number"),
        ("setoption name Temperature value -1", "temperature"),
        ("setoption name Temperature value nan", "temperature"),
        ("setoption name TopP value 0", "Top-p"),
        ("setoption name King danger value 501", "from -500 to 500"),
        ("setoption name King danger value 1.5", "whole number"),
        ("setoption name MultiPV value ٣", "whole number"),
        ("setoption name Ponder value maybe", "true or false"),
        ("setoption name StyleFile value nowhere.style", "nowhere.style"),
        ("setoption name Beauty value 1", "no option 'Beauty'"),
        ("setoption name UCI_Chess960 value true", "standard chess only"),
        ("position startpos moves e2e4 e2e4", "Move 2"),
        ("position startpos moves 0000", "Move 1"),
        ("position fen bnrqkrnb/pppppppp/8/8/8/8/PPPPPPPP/BNRQKRNB w CFcf - 0 1", "castling"),
        ("position fen nonsense", "not a FEN"),
        ("position", "startpos or fen"),
    ],
)
def test_mistakes_are_told_and_change_nothing(talk: Conversation, line: str, words: str) -> None:
    talk.ask("setoption name Recipe value tal", "setoption name Seed value 3")
    talk.say("position startpos moves e2e4", "ucinewgame")
    before = talk.go("setoption name VerboseMoveStats value true", "go nodes 1")
    said = strings(talk.ask(line))
    assert len(said) == 1
    assert words in said[0]
    after = talk.go("ucinewgame", "go nodes 1")
    assert probabilities(after) == probabilities(before)
    assert after[-1] == before[-1]


def test_one_wrong_option_keeps_none_of_the_others_back(talk: Conversation) -> None:
    said = strings(
        talk.ask(
            "setoption name Recipe value carlsen",
            "setoption name King danger value 100",
            "setoption name TopP value 7",
        )
    )
    assert said[0].startswith("TopP: ")
    assert said[-1] == "Plays Carlsen, Magnus | king_danger +1"


def test_chess960_that_stays_off_is_nothing_to_talk_about(talk: Conversation) -> None:
    assert not talk.ask("setoption name UCI_Chess960 value false")


def test_without_a_model_a_legal_move_is_played_all_the_same() -> None:
    def missing() -> Player:
        raise StylemateError("there are no assets")

    talk = Conversation(missing)
    assert "there are no assets" in " ".join(strings(talk.ask()))
    assert chess.Move.from_uci(talk.go("go")[-1].split()[1]) in chess.Board().legal_moves


def test_unknown_words_are_passed_over(talk: Conversation) -> None:
    assert not talk.ask("xyzzy", "", "   ", "register later")
    assert strings(talk.ask("debug on", "xyzzy")) == ["Unknown command: xyzzy"]
    assert not talk.ask("joho debug off", "xyzzy")


WORDS = st.sampled_from(
    """
    uci debug isready setoption name value position startpos fen moves go stop ponderhit nodes
    infinite ponder searchmoves wtime btime depth movetime e2e4 e7e5 e7e8q 0000 -1 99999999999999
    Recipe Seed MultiPV TopP Temperature tal average | + 1e999 nan w b KQkq - 8/8/8/8/8/8/8/8
    4k3/8/8/8/8/8/8/4K3 rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR ucinewgame
    """.split()  # noqa: SIM905
)
LINES = st.one_of(
    st.text(max_size=60),
    st.lists(st.one_of(WORDS, st.text(max_size=8)), max_size=10).map(" ".join),
    st.lists(WORDS, max_size=8).map(lambda words: " ".join(["setoption name", *words])),
    st.lists(WORDS, max_size=8).map(lambda words: " ".join(["position fen", *words])),
    st.lists(WORDS, max_size=8).map(lambda words: " ".join(["position startpos moves", *words])),
    st.lists(WORDS, max_size=8).map(lambda words: " ".join(["go", *words])),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(LINES, max_size=12))
def test_nothing_that_is_said_ends_it(lines: list[str]) -> None:
    talk = Conversation()
    for line in lines:
        if "quit" not in line.split():
            talk.say(line)
    heard = talk.rest()
    assert not [line for line in heard if "unexpected" in line], heard
    asked = sum(line.startswith("bestmove") for line in heard)
    assert sum(line == "uciok" for line in heard) <= len(lines)
    assert asked <= len(lines)


def is_quiet(board: chess.Board, move: chess.Move) -> bool:
    """Return whether a move takes nothing and the game goes on after it."""
    if board.is_capture(move):
        return False
    board.push(move)
    goes_on = any(board.legal_moves)
    board.pop()
    return goes_on


@pytest.mark.parametrize("seed", [1, 2])
def test_a_game_of_five_hundred_plies(talk: Conversation, seed: int) -> None:
    talk.ask(f"setoption name Seed value {seed}")
    source = random.Random(seed)
    board = chess.Board()
    words: list[str] = []
    for ply in itertools.count():
        if ply == 500 or not any(board.legal_moves):
            break
        if ply % 20 == 0:
            answer = talk.go(" ".join(["position startpos moves", *words]), "go nodes 1")
            assert not strings(answer)[1:]
            move = chess.Move.from_uci(answer[-1].split()[1])
        else:
            quiet = [move for move in board.legal_moves if is_quiet(board, move)]
            move = source.choice(quiet or list(board.legal_moves))
        assert move in board.legal_moves
        board.push(move)
        words.append(move.uci())
    assert len(words) > 100
