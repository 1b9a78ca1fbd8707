"""What `stylemate train` tells of settings of trainings; types and defaults are their classes'."""

from engine.cli.settings import SettingHelp

LEAST_GAMES = SettingHelp("Games a player needs.", least=1)
SEED = SettingHelp("Seed of the initial weights and the order of positions.")
LENGTH = {
    "positions": SettingHelp("Positions to train on, e.g. 2e7.", least=1, is_large=True),
    "batch_size": SettingHelp("Positions of a step, over all processes.", least=1),
}
WATCHING = {
    "checkpoint_minutes": SettingHelp("Minutes between checkpoints.", least=0),
    "validate_every": SettingHelp("Positions between validations.", least=1, is_large=True),
    "validation_positions": SettingHelp("Positions of the validation sample.", least=16),
}
RUN = {
    **LENGTH,
    "learning_rate": SettingHelp("Peak learning rate.", least=0),
    "schedule": SettingHelp("Shape of the learning rate over the run."),
    "precision": SettingHelp("auto is bfloat16 where it is native."),
    "seed": SEED,
    **WATCHING,
}
PRESET = SettingHelp("small, medium or paper.")
START_FROM = SettingHelp("lc0 file (.pb.gz) or backbone directory to start from.")
BACKBONE = {
    "preset": PRESET,
    "start_from": START_FROM,
    **RUN,
    "value_weight": SettingHelp("Weight of the result's loss.", least=0),
    "weight_decay": SettingHelp("Decoupled weight decay.", least=0),
}
STYLES = {
    **RUN,
    "routing_speed": SettingHelp("With adam, routing learns this many times faster.", least=0),
    "weight_decay": SettingHelp("Decay of the adapters.", least=0),
    "modules": SettingHelp("Modules of the inventory, m.", least=1),
    "heads": SettingHelp("Heads that mix them, h.", least=1),
    "rank": SettingHelp("Rank of a module, r.", least=1),
    "alpha": SettingHelp("Adapters are scaled by alpha / r.", least=0),
    "routing": SettingHelp("How routing logits become weights."),
    "attach": SettingHelp("Layers that carry adapters."),
    "routing_steps": SettingHelp("How routing learns: natural, or adam as published."),
    "least_games": LEAST_GAMES,
    "balance": SettingHelp("1 draws players by their positions, 0 evenly.", least=0, most=1),
    "group_share": SettingHelp("Share of positions that are rating groups'.", least=0, most=0.9),
    "population_share": SettingHelp(
        "Share of other masters' positions, in one style.", least=0, most=0.9
    ),
}
POPULATION = {
    "positions_each": SettingHelp(
        "Positions read of a player with few games besides shared openings; of players with many "
        "games up to four times as many.",
        least=10,
    ),
    "fisher_positions": SettingHelp("Positions from which the mean style is learnt.", least=100),
    "spread": SettingHelp("Standard deviation of routing logits over players.", least=0),
    "least_games": LEAST_GAMES,
    "seed": SEED,
}
SLIDERS = {
    "turns": SettingHelp("Turns of each slider.", least=1),
    "games": SettingHelp("Games of a turn, a multiple of 4.", least=4),
    "batch_size": SettingHelp("Positions of a turn that are learnt from.", least=1),
    "learning_rate": SettingHelp("Peak learning rate.", least=0),
    "point_worth": SettingHelp("What a point is worth beside a slider's reach.", least=0),
    "validation_games": SettingHelp(
        "Games at an end that judge the run, a multiple of 4.", least=4
    ),
    "seed": SEED,
    "checkpoint_minutes": WATCHING["checkpoint_minutes"],
}
