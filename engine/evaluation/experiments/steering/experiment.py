"""Experiment 5: what pushing a style along an attribute does (arXiv 2502.14998, figure 7).

To that attribute and to every other one, on fixed positions and in games; at several doses; what it
costs in predicting the player's own moves and in rating; and whether other players, other games or
sliders made from other players would have given the same picture.
"""

from engine.errors import StylemateError
from engine.evaluation.context import Context
from engine.evaluation.experiment import Result
from engine.evaluation.experiments.steering.presentation import TITLE, result_of
from engine.evaluation.experiments.steering.results import Settings, measure
from engine.evaluation.experiments.steering.steered_games import SteeredGamesSettings
from engine.evaluation.measures.fixed_positions import fixed_scale

SMOKE = Settings(
    players=2,
    unseen=1,
    amounts=(-1.0, 1.0),
    cost_amounts=(-1.0, 1.0),
    cost_positions=40,
    game_players=2,
    games=SteeredGamesSettings(games=4, outcome_games=4, positions=8, longest=20),
    gradient_players=1,
)
SMALL = Settings(
    players=32,
    unseen=0,
    amounts=(-1.0, 0.25, 0.5, 1.0, 2.0),
    cost_amounts=(-2.0, -1.0, 1.0, 2.0),
    cost_positions=120,
    game_players=6,
    games=SteeredGamesSettings(games=6, outcome_games=6, positions=32, longest=200),
    gradient_players=1,
)
FULL = Settings(
    players=64,
    unseen=32,
    amounts=(-2.0, -1.5, -1.0, -0.5, -0.25, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0),
    cost_amounts=(-2.0, -1.0, -0.5, 0.5, 1.0, 2.0),
    cost_positions=3000,
    game_players=32,
    games=SteeredGamesSettings(games=60, outcome_games=20, positions=48, longest=300),
    gradient_players=32,
)


class SteeringExperiment:
    """What the sliders do."""

    name = "steering"
    title = TITLE

    def run(self, context: Context) -> Result:
        """Measure; see the module.

        Raises:
            StylemateError: no attribute has a slider.
        """
        settings = context.pick(SMOKE, SMALL, FULL)
        scale = fixed_scale(context)
        found = tuple(a.key for a in context.space.attributes if a.key in scale.keys)
        if not found:
            raise StylemateError("No attribute of this model can be steered.")
        return result_of(context, settings, measure(context, settings, scale, found))


EXPERIMENT = SteeringExperiment()
