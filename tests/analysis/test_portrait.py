"""What a style says of a person: telling moves against an exact count, standings, likeness."""

from collections.abc import Sequence

import chess
import numpy as np
import pytest

from engine.analysis.attribute_levels import Levels
from engine.analysis.attribute_profile import Profiler
from engine.analysis.identification import DEFAULT_SCALE
from engine.analysis.portrait import Surroundings, draw_portrait
from engine.analysis.telling_moves import telling_moves
from engine.games.chosen_player import ChosenPlayer, choose_player
from engine.games.records import GameRecord
from engine.model.style_model import StyleModel
from engine.play.bot import Bot
from engine.play.engine import Policy
from engine.play.inference import MergedNetworks
from engine.position.moves import decode_move
from engine.position.phases import BOOK_PLIES
from engine.style.space import StyleSpace
from engine.style.steering.calibration import attribute_units
from engine.style.style import Style
from tests.conftest import tiny_model, tiny_space
from tests.style.style_files import style_file
from tests.training.styled_games import play_in_styles

ME = "Ada, Countess"


@pytest.fixture(scope="module")
def model() -> StyleModel:
    return tiny_model()


@pytest.fixture(scope="module")
def space() -> StyleSpace:
    return tiny_space()


@pytest.fixture(scope="module")
def records(model: StyleModel, space: StyleSpace) -> Sequence[GameRecord]:
    return play_in_styles(model, {ME: space.z[0], "Rival": space.z[1]}, games=6, plies=24)


@pytest.fixture(scope="module")
def player(records: Sequence[GameRecord]) -> ChosenPlayer:
    return choose_player(records, [ME])


def test_telling_moves_are_those_of_the_policies(
    model: StyleModel, space: StyleSpace, records: Sequence[GameRecord], player: ChosenPlayer
) -> None:
    shares: list[float] = []
    networks = MergedNetworks(model)
    mine, theirs = (Bot(networks, Style(z, "", "test")) for z in (space.z[0], space.z[1]))
    found = telling_moves(records, player, mine.evaluate, theirs.evaluate, 4, shares.append)
    ratios, rarest, count = [], [], 0
    for record in records:
        board = chess.Board()
        for ply, code in enumerate(record.moves.tolist()):
            move = decode_move(code)
            is_mine = (record.white == ME) == (board.turn == chess.WHITE)
            if is_mine and ply >= BOOK_PLIES and board.legal_moves.count() > 1:
                count += 1
                policies = [bot.policy(board) for bot in (mine, theirs)]
                own, others = (float(p.probabilities[p.moves.index(move)]) for p in policies)
                rarest.append(others)
                if own >= 0.15:
                    ratios.append(own / others)
            board.push(move)
    assert found.moves == count > 40
    assert found.games == len(records) == 6
    assert shares[-1] == 1.0
    best = found.typical[0]
    assert best.own / best.others == pytest.approx(max(ratios), rel=1e-4)
    assert found.unusual[0].others == pytest.approx(min(rarest), rel=1e-4)
    for kind in (found.typical, found.unusual):
        assert len({telling.game.game_id for telling in kind}) == len(kind) == 4
        for telling in kind:
            assert telling.board.is_legal(telling.move)
            assert telling.board.ply() == telling.ply >= BOOK_PLIES
            assert telling.expected_chance >= telling.others
            assert telling.san.split()[-1] == telling.board.san(telling.move)


def test_a_player_without_games_tells_nothing(records: Sequence[GameRecord]) -> None:
    def never(boards: Sequence[chess.Board]) -> list[Policy]:
        raise AssertionError("there is nothing to ask")

    nobody = ChosenPlayer("Nobody", frozenset({"Nobody"}), ())
    found = telling_moves(records, nobody, never, never)
    assert (found.typical, found.unusual, found.moves, found.games) == ((), (), 0, 0)


@pytest.fixture(scope="module")
def surroundings(space: StyleSpace, tmp_path_factory: pytest.TempPathFactory) -> Surroundings:
    units = attribute_units(tmp_path_factory.mktemp("styles"), space)
    return Surroundings(space, Profiler(Levels(space), units, None), DEFAULT_SCALE)


def test_a_portrait_finds_the_style_itself(surroundings: Surroundings, space: StyleSpace) -> None:
    shares: list[float] = []
    portrait = draw_portrait(style_file(z=space.z[3], rating=3050.0), surroundings, shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert portrait.moves is None
    assert portrait.matches[0].name == space.names[3]
    assert portrait.matches[0].cosine == pytest.approx(1, abs=1e-5)
    assert sum(match.confidence for match in portrait.matches) == pytest.approx(1)
    assert portrait.opponents.rating == 3050.0
    assert len(portrait.opponents) == 1
    assert portrait.peers.rating is None  # too few for percentiles
    assert [standing.key for standing in portrait.standings] == ["king_danger"]
    standing = portrait.standings[0]
    assert np.isfinite(standing.level)
    assert standing.percentile == pytest.approx(standing.percentile_of_all)
