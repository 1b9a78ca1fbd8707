"""Where styles disagree, and where they stand: measured on a few of the shipped positions."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.analysis.attribute_levels import Levels
from engine.analysis.attribute_profile import Profiler
from engine.analysis.disagreement import compare, disagreements, jensen_shannon
from engine.analysis.fixed_positions_meter import FixedPositionsMeter
from engine.attributes.fixed_positions import FixedPosition, load_fixed_positions
from engine.errors import StylemateError
from engine.play.bot import Bot
from engine.style.recipe_parser import parse_recipe
from engine.style.records import PlayerInfo
from engine.style.space import StyleSpace
from engine.style.steering.attribute_meter import AttributeMeter
from engine.style.steering.calibration import Unit, attribute_units
from engine.style.style import Style
from tests.conftest import TINY_ATTRIBUTES, tiny_model, tiny_space

SHIPPED = Path(__file__).resolve().parents[2] / "assets" / "positions"
SPACE = tiny_space()
TAL, CARLSEN = SPACE.style("Tal, Mikhail"), SPACE.style("Carlsen, Magnus")
BLEND = SPACE.style("Tal, Mikhail + Carlsen, Magnus")


@pytest.fixture(scope="module")
def positions() -> list[FixedPosition]:
    return load_fixed_positions(SHIPPED)[::20]


@pytest.fixture(scope="module")
def meter(positions: list[FixedPosition]) -> FixedPositionsMeter:
    return FixedPositionsMeter(tiny_model(), positions)


def distributions(styles: int, moves: int) -> st.SearchStrategy[npt.NDArray[np.float64]]:
    """Policies (styles, moves), some moves impossible, each row summing to 1."""
    row = st.lists(
        st.one_of(st.just(0.0), st.floats(1e-6, 1.0)), min_size=moves, max_size=moves
    ).filter(lambda weights: sum(weights) > 0)
    return st.lists(row, min_size=styles, max_size=styles).map(
        lambda rows: np.array([np.array(weights) / sum(weights) for weights in rows])
    )


@given(
    data=st.data(),
    styles=st.integers(2, 4),
    moves=st.integers(1, 6),
)
def test_divergence_is_symmetric_and_between_nothing_and_everything(
    data: st.DataObject, styles: int, moves: int
) -> None:
    policies = data.draw(distributions(styles, moves))
    (value,) = jensen_shannon(policies)
    assert 0 <= value <= 1
    order = data.draw(st.permutations(range(styles)))
    assert jensen_shannon(policies[list(order)])[0] == pytest.approx(value, abs=1e-12)
    assert jensen_shannon(np.repeat(policies[:1], styles, axis=0))[0] == pytest.approx(0, abs=1e-12)


def test_divergence_reaches_its_bounds_and_knows_a_case_by_hand() -> None:
    assert jensen_shannon(np.eye(2))[0] == pytest.approx(1)
    assert jensen_shannon(np.eye(3))[0] == pytest.approx(1)
    assert jensen_shannon(np.array([[0.3, 0.7]]))[0] == 0
    # One style always plays a, the other a or b: the mean is (3/4, 1/4) with 0.8113 bits, and the
    # mean of the entropies is half a bit.
    assert jensen_shannon(np.array([[1.0, 0.0], [0.5, 0.5]]))[0] == pytest.approx(0.3113, abs=1e-4)


def test_divergence_of_several_positions_is_that_of_each() -> None:
    random = np.random.default_rng(1)
    parts = [random.dirichlet(np.ones(size), 3) for size in (4, 1, 7)]
    together = jensen_shannon(np.concatenate(parts, axis=1), np.array([0, 4, 5]))
    assert together == pytest.approx([jensen_shannon(part)[0] for part in parts])


def test_policies_are_those_that_the_style_plays(meter: FixedPositionsMeter) -> None:
    bot = Bot(tiny_model(), TAL)
    found = meter.policies(TAL)
    for row in (0, 7, len(meter.positions) - 1):
        played = bot.policy(meter.positions[row].board)
        start = meter.starts[row]
        for number, move in enumerate(meter.moves[row]):
            assert found[start + number] == pytest.approx(played.probability(move), abs=1e-5)
    assert np.add.reduceat(found, meter.starts) == pytest.approx(np.ones(len(meter.starts)))


def test_attributes_are_those_of_the_attribute_meter(
    meter: FixedPositionsMeter, positions: list[FixedPosition]
) -> None:
    own = AttributeMeter(tiny_model(), positions)
    expected = dict(zip(own.keys, own.measure(TAL.z[None].copy())[0], strict=True))
    assert meter.attributes(TAL) == pytest.approx(expected, rel=1e-5, abs=1e-7)


def test_policies_are_remembered_and_few_of_them(positions: list[FixedPosition]) -> None:
    meter = FixedPositionsMeter(tiny_model(), positions[:3], kept=1)
    first = meter.policies(TAL)
    assert meter.policies(TAL) is first
    meter.policies(CARLSEN)
    assert meter.policies(TAL) is not first


def divergence_at(meter: FixedPositionsMeter, styles: Sequence[Style], row: int) -> float:
    """Return the divergence in one position, from bots that know nothing of the others."""
    board = meter.positions[row].board
    chances = [Bot(tiny_model(), style).policy(board) for style in styles]
    table = [[policy.probability(move) for move in board.legal_moves] for policy in chances]
    return float(jensen_shannon(np.array(table))[0])


def test_the_greatest_disagreements_come_first(meter: FixedPositionsMeter) -> None:
    styles = [TAL, CARLSEN, BLEND]
    found = disagreements(meter, styles, count=len(meter.positions))
    everywhere = [divergence_at(meter, styles, row) for row in range(len(meter.positions))]
    assert sorted(d.divergence for d in found) == pytest.approx(sorted(everywhere), abs=1e-4)
    seen = [d.is_visible for d in found]
    assert any(seen), "these styles differ somewhere in what they like best"
    assert seen == sorted(seen, reverse=True), "what shows on the board comes first"
    for kind in (True, False):
        ranked = [d.divergence for d in found if d.is_visible is kind]
        assert ranked == sorted(ranked, reverse=True)
    assert compare(meter, styles).divergence == pytest.approx(np.mean(everywhere), abs=1e-4)
    for disagreement in found:
        for style, favourite in enumerate(disagreement.favourites):
            policy = Bot(tiny_model(), styles[style]).policy(disagreement.position.board)
            assert favourite.move == policy.moves[0]
            assert favourite.chances[style] == pytest.approx(policy.probabilities[0], abs=1e-5)
            assert len(favourite.chances) == len(styles)


def test_a_phase_can_be_chosen(meter: FixedPositionsMeter) -> None:
    found = disagreements(meter, [TAL, CARLSEN], 100, "endgame")
    assert found
    assert all(disagreement.position.phase == "endgame" for disagreement in found)
    assert len(disagreements(meter, [TAL, CARLSEN], 100)) == len(meter.positions)


def test_a_style_agrees_with_itself(meter: FixedPositionsMeter) -> None:
    same = compare(meter, [TAL, TAL])
    assert same.divergence == pytest.approx(0, abs=1e-9)
    assert same.same_favourite == 1
    assert same.positions == len(meter.positions)
    assert compare(meter, [TAL, CARLSEN]).same_favourite < 1


def test_one_style_has_nobody_to_disagree_with(meter: FixedPositionsMeter) -> None:
    with pytest.raises(StylemateError, match="at least two"):
        disagreements(meter, [TAL], 3)
    with pytest.raises(StylemateError, match="at least two"):
        compare(meter, [])


# ---- profiles ----


def measured_space(meter: FixedPositionsMeter) -> tuple[StyleSpace, dict[str, Unit]]:
    """Return the tiny space with levels measured on the positions, and the units."""
    keys = ("king_danger", "captures")
    values = np.array(
        [[meter.attributes(SPACE.style(f'"{name}"'))[key] for key in keys] for name in SPACE.names]
    )
    mean, sd = values.mean(axis=0), values.std(axis=0)
    players = [
        PlayerInfo(p.name, p.games, attributes=dict(zip(keys, (v - mean) / sd, strict=True)))
        for p, v in zip(SPACE.players, values, strict=True)
    ]
    units = {key: Unit(float(mean[i]), float(sd[i])) for i, key in enumerate(keys)}
    return StyleSpace(SPACE.z, players, TINY_ATTRIBUTES, SPACE.deltas), units


def test_profiles_measured_now_are_those_that_were_shipped(meter: FixedPositionsMeter) -> None:
    space, units = measured_space(meter)
    profiler = Profiler(Levels(space), units, meter)
    for name in space.names[:3]:
        recipe = space.resolve(parse_recipe(f'"{name}"'))
        shipped = profiler.profile(recipe, space)
        assert shipped.source == "shipped"
        with_guest = space.with_style(PlayerInfo("Guest", 9), space.row(name))
        measured = profiler.profile(parse_recipe("Guest"), with_guest)
        assert measured.source == "measured"
        assert measured.levels == pytest.approx(dict(shipped.levels), abs=1e-6)
        ranks = [p.attributes["captures"] < shipped.levels["captures"] for p in space.players]
        assert shipped.percentiles["captures"] == pytest.approx(100 * (sum(ranks) + 0.5) / 12)


def test_without_positions_a_blend_is_estimated(meter: FixedPositionsMeter) -> None:
    space, units = measured_space(meter)
    profiler = Profiler(Levels(space), units, None)
    recipe = space.resolve(parse_recipe("Tal, Mikhail + Carlsen, Magnus"))
    profile = profiler.profile(recipe, space)
    assert profile.source == "estimated"
    middle = np.mean([space.find(c.name).attributes["captures"] for c in recipe.components])
    assert profile.levels["captures"] == pytest.approx(middle)


def test_units_come_from_the_calibration_and_the_sliders(tmp_path: Path) -> None:
    assert attribute_units(tmp_path, SPACE)["king_danger"] == Unit(12.0, 3.5)
    path = tmp_path / "calibration.json"
    path.write_text(json.dumps({"population": {"captures": {"mean": 0.2, "sd": 0.01}}}))
    units = attribute_units(tmp_path, SPACE)
    assert units["captures"] == Unit(0.2, 0.01)
    assert units["strength"] == Unit(-0.05, 0.01)
    path.write_text("[]")
    with pytest.raises(StylemateError, match="damaged"):
        attribute_units(tmp_path, SPACE)
