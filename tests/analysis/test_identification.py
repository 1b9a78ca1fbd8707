"""Identification: who ranks first, and whether the confidence means what it says."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.analysis.identification import (
    DEFAULT_SCALE,
    MOST_CONFIDENT,
    CosineRange,
    CosineScale,
    CosineStatistics,
    IdentifiedPlayer,
    capped,
    cosine_between,
    cosine_statistics,
    cosines,
    identify,
    load_scale,
    save_scale,
)
from engine.errors import StylemateError
from engine.style.records import PlayerInfo
from engine.style.space import StyleSpace
from engine.style.style import Routing
from tests.conftest import tiny_space

MODEL = "a" * 32
NOWHERE = CosineRange(0.0, -0.1, 0.1)


def space_of(players: int, seed: int = 1) -> StyleSpace:
    z = np.random.default_rng(seed).normal(size=(players, 4, 8)).astype(np.float32)
    return StyleSpace(z, [PlayerInfo(f"Player {number}", 10) for number in range(players)])


def noisy(space: StyleSpace, truth: list[int], noise: float, seed: int = 2) -> Routing:
    """Return the styles of some players as a fit to few games would see them."""
    random = np.random.default_rng(seed)
    z = space.signatures[truth]
    return (z + noise * random.normal(size=z.shape)).astype(np.float32)


def statistics_at(games: int, sharpness: float) -> CosineStatistics:
    return CosineStatistics(
        games=games,
        players=2,
        universe=2,
        sharpness=sharpness,
        same=NOWHERE,
        strangers=NOWHERE,
        top1=0.5,
    )


def signature(space: StyleSpace, name: str) -> Routing:
    return space.signatures[space.names.index(name)]


def test_a_player_is_most_like_themselves() -> None:
    space = tiny_space()
    for name in space.names:
        matches = identify(signature(space, name), space, 100)
        assert matches[0].name == name
        assert matches[0].cosine == pytest.approx(1)
        assert len(matches) == len(space.names)
        assert sum(match.confidence for match in matches) == pytest.approx(1)
        likeness = [match.cosine for match in matches]
        assert likeness == sorted(likeness, reverse=True)


def test_cosines_are_those_of_differences_from_the_mean_style() -> None:
    space = tiny_space()
    first, second = (space.z[row] - space.average for row in (0, 1))
    expected = np.vdot(first, second) / np.linalg.norm(first) / np.linalg.norm(second)
    assert cosines(space.z[:1], space)[0, 1] == pytest.approx(expected, abs=1e-5)
    # A constant added to a head changes nothing, and an amplified style is the same style.
    shifted = (space.average + 3 * first + np.array([[5.0], [-7.0]]))[None].astype(np.float32)
    assert cosines(shifted, space)[0, 1] == pytest.approx(expected, abs=1e-4)


def test_the_mean_style_is_like_nobody() -> None:
    space = tiny_space()
    matches = identify(np.zeros_like(space.average), space, 100)
    assert all(match.cosine == pytest.approx(0, abs=1e-6) for match in matches)
    assert matches[0].confidence == pytest.approx(1 / len(space.names), rel=1e-3)


def test_guests_are_not_among_the_matches() -> None:
    space = tiny_space()
    me = space.row("Carlsen, Magnus")
    with_me = space.with_style(PlayerInfo("Me", 10), me)
    matches = identify(signature(space, "Carlsen, Magnus"), with_me, 100)
    assert matches[0].name == "Carlsen, Magnus"
    assert "Me" not in {match.name for match in matches}


def test_a_style_of_another_shape_is_refused() -> None:
    with pytest.raises(StylemateError, match="not of the same model"):
        identify(np.zeros((3, 4), dtype=np.float32), tiny_space(), 10)


@pytest.mark.parametrize("noise", [1.0, 3.0])
def test_measured_confidence_comes_true(noise: float) -> None:
    """On other players than those measured, the first match is right as often as it says."""
    space = space_of(60)
    truth = [number % 60 for number in range(600)]
    measured = cosine_statistics(noisy(space, truth, noise, seed=3), truth, space, 100)
    scale = CosineScale((replace(measured, top1=1.0),))  # without the cap, which only lowers it
    stated, right = [], []
    for z, row in zip(noisy(space, truth, noise, seed=4), truth, strict=True):
        first = identify(z, space, 100, scale)[0]
        stated.append(first.confidence)
        right.append(first.name == space.names[row])
    assert np.mean(stated) == pytest.approx(np.mean(right), abs=0.05)
    assert np.mean(right) == pytest.approx(measured.top1, abs=0.08)
    assert measured.same.mean > measured.strangers.mean
    assert measured.strangers.mean == pytest.approx(0, abs=0.05)


def test_fewer_games_mean_less_confidence() -> None:
    space = space_of(40)
    truth = list(range(40)) * 4
    few = cosine_statistics(noisy(space, truth, 4.0), truth, space, 10)
    many = cosine_statistics(noisy(space, truth, 1.0), truth, space, 100)
    assert few.sharpness < many.sharpness
    assert few.top1 < many.top1
    scale = CosineScale((many, few))
    z = space.signatures[0]
    stated = [identify(z, space, games, scale)[0].confidence for games in (1, 10, 30, 100, 999)]
    assert stated[0] == stated[1] < stated[2] < stated[3] == stated[4]


def test_nobody_is_recognised_more_confidently_than_was_measured() -> None:
    space = space_of(6)
    scale = CosineScale(
        (replace(statistics_at(10, 500.0), top1=0.4), replace(statistics_at(100, 500.0), top1=0.9))
    )
    for games, most in ((10, 0.4), (100, 0.9)):
        first, *others = identify(space.signatures[0], space, games, scale)
        assert first.confidence == pytest.approx(most)
        assert sum(match.confidence for match in others) <= 1 - most + 1e-9


def test_the_cosine_of_two_styles_is_that_of_all() -> None:
    space = space_of(6)
    everything = cosines(space.z, space)
    for row in range(6):
        pair = cosine_between(space.z[0], space.z[row], space)
        assert pair == pytest.approx(everything[0, row])


def test_between_measurements_the_scale_is_geometric() -> None:
    scale = CosineScale((statistics_at(100, 16.0), statistics_at(1, 1.0)))
    assert scale.sharpness(10) == pytest.approx(4)
    assert scale.sharpness(0) == pytest.approx(1)
    assert scale.nearest(9).games == 1
    assert scale.nearest(11).games == 100


def test_statistics_need_players() -> None:
    space = space_of(5)
    with pytest.raises(StylemateError, match="at least two"):
        cosine_statistics(space.z[:1], [0], space, 10)
    with pytest.raises(StylemateError, match="no measurements"):
        CosineScale(())


def test_a_scale_is_kept_with_its_model(tmp_path: Path) -> None:
    path = tmp_path / "identify.json"
    assert load_scale(path, MODEL) is DEFAULT_SCALE
    halves = CosineRange(0.6, 0.2, 0.9)
    scale = CosineScale(
        (statistics_at(10, 2.0), replace(statistics_at(100, 9.5), top1=0.75, halves=halves))
    )
    save_scale(path, scale, MODEL)
    assert load_scale(path, MODEL) == scale
    assert load_scale(path, "b" * 32) is DEFAULT_SCALE


@pytest.mark.parametrize(
    "content",
    [
        "{",
        '{"version": 1}',
        f'{{"version": 1, "model": "{MODEL}", "by_games": []}}',
        f'{{"version": 1, "model": "{MODEL}", "by_games": [{{"games": 1}}]}}',
        "[]",
    ],
)
def test_a_damaged_scale_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "identify.json"
    path.write_text(content)
    with pytest.raises(StylemateError):
        load_scale(path, MODEL)


def test_the_default_scale_says_that_nobody_was_measured() -> None:
    for known in DEFAULT_SCALE.by_games:
        assert known.players == 0
        assert known.same.low < known.same.mean < known.same.high
        assert known.strangers.mean < known.same.mean


def test_nobody_is_recognised_for_certain() -> None:
    matches = [
        IdentifiedPlayer("a", 0.9, 0.9999),
        IdentifiedPlayer("b", 0.2, 0.00008),
        IdentifiedPlayer("c", 0.1, 0.00002),
    ]
    found = capped(matches, 0.6)
    assert [match.name for match in found] == ["a", "b", "c"]
    assert [match.confidence for match in found] == pytest.approx([0.6, 0.32, 0.08])
    assert capped(matches, 1.0) == matches
    flat = [
        IdentifiedPlayer("a", 0.3, 0.4),
        IdentifiedPlayer("b", 0.2, 0.6 / 2),
        IdentifiedPlayer("c", 0.1, 0.6 / 2),
    ]
    assert capped(flat, 0.6) == flat


def test_confidence_grows_with_games_and_stays_below_certainty() -> None:
    def measured(games: int, top1: float) -> CosineStatistics:
        known = CosineRange(0.5, 0.3, 0.7)
        return CosineStatistics(games, 100, 1000, 10.0, known, known, top1)

    scale = CosineScale((measured(10, 0.35), measured(100, 1.0)))
    assert scale.most(3) == pytest.approx(0.35)
    assert 0.35 < scale.most(30) < 0.99
    assert scale.most(1000) == MOST_CONFIDENT
