"""Experiment 1: how well moves are predicted, and how much a player's own style helps.

A personal gain means little by itself: a style may be good for everybody. So the same positions are
predicted in another player's style, in the population's mean style and by the backbone without any
style, and by networks that were fine-tuned to one player each (arXiv 2502.14998, section 5.1 and
figure 2).
"""

from collections.abc import Callable
from dataclasses import asdict

from engine.evaluation.context import Context
from engine.evaluation.experiment import Result
from engine.evaluation.experiments.move_matching.measurement import (
    Figures,
    Settings,
    curve_figures,
    main_figures,
    tested_players,
    tuned_figures,
)
from engine.evaluation.experiments.move_matching.presentation import TITLE, result_of
from engine.evaluation.measures.held_out import held_out_sample


class MoveMatching:
    """Top-1 and cross-entropy with and without styles."""

    name = "move_matching"
    title = TITLE

    def run(self, context: Context) -> Result:
        """Measure; see ``Experiment``."""
        settings = _settings(context)
        names = tested_players(context, settings)
        sample = held_out_sample(context, names, settings.positions)
        context.progress(0.05, f"Matching moves of {len(names)} players")

        def cached(part: str, make: Callable[[], Figures]) -> Figures:
            return context.cached(f"move_matching/{part}", make, asdict(settings))

        main = cached("main", lambda: main_figures(context, names, sample))
        context.progress(0.4, "Matching moves by fine-tuned networks")
        tuned = cached("tuned", lambda: tuned_figures(context, settings))
        context.progress(0.8, "Fitting styles to more and more games")
        curve = cached("curve", lambda: curve_figures(context, settings))
        return result_of(context, settings, main, tuned, curve)


def _settings(context: Context) -> Settings:
    return context.pick(
        smoke=Settings(
            players=4,
            positions=40,
            least_positions=8,
            tuned_players=2,
            tuned_positions=512,
            curve_players=2,
            curve_games=(2, 4),
        ),
        small=Settings(
            players=300,
            positions=250,
            tuned_players=12,
            tuned_positions=20_000,
            curve_players=16,
            curve_games=(25, 50, 100, 200),
        ),
        full=Settings(
            players=2000,
            positions=2000,
            tuned_players=50,
            tuned_positions=400_000,
            curve_players=200,
            curve_games=(25, 50, 100, 200, 400, 1000, 4000),
        ),
    )


EXPERIMENT = MoveMatching()
