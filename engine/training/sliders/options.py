"""Settings of the sliders' training in games; every field is written into the run's folder."""

from dataclasses import dataclass

from engine.training.options import RunOptions, Schedule


@dataclass(frozen=True, kw_only=True)
class SliderOptions(RunOptions):
    """How to train sliders in games."""

    # follows from the turns
    positions: int = 0
    # attributes whose sliders learn; all that have dials if none is named
    only: tuple[str, ...] = ()
    # turns of each slider: in each, games are played with it and its delta takes one step
    turns: int = 24
    # games of a turn; half begin freely, half from openings that people played
    games: int = 112
    # positions of a turn that are learnt from, drawn from those that the pushed side had
    batch_size: int = 2048
    # learning rate of the deltas at the peak of the schedule
    learning_rate: float = 0.025
    schedule: Schedule = Schedule.COSINE
    # deltas do not decay
    weight_decay: float = 0.0
    # how long an average of squared gradients lasts (Adam's second beta)
    squared_gradients: float = 0.99
    # what a point is worth beside the distance that the slider's end had gone before, at an even
    # score; it grows up to five times as the pushed side loses
    point_worth: float = 2.0
    # weight of what a later move of one's own does against the move before it
    discount: float = 0.92
    # share of the turns that are played in the average style, the rest in players'
    average_share: float = 0.5
    # weight of the older deltas in their average over the second half, which is the result
    smoothing: float = 0.8
    # validation is at the end
    validate_every: int = 1_000_000_000
    # games at each end of each slider by which a run is judged, and at its beginning the reach of
    # the slider's ends
    validation_games: int = 64
