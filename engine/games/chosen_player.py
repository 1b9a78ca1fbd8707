"""Which of the players in some games a person means, however the games spell the name."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.errors import StylemateError
from engine.games.player_names import NameIndex, fold, spelling_key
from engine.games.records import UNKNOWN_PLAYER, GameRecord

NAMES_LISTED = 8
_LEAST_LETTERS = 3
"""A word this long that two names share may be a family name."""


@dataclass(frozen=True, slots=True)
class ChosenPlayer:
    """A player of some games.

    Attributes:
        name: as the games spell it most often.
        spellings: all spellings that count as the player, ``name`` among them.
        similar: other names in the games that may be the same person, with their games.
    """

    name: str
    spellings: frozenset[str]
    similar: tuple[tuple[str, int], ...]

    def games(self, records: Iterable[GameRecord]) -> list[GameRecord]:
        """Return the games of the player, without those in which both sides have the name."""
        return [
            record
            for record in records
            if (record.white in self.spellings) != (record.black in self.spellings)
        ]


def count_names(records: Iterable[GameRecord]) -> Counter[str]:
    """Return how many games each named player has."""
    counts = Counter(name for record in records for name in {record.white, record.black})
    del counts[UNKNOWN_PLAYER]
    return counts


def choose_player(records: Sequence[GameRecord], wanted: Sequence[str] = ()) -> ChosenPlayer:
    """Find the player a person means.

    Args:
        records: one game or more.
        wanted: the name, or several names of one person. Case, accents and the order of names do
            not matter: all such spellings count. Without any, the one who is in all games is meant.

    Raises:
        StylemateError: nobody is called so, or it is not clear who is meant; it lists who played.
    """
    counts = count_names(records)
    if not counts:
        raise StylemateError("The games do not say who played them, so no player can be chosen.")
    wanted = [" ".join(name.split()) for name in wanted] or [_in_all_games(counts, len(records))]
    spellings: set[str] = set()
    for name in wanted:
        key = spelling_key(name)
        same = {known for known in counts if spelling_key(known) == key}
        if not same:
            raise StylemateError(_nobody(name, counts))
        spellings |= same
    most_common = max(spellings, key=lambda spelling: (counts[spelling], spelling))
    similar = [
        (known, games)
        for known, games in counts.most_common()
        if known not in spellings and any(_may_be_one(known, name) for name in spellings)
    ]
    return ChosenPlayer(most_common, frozenset(spellings), tuple(similar[:NAMES_LISTED]))


def _in_all_games(counts: Counter[str], games: int) -> str:
    """Return the one player, however spelt, who is in all games."""
    people = Counter[str]()
    for name, count in counts.items():
        people[spelling_key(name)] += count
    shown = {spelling_key(name): name for name, _ in reversed(counts.most_common())}
    in_all = [shown[key] for key, count in people.items() if count == games]
    if len(in_all) == 1:
        return in_all[0]
    why = "Both players are in all games" if in_all else "No name is in all games"
    raise StylemateError(f"{why}, so say who is meant with --player. {_listed(counts)}")


def _nobody(name: str, counts: Counter[str]) -> str:
    close = [known for known, _ in counts.most_common() if _may_be_one(known, name)]
    close = close or NameIndex(counts).search(name)
    hint = f" Perhaps {'; '.join(close[:NAMES_LISTED])}?" if close else ""
    return f"No player in these games is called '{name}'.{hint} {_listed(counts)}"


def _listed(counts: Counter[str]) -> str:
    listed = "; ".join(f"{name} ({games:,})" for name, games in counts.most_common(NAMES_LISTED))
    more = len(counts) - NAMES_LISTED
    return f"Most games: {listed}{f'; and {more:,} more' if more > 0 else ''}."


def _may_be_one(first: str, second: str) -> bool:
    """Whether two names share a word and the others could be abbreviations of each other."""
    shorter, longer = sorted((_words(first), _words(second)), key=len)
    shared = set(shorter) & set(longer)
    if not any(len(word) >= _LEAST_LETTERS for word in shared):
        return False
    rest = [word for word in longer if word not in shared]
    return all(
        any(word.startswith(other) or other.startswith(word) for other in rest)
        for word in shorter
        if word not in shared
    )


def _words(name: str) -> list[str]:
    return fold(name).split()
