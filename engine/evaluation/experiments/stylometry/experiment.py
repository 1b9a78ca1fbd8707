"""Experiment 2: whose games are these? (arXiv 2502.14998, table 1)

A routing vector is fitted to some games of a player whom the experiment pretends not to know, and
the known players' are ranked by their cosines. Two vectors come from the same scores
(``engine.style.prior``): the style that plays, compared as centred logits, and the signature, which
is made to tell players apart and knows openings only. So without each game's first 15 moves, which
give most players away, the style alone is asked. Beside both two ways that need no network.
"""

from engine.evaluation.context import Context
from engine.evaluation.experiment import Result
from engine.evaluation.experiments.stylometry.presentation import TITLE, result_of
from engine.evaluation.experiments.stylometry.queries import (
    Seen,
    Settings,
    UnseenQueries,
    unseen_names,
)


class Stylometry:
    """Finding players by their games."""

    name = "stylometry"
    title = TITLE

    def run(self, context: Context) -> Result:
        """Measure; see ``Experiment``."""
        settings = _settings(context)
        seen = Seen(context, settings)
        unseen = UnseenQueries(context, settings) if unseen_names(context, settings) else None
        return result_of(context, settings, seen, unseen)


def _settings(context: Context) -> Settings:
    return context.pick(
        smoke=Settings(
            sizes=(1, 2),
            seen=4,
            well_known=4,
            unseen=4,
            unseen_queries=3,
            unseen_gallery_games=2,
            baseline_games=10,
        ),
        small=Settings(
            sizes=(10, 30, 100),
            seen=100,
            well_known=200,
            unseen=120,
            unseen_queries=120,
            unseen_gallery_games=100,
            baseline_games=200,
        ),
        full=Settings(
            sizes=(10, 30, 100),
            seen=1000,
            well_known=200,
            unseen=1000,
            unseen_queries=1000,
            unseen_gallery_games=100,
            baseline_games=1000,
        ),
    )


EXPERIMENT = Stylometry()
