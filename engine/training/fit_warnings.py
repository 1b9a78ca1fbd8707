"""What a person should know before they trust a style that was fitted to some games."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from engine.games.chosen_player import ChosenPlayer
from engine.games.records import GameRecord
from engine.training.few_shot_fit import FEW_GAMES

GAMES_OF_A_RIVAL = 3
"""Games against one opponent that still tell something new each."""
WORTH_A_WORD = 2 / 3
"""Share of the games that must be lost to few opponents before it is said."""
NAMESAKES = 900
"""Rating points that one person's ratings hardly differ by within a year, whatever is rated."""


def remarks_on_player(
    player: ChosenPlayer, records: Sequence[GameRecord], to_add: str
) -> Iterator[str]:
    """Yield what is odd about whose games are whose, in sentences.

    Args:
        player: whose style it is to be.
        records: all games that were read.
        to_add: how another spelling is added, in brackets behind the names that may be the person.
    """
    if len(player.spellings) > 1:
        yield f"Counted as one player: {'; '.join(sorted(player.spellings))}."
    if player.similar:
        others = "; ".join(f"{name} ({count:,})" for name, count in player.similar)
        yield f"Not counted, but perhaps the same person ({to_add}): {others}."
    against_self = sum(
        record.white in player.spellings and record.black in player.spellings for record in records
    )
    if against_self:
        yield f"{against_self:,} games left out: both sides are called {player.name}."
    spread = _widest_year(player, records)
    if spread is not None:
        year, low, high = spread
        yield (
            f"In {year} {player.name} is rated from {low} to {high}: these may be the games of "
            "two people of one name. Leave one's games out if so."
        )


def remarks_on_number(games: int, used: int) -> Iterator[str]:
    """Yield what the number of a person's games means, in sentences.

    Args:
        games: that there are.
        used: that were, or are to be, learnt from.
    """
    if games > used:
        yield f"{used:,} of {games:,} games were used, drawn at random."
    if used < FEW_GAMES:
        yield (
            f"{used} games are too few: take the result as a guess. "
            f"From about {FEW_GAMES} on it means something, 100 are good."
        )


def remarks_on_opponents(player: ChosenPlayer, records: Sequence[GameRecord]) -> Iterator[str]:
    """Yield what it means that many of a person's games are against few people, in sentences."""
    rivals = _rivals(player, records)
    games = sum(rivals.values())
    if games_worth(player, records) >= WORTH_A_WORD * games:
        return
    name, count = rivals.most_common(1)[0]
    yield (
        f"{count:,} of {games:,} games are against {name}. Few opponents bring the same few "
        f"openings, so this tells no more than about {games_worth(player, records):,} games "
        "against many would."
    )


def games_worth(player: ChosenPlayer, records: Sequence[GameRecord]) -> int:
    """Return how many games against many opponents tell as much as a person's games do.

    Opponents count by how evenly the games are spread over them (one over the sum of squared
    shares), and each for as many games as ``GAMES_OF_A_RIVAL``.
    """
    counts = _rivals(player, records).values()
    games = sum(counts)
    if not games:
        return 0
    opponents = games**2 / sum(count**2 for count in counts)
    return min(games, max(round(GAMES_OF_A_RIVAL * opponents), 1))


def _rivals(player: ChosenPlayer, records: Sequence[GameRecord]) -> Counter[str]:
    return Counter(
        record.black if record.white in player.spellings else record.white
        for record in player.games(records)
    )


def _widest_year(
    player: ChosenPlayer, records: Sequence[GameRecord]
) -> tuple[int, int, int] | None:
    """Return the year, lowest and highest rating of the widest year, if that is too wide."""
    ratings: dict[int, list[int]] = defaultdict(list)
    for record in player.games(records):
        is_white = record.white in player.spellings
        rating = record.white_elo if is_white else record.black_elo
        if rating and record.year:
            ratings[record.year].append(rating)
    widest = max(ratings.items(), key=lambda item: max(item[1]) - min(item[1]), default=None)
    if widest is None or max(widest[1]) - min(widest[1]) < NAMESAKES:
        return None
    return widest[0], min(widest[1]), max(widest[1])
