"""How sliders are made: on how many players of which kind, and how often they are corrected."""

from dataclasses import dataclass

from engine.attributes.registry import SLIDER_KEYS


@dataclass(frozen=True, kw_only=True)
class BuildOptions:
    """How thoroughly to measure."""

    # players on whose styles gradients are taken
    gradient_players: int = 64
    # some of those, on whose styles deltas are corrected by steps
    correction_players: int = 24
    # other players on whom the best rule is chosen and the length of a step is set
    choice_players: int = 16
    # players of both kinds on whom the rules are compared, with one correction each
    trial_players: int = 4
    # yet other players on whom the result is measured and reported
    report_players: int = 32
    # games from which a player counts for the mean and standard deviation that all is measured in,
    # and is half of every sample: styles fitted to fewer games stay near the average
    reference_games: int = 1000
    # times that deltas are corrected and measured again
    rounds: int = 3
    # choice of the players
    seed: int = 20250214
    # attributes that get a delta
    steered: tuple[str, ...] = SLIDER_KEYS
    # where to compute
    device: str = "cpu"
