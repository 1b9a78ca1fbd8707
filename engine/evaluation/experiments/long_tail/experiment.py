"""Experiment 7: players with few games, and rare kinds of move.

E1 trains an inventory in several ways (``arms``), each on the same number of positions, with
players who were left only a few games among those who have many, and scores the few-game players
on held-out games. E2 asks how often rare kinds of move are matched, and whether teaching the
shipped inventory hard ones helps without harm elsewhere. The protocols carry arXiv 2505.17682 over
to chess.
"""

import numpy as np

from engine.errors import StylemateError
from engine.evaluation.context import Context
from engine.evaluation.experiment import Result
from engine.evaluation.experiments.long_tail.arm_scores import scores_of_arm
from engine.evaluation.experiments.long_tail.arms import ARMS, choose_pupils
from engine.evaluation.experiments.long_tail.presentation import TITLE, result_of
from engine.evaluation.experiments.long_tail.rare_teaching import rare_moves_foreseen
from engine.evaluation.experiments.long_tail.settings import FULL, SMALL, SMOKE, Settings
from engine.games.rating_groups import is_rating_group
from engine.games.records import UNKNOWN_PLAYER
from engine.training.splits import Split


class LongTail:
    """The experiment."""

    name = "long_tail"
    title = TITLE

    def run(self, context: Context) -> Result:
        """Train all arms, score them, and teach rare moves; see ``Experiment``."""
        settings = context.pick(SMOKE, SMALL, FULL)
        names = pupils_of(context, settings)
        pupils = choose_pupils(
            context, names, settings.anchors, settings.cuts, settings.positions // 10
        )
        parts = len(ARMS) + 1
        scores = {}
        for number, arm in enumerate(ARMS):

            def report(share: float, number: int = number, note: str = arm.name) -> None:
                context.progress((number + share) / parts, note)

            report(0.0)
            scores[arm.name] = scores_of_arm(context, arm, pupils, settings, report)
        context.progress(len(ARMS) / parts, "rare moves")
        rare = rare_moves_foreseen(context, pupils.anchors, settings)
        return result_of(context, settings, pupils, scores, rare)


EXPERIMENT = LongTail()


def pupils_of(context: Context, settings: Settings) -> list[str]:
    """Return the anchors, most games first, and players of the tail, spread over all others.

    Raises:
        StylemateError: the store has too few players with enough games.
    """
    counts = {
        name: len(context.games_of(name, (Split.TRAIN,)))
        for name, games in context.games.counts_by_player().items()
        if games >= settings.least_games and name != UNKNOWN_PLAYER and not is_rating_group(name)
    }
    ranked = sorted(
        (name for name, count in counts.items() if count >= settings.least_games),
        key=lambda name: (-counts[name], name),
    )
    if len(ranked) < settings.anchors + settings.tail:
        raise StylemateError(
            f"Only {len(ranked)} players have {settings.least_games} training games or more; "
            f"{settings.anchors + settings.tail} are needed. Ingest more games or lower --size."
        )
    others = ranked[settings.anchors :]
    places = np.linspace(0, len(others) - 1, settings.tail).round().astype(int)
    return [*ranked[: settings.anchors], *(others[place] for place in places)]
