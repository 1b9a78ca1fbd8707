"""Matches that are played, broken off, gone on with and read."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import chess
import pytest

from engine.attributes.figure_registry import FIGURE_KEYS
from engine.errors import StylemateError
from engine.evaluation.matches.loop import LiveGame, play_match_games
from engine.evaluation.matches.match import Match, MatchPlan
from engine.evaluation.matches.openings import (
    MatchOpening,
    named_openings,
    read_match_openings,
)
from engine.evaluation.matches.players import RecipePlayer, match_player
from engine.evaluation.matches.programs import read_uci
from engine.evaluation.matches.record import RecordedGame, append_game, read_record
from engine.evaluation.matches.schedule import match_games
from engine.evaluation.matches.standings import as_json, figures_of_players, standings
from engine.play.inference import MergedNetworks
from engine.play.opponents import OpponentRegistry
from tests.conftest import tiny_model, tiny_space
from tests.evaluation.mice import Mouse, mice


class Cheat(Mouse):
    """Moves pieces that are not there."""

    @contextmanager
    def sit_down(self, seed: int) -> Iterator["Cheat"]:  # type: ignore[override]
        yield self

    def play(self, board: chess.Board) -> chess.Move:
        return chess.Move.from_uci("a4a5")


PLAN = MatchPlan(openings=named_openings(), games=4)


def test_colours_and_openings_are_balanced() -> None:
    openings = named_openings()
    games = match_games(3, 10, openings, 7)
    assert len(games) == 30
    assert len({game.round for game in games}) == 30
    sides = Counter((game.white, game.black) for game in games)
    assert set(sides.values()) == {5}
    by_pair = Counter((tuple(sorted((g.white, g.black))), g.opening.name) for g in games)
    assert set(by_pair.values()) == {2}
    assert {g.round: g for g in games}.items() <= {
        g.round: g for g in match_games(3, 20, openings, 7)
    }.items()
    gauntlet = match_games(4, 2, openings, 7, gauntlet=True)
    assert all(0 in (game.white, game.black) for game in gauntlet)
    assert len(gauntlet) == 6
    with pytest.raises(StylemateError, match="even"):
        match_games(2, 3, openings, 7)


def test_a_match_goes_on_after_a_crash_in_the_middle_of_a_line(tmp_path: Path) -> None:
    whole = tmp_path / "whole.pgn"
    match = Match(mice(), PLAN, whole)
    match.play()
    assert len(match.played) == 12
    text = whole.read_text()
    for cut in (len(text) - 1, len(text) - 40, len(text) // 2, len(text) // 3 + 5, 30, 0):
        torn = tmp_path / "torn.pgn"
        torn.write_text(text[:cut])
        left = Match(mice(), PLAN, torn)
        known = text[:cut].count("[Event ")
        assert known - 1 <= len(left.played) <= known
        left.play()
        assert Counter(game.pgn() for game in read_record(torn)) == Counter(
            game.pgn() for game in match.played
        )


def test_a_record_gives_back_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "match.pgn"
    board = chess.Board("4k3/8/8/8/8/8/4P3/4K3 b - - 3 9")
    game = RecordedGame(
        "1.2", 'A "quoted" \\ name | elo 900', "uci:x?A B=c", 1, board.fen(),
        (chess.Move.from_uci("e8d7"), chess.Move.from_uci("e2e4")), "length", "end game",
        ("average", None), 3,
    )  # fmt: skip
    append_game(path, game)
    append_game(path, game)
    assert read_record(path) == [game, game]


def test_another_match_is_not_mixed_in(tmp_path: Path) -> None:
    path = tmp_path / "match.pgn"
    Match(mice(2), PLAN, path).play()
    before = path.read_bytes()
    with pytest.raises(StylemateError, match="another match"):
        Match(mice(2)[::-1], PLAN, path)
    with pytest.raises(StylemateError, match="another match"):
        Match(mice(2), MatchPlan(openings=named_openings(), games=4, seed=2), path)
    foreign = tmp_path / "foreign.pgn"
    foreign.write_text('[Event "Casual"]\n[Result "1-0"]\n\n1. e4 e5 1-0\n')
    with pytest.raises(StylemateError, match="not of a Stylemate match"):
        Match(mice(2), PLAN, foreign)
    assert "Casual" in foreign.read_text()
    assert path.read_bytes() == before
    longer = Match(mice(2), MatchPlan(openings=named_openings(), games=6), path)
    assert len(longer.missing) == 2


def test_stopping_keeps_what_is_done_and_closes_the_players(tmp_path: Path) -> None:
    players, ended = mice(2), []
    plan = MatchPlan(openings=named_openings(), games=8, at_once=1)
    match = Match(players, plan, tmp_path / "match.pgn")
    match.play(is_stopped=lambda: len(ended) >= 3, ended=ended.append)
    assert 3 <= len(match.played) < 8
    assert all(player.is_closed for player in players)
    again = Match(mice(2), plan, tmp_path / "match.pgn")
    assert len(again.played) == len(match.played)


def test_an_illegal_move_ends_the_match_and_says_who() -> None:
    players = [Mouse("fair"), Cheat("cheat")]
    with pytest.raises(StylemateError, match="'cheat' played a4a5, illegal"):
        list(play_match_games(players, match_games(2, 2, named_openings(), 1), 1))
    assert players[0].is_closed


def test_long_games_are_draws_and_can_be_watched() -> None:
    begun: list[LiveGame] = []
    games = match_games(2, 2, (MatchOpening("", moves=()),), 1)
    played = list(play_match_games(mice(2), games, 1, begun=begun.append, longest=6))
    assert [(game.result, game.reason, len(game.moves)) for game in played] == [
        (1, "length", 6)
    ] * 2
    assert {tuple(live.moves) for live in begun} == {game.moves for game in played}


def test_the_table_agrees_with_the_games() -> None:
    line = tuple(chess.Move.from_uci(m) for m in ("f2f3", "e7e5", "g2g4", "d8h4"))

    def game(white: str, black: str, result: int) -> RecordedGame:
        start = chess.STARTING_FEN
        return RecordedGame("1.1", white, black, result, start, line, "", "", (None, None), 1)

    games = [game("a", "b", 0), game("b", "a", 2), game("a", "b", 1), game("b", "c", 0)]
    table = standings(["a", "b", "c"], games)
    assert [player.name for player in table.players] == ["a", "b", "c"]
    assert [player.points for player in table.players] == [2.5, 1.5, 0.0]
    assert [player.games for player in table.players] == [3, 4, 1]
    assert sum(player.elo for player in table.players) == pytest.approx(0, abs=1e-6)
    assert all(player.low < player.elo < player.high for player in table.players)
    seen = table.pair("b", "a")
    assert seen is not None
    assert (seen.wins, seen.draws, seen.losses) == (0, 1, 2)
    assert table.pair("a", "c") is None
    figures = figures_of_players(["a", "b", "c"], games)
    assert figures["c"]["score"] == 0.0
    assert figures["b"]["score"] == pytest.approx(1.5 / 4)
    assert figures["a"]["length"] == 2.0
    assert set(figures["a"]) <= set(FIGURE_KEYS)
    told = json.loads(json.dumps(as_json(table, figures)))
    assert set(told) == {"players", "pairs", "attributes"}
    assert set(told["players"][0]) == {"name", "elo", "low", "high", "games", "score"}
    assert told["players"][0]["score"] == pytest.approx(2.5 / 3, abs=1e-4)


def test_games_from_set_positions_have_no_figures() -> None:
    fen = "4k3/8/8/8/8/8/4P3/4K3 w - - 0 1"
    move = (chess.Move.from_uci("e2e4"),)
    game = RecordedGame("1.1", "a", "b", 1, fen, move, "", "", (None, None), 1)
    assert figures_of_players(["a"], [game]) == {"a": {}}


@pytest.fixture(scope="module")
def registry() -> OpponentRegistry:
    return OpponentRegistry(MergedNetworks(tiny_model()), tiny_space(), "m")


def test_recipes_play_a_match_that_can_be_repeated(registry: OpponentRegistry) -> None:
    names = registry.space.names[:2]

    def play() -> list[tuple[str, str, tuple[chess.Move, ...]]]:
        players = [match_player(name, registry) for name in names]
        games = match_games(2, 2, named_openings(), 5)
        played = play_match_games(players, games, 5, longest=30)
        return sorted((g.white, g.black, g.moves) for g in played)

    first = play()
    assert {(white, black) for white, black, _ in first} == {
        (names[0], names[1]),
        (names[1], names[0]),
    }
    assert first == play()


def test_a_chosen_strength_is_played(registry: OpponentRegistry) -> None:
    player = match_player(registry.space.names[0], registry, elo=900)
    assert isinstance(player, RecipePlayer)
    assert player.name == f"{registry.space.names[0]} | elo 900"
    with player.sit_down(3) as mover:
        board = chess.Board()
        assert board.is_legal(mover.play(board))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("uci:no-such-program", "no program 'no-such-program'"),
        ("uci:", "no program ''"),
        ("uci:sh?nodes", "NAME=VALUE"),
        ("uci:sh?nodes=none", "whole number"),
    ],
)
def test_a_wrong_program_is_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(StylemateError, match=said):
        read_uci(text)


def test_limits_of_programs() -> None:
    assert read_uci("uci:sh").limit.nodes == 20_000
    found = read_uci("uci:sh?Skill Level=3&movetime=250")
    assert found.options == {"Skill Level": "3"}
    assert (found.limit.time, found.limit.nodes) == (0.25, None)
    assert read_uci("uci:sh?depth=4").limit.depth == 4


def test_the_built_in_openings_are_legal_and_different() -> None:
    openings = named_openings()
    assert len({opening.board().epd() for opening in openings}) == 24
    assert all(not opening.board().is_check() for opening in openings)


def test_openings_from_files(tmp_path: Path) -> None:
    pgn = tmp_path / "book.pgn"
    pgn.write_text('[Event "x"]\n[Opening "Open"]\n\n1. e4 e5 *\n\n[Event "y"]\n\n1. d4 *\n')
    assert [(o.name, len(o.moves)) for o in read_match_openings(pgn)] == [
        ("Open", 2),
        ("game 2", 1),
    ]
    epd = tmp_path / "book.epd"
    epd.write_text(
        'rnbqkbnr/pppp1ppp/8/4p3/4P3/8/PPPP1PPP/RNBQKBNR w KQkq - id "Open";\n\n'
        "4k3/8/8/8/8/8/4P3/4K3 w - - 0 1\n"
    )
    first, second = read_match_openings(epd)
    assert (first.name, second.name) == ("Open", "line 3")
    assert second.board().fen() == "4k3/8/8/8/8/8/4P3/4K3 w - - 0 1"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.epd", "", "no opening"),
        ("a.epd", "not a position", "line 1"),
        ("a.epd", "7k/5QQ1/8/8/8/8/8/K7 b - - 0 1", "line 1|over already"),
        ("a.epd", "8/8/8/8/8/8/8/8 w - -", "line 1"),
        ("a.pgn", '[Event "x"]\n\n1. e4 Qa5 *\n', "game 1"),
        ("a.pgn", '[Event "x"]\n[Variant "Atomic"]\n\n1. e4 *\n', "game 1"),
    ],
)
def test_bad_openings_are_told_with_their_place(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(StylemateError, match=said):
        read_match_openings(path)
