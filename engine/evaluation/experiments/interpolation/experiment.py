"""Experiment 4: what lies between two styles (arXiv 2502.14998, section 5.4 and figure 6).

Weak and strong players are paired; styles at five shares of the way from the weak to the strong one
play the strong one. The weak ones are the rating groups of online players, the only ones in a
population of masters who are weak; among masters, lower and higher rated ones are paired as well,
whose moves hardly differ in strength. Players of equal strength and opposite attributes are paired
too, and what the styles between them do is measured on the fixed positions and in the games.
"""

from engine.evaluation.context import Context
from engine.evaluation.experiment import Result
from engine.evaluation.experiments.interpolation.measurement import follow_way, play_pairs
from engine.evaluation.experiments.interpolation.pairs import choose_pairs
from engine.evaluation.experiments.interpolation.presentation import TITLE, result_of
from engine.evaluation.experiments.interpolation.settings import Settings
from engine.evaluation.measures.fixed_positions import fixed_scale


class Interpolation:
    """Styles between two players'."""

    name = "interpolation"
    title = TITLE

    def run(self, context: Context) -> Result:
        """Measure; see the module."""
        settings = context.pick(
            Settings(
                club_pairs=1,
                rating_pairs=2,
                strength_pairs=1,
                opposite_pairs=1,
                games=4,
                longest=40,
            ),
            Settings(
                club_pairs=10,
                rating_pairs=2,
                strength_pairs=1,
                opposite_pairs=1,
                games=200,
                longest=240,
            ),
            Settings(
                club_pairs=100,
                rating_pairs=100,
                strength_pairs=20,
                opposite_pairs=20,
                games=1000,
                longest=300,
            ),
        )
        pairs = choose_pairs(context, settings)
        played = play_pairs(context, settings, pairs)
        scale = fixed_scale(context)
        along = {
            number: follow_way(context, settings, scale, one.pair)
            for number, one in enumerate(played)
            if one.pair.group == "opposite"
        }
        return result_of(context, settings, played, along)


EXPERIMENT = Interpolation()
