"""What the shipped model is meant to reach, and whether it does.

An experiment answers a goal with ``judge(KEY, measured, ...)`` among its result's targets; goals
that no experiment answered are shown as not measured.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.evaluation.experiment import Estimate, Result, Target


@dataclass(frozen=True, slots=True)
class Goal:
    """One line of the targets.

    Attributes:
        key: by which experiments answer it.
        experiment: which of them does.
        what: what is measured, for people.
        goal: the value to reach.
        unit: of the value.
        at_least: whether more is better; otherwise the goal is a limit.
        reference: what others reached.
        clear_of: the whole 95 % interval must be above this value (below, for a limit), if given.
    """

    key: str
    experiment: str
    what: str
    goal: float
    unit: str
    at_least: bool = True
    reference: str = ""
    clear_of: float | None = None


_UNIVERSE = "every shipped style as a candidate"
GOALS: tuple[Goal, ...] = (
    Goal(
        "backbone_from_ply_10",
        "move_matching",
        "Moves of masters that the plain network predicts, after the first ten plies",
        43.0,
        "%",
        reference="Maia-1900: 43.3 %; for a network trained on a GPU the goal would be 48 %",
    ),
    Goal(
        "personal_gain",
        "move_matching",
        "More moves predicted in the player's own style than without a style, after ten plies",
        1.5,
        "points",
        reference="a whole network for each player: 3 to 5 points",
        clear_of=0.0,
    ),
    Goal(
        "gain_over_another",
        "move_matching",
        "More moves predicted in the player's own style than in another player's, after ten plies",
        2.0,
        "points",
    ),
    Goal(
        "stylometry_seen_100",
        "stylometry",
        f"Known players found by 100 new games, {_UNIVERSE}",
        97.0,
        "%",
        reference="94.4 % of 47,864 players (arXiv 2502.14998)",
    ),
    Goal(
        "stylometry_seen_30",
        "stylometry",
        f"Known players found by 30 new games, {_UNIVERSE}",
        90.0,
        "%",
        reference="98.8 % of 400 players (arXiv 2502.14998)",
    ),
    Goal(
        "stylometry_unseen_100",
        "stylometry",
        "Players the model never trained on found by 100 games, among at least 100 such players",
        92.0,
        "%",
        reference="87.6 % of 10,000 players (arXiv 2502.14998)",
    ),
    Goal(
        "stylometry_from_ply_30",
        "stylometry",
        "Found without each game's first 15 moves, among 200 players with 1,000 games or more",
        60.0,
        "%",
        reference="drops in all published work",
    ),
    Goal(
        "stylometry_from_ply_30_over_habits",
        "stylometry",
        "Found so more often than by counting habits",
        0.0,
        "points",
    ),
    Goal(
        "consistency_overlap",
        "consistency",
        "Overlap of the cosines of one player's halves and of different players, 100 games each",
        0.0,
        "%",
        at_least=False,
        reference="no overlap (arXiv 2502.14998, figure 3)",
    ),
    Goal(
        "interpolation_monotone",
        "interpolation",
        "Pairs of a weak and a strong player whose score only rises with the strong one's share",
        90.0,
        "%",
        reference="arXiv 2502.14998, figure 6",
    ),
    Goal(
        "steering_on_target",
        "steering",
        "Attributes that one step of their slider moves by at least one standard deviation, "
        "and every other attribute by at most a quarter of that",
        8.0,
        "attributes",
        reference="2 attributes, leaking 34 and 48 % (arXiv 2502.14998)",
    ),
    Goal(
        "fit_seconds_cpu",
        "consistency",
        "Fitting a style to 100 games on two processor cores",
        30.0,
        "s",
        at_least=False,
    ),
    Goal(
        "fit_seconds_gpu",
        "consistency",
        "Fitting a style to 100 games on a graphics card",
        2.0,
        "s",
        at_least=False,
    ),
    Goal(
        "fit_batch_independence",
        "consistency",
        "Largest difference that the company in a batch makes to a fitted style's numbers",
        1e-3,
        "",
        at_least=False,
    ),
    Goal(
        "games_likeness_1",
        "games",
        "Presets whose bots' habits in games are nearest to the real player they are named after, "
        "of all presets' players, at intensity 1",
        4.0,
        "of 8 presets",
    ),
    Goal(
        "games_likeness_2",
        "games",
        "The same at intensity 2",
        6.0,
        "of 8 presets",
    ),
    Goal(
        "games_queens_low",
        "games",
        "Games in which queens come off by move 20, queen trades at their lower end",
        6.0,
        "%",
        at_least=False,
    ),
    Goal(
        "games_queens_high",
        "games",
        "Games in which queens come off by move 20, queen trades at their upper end",
        66.0,
        "%",
        reference="a model steered by texts: from 25 to 66.5 %",
    ),
    Goal(
        "games_force",
        "games",
        "Sliders that make their own figure in games 1.6 times as large at the upper end and 0.6 "
        "times at the lower",
        10.0,
        "sliders",
    ),
    Goal(
        "games_monotone",
        "games",
        "Sliders whose own figure in games rises with every amount",
        100.0,
        "%",
    ),
    Goal(
        "games_leaks",
        "games",
        "Ends of sliders that move another slider's own figure by more than a quarter of what that "
        "does itself",
        0.0,
        "ends",
        at_least=False,
    ),
    Goal(
        "games_elo",
        "games",
        "Places of sliders that lose at most 100 Elo at an end and 40 half way",
        100.0,
        "%",
    ),
    Goal(
        "games_phases",
        "games",
        "Phases of the game in which a slider works, of those in which it can",
        100.0,
        "%",
    ),
    Goal(
        "games_beyond",
        "games",
        "Sliders whose ends lie beyond the most extreme hundredth of real players",
        100.0,
        "%",
    ),
)
_BY_KEY = {goal.key: goal for goal in GOALS}


def judge(key: str, measured: Estimate | float, note: str = "", at_size: bool = True) -> Target:
    """Return a goal of ``GOALS`` with what was measured.

    Args:
        key: which goal.
        measured: in the goal's unit.
        note: sizes and conditions that the figure holds for.
        at_size: False if the conditions fall short of the goal's, such as a universe too small:
            the goal then counts as missed whatever was measured.

    Raises:
        KeyError: there is no such goal.
    """
    goal = _BY_KEY[key]
    met = at_size and _reaches(goal, measured)
    return Target(goal.what, goal.goal, goal.unit, measured, met, note, key)


def all_targets(results: Iterable[Result]) -> tuple[Target, ...]:
    """Return every goal with its verdict, and after them the experiments' own targets."""
    given = [target for result in results for target in result.targets]
    answers = {target.key: target for target in given if target.key}
    listed = [answers.get(goal.key) or _not_measured(goal) for goal in GOALS]
    own = [target for target in given if target.key not in _BY_KEY]
    return (*listed, *own)


def reference(target: Target) -> str:
    """Return what others reached, for a target of ``GOALS``."""
    return _BY_KEY[target.key].reference if target.key in _BY_KEY else ""


def is_limit(target: Target) -> bool:
    """Whether the goal is not to be exceeded."""
    return target.key in _BY_KEY and not _BY_KEY[target.key].at_least


def _not_measured(goal: Goal) -> Target:
    return Target(goal.what, goal.goal, goal.unit, None, False, "", goal.key)


def _reaches(goal: Goal, measured: Estimate | float) -> bool:
    value = measured.value if isinstance(measured, Estimate) else measured
    reached = value >= goal.goal if goal.at_least else value <= goal.goal
    if goal.clear_of is None:
        return reached
    if not isinstance(measured, Estimate):
        return False  # the goal asks for an interval
    end = measured.low if goal.at_least else measured.high
    return reached and (end > goal.clear_of if goal.at_least else end < goal.clear_of)
