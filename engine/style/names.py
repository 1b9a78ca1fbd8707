"""Finding a player by what a person types: any case, accents, order of names, initials."""

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence

from engine.errors import StylemateError

DOMINANCE = 3.0
"""A shared name means the player with at least this many times the games of the next one."""
MAXIMUM_SUGGESTIONS = 5
_SIMILAR = 0.6
_LETTERS_WITHOUT_ACCENT_FORM = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "'": ""}
)


class UnknownPlayerError(StylemateError):
    """No player, or more than one, fits a name.

    Attributes:
        name: what was asked for.
        suggestions: names of players it may stand for, likeliest first.
        ambiguous: several players fit, rather than none.
    """

    def __init__(self, name: str, suggestions: Sequence[str], ambiguous: bool = False) -> None:
        self.name = name
        self.suggestions = tuple(suggestions)
        self.ambiguous = ambiguous
        listed = "; ".join(self.suggestions)
        if ambiguous:
            message = f"'{name}' fits several players: {listed}. Write more of the name"
        elif self.suggestions:
            message = f"No player is called '{name}'. Nearest: {listed}"
        else:
            message = f"No player is called '{name}'"
        super().__init__(message)


def fold(name: str) -> str:
    """Return a name in lower case, without accents and punctuation, words one space apart."""
    # Letters come out of signs such as ℕ, and signs out of letters: lower case stands between.
    lower = unicodedata.normalize("NFKD", name).casefold().replace("’", "'")
    decomposed = unicodedata.normalize("NFKD", lower)
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    letters = letters.translate(_LETTERS_WITHOUT_ACCENT_FORM)
    return " ".join(re.findall(r"[^\W_]+", letters))


class NameIndex:
    """Looks up players among known names, each with its number of games."""

    def __init__(self, games: Mapping[str, int]) -> None:
        self._games = dict(games)
        self._by_folded: defaultdict[str, list[str]] = defaultdict(list)
        self._by_words: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
        self._words: dict[str, tuple[str, ...]] = {}
        for name in self._games:
            folded = fold(name)
            words = tuple(folded.split())
            self._words[name] = words
            self._by_folded[folded].append(name)
            self._by_words[tuple(sorted(words))].append(name)
        self._spellings = self._spellings_to_compare()

    def find(self, query: str) -> str:
        """Return the player a query stands for.

        Tried in turn: the name itself; the same letters; the same words in any order; the family
        name; a given name; words or initials that begin the name's words. Where several players
        fit, the one with at least three times the games of the next is meant.

        Raises:
            UnknownPlayerError: nobody fits, or several do.
        """
        if query in self._games:
            return query
        folded = fold(query)
        words = folded.split()
        for fitting in (
            self._by_folded.get(folded, []),
            self._by_words.get(tuple(sorted(words)), []),
            self._called(folded, slice(1)),
            self._called(folded, slice(1, None)),
            self._beginning_with(words),
        ):
            if fitting:
                return self._most_played(query, fitting)
        raise UnknownPlayerError(query, self.nearest(query))

    def nearest(self, query: str, count: int = MAXIMUM_SUGGESTIONS) -> list[str]:
        """Return the players whose names look most like a query, likeliest first."""
        folded = fold(query)
        close = difflib.get_close_matches(
            folded, list(self._spellings), n=4 * count, cutoff=_SIMILAR
        )
        found: dict[str, None] = {}
        for spelling in close:
            for name in sorted(self._spellings[spelling], key=self._games.__getitem__)[::-1]:
                found.setdefault(name)
        return list(found)[:count]

    def _called(self, word: str, which: slice) -> list[str]:
        """Return the players who have a word among some of their names' words."""
        if len(word) < 2:
            return []  # an initial alone says too little
        return [name for name, known in self._words.items() if word in known[which]]

    def _beginning_with(self, words: list[str]) -> list[str]:
        """Return names of which different words begin with the words of a query.

        One word of more than a letter must be met by the family name, or be its beginning.
        """
        if not words or max(map(len, words)) < 2:
            return []
        full = [name for name, known in self._words.items() if _words_fit(words, known, True)]
        return full or [n for n, known in self._words.items() if _words_fit(words, known, False)]

    def _most_played(self, query: str, fitting: list[str]) -> str:
        ranked = sorted(fitting, key=lambda name: -self._games[name])
        if len(ranked) > 1 and self._games[ranked[0]] < DOMINANCE * max(self._games[ranked[1]], 1):
            raise UnknownPlayerError(query, ranked[:MAXIMUM_SUGGESTIONS], ambiguous=True)
        return ranked[0]

    def _spellings_to_compare(self) -> dict[str, list[str]]:
        """Map what a person may have meant to type to the names it would stand for."""
        spellings: defaultdict[str, list[str]] = defaultdict(list)
        for name, words in self._words.items():
            if not words:
                continue
            variants = {" ".join(words), " ".join((*words[1:], words[0])), words[0]}
            for variant in variants:
                spellings[variant].append(name)
        return dict(spellings)


def _words_fit(words: list[str], known: tuple[str, ...], whole_family_name: bool) -> bool:
    """Whether each word begins a different one of the known words, the family name among them."""
    if not known or len(words) > len(known):
        return False
    for family in sorted(words, key=len, reverse=True):
        if not (family == known[0] if whole_family_name else known[0].startswith(family)):
            continue
        if len(family) < 2 and len(known[0]) > 1:
            continue
        rest = list(words)
        rest.remove(family)
        if _each_begins_another(rest, list(known[1:])):
            return True
    return False


def _each_begins_another(words: list[str], known: list[str]) -> bool:
    if not words:
        return True
    for index, candidate in enumerate(known):
        if candidate.startswith(words[0]) and _each_begins_another(
            words[1:], known[:index] + known[index + 1 :]
        ):
            return True
    return False
