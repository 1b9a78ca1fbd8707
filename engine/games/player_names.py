"""Finding a player by what a person types: the one folding and the one search of names.

Any case, accents, order of names, initials; other spellings of the same sounds; one or two wrong
letters. Pages, recipes, the shell and the search of a store's players all ask here.
"""

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from rapidfuzz.distance import OSA

from engine.errors import StylemateError

DOMINANCE = 2.0
"""A shared name means the player with at least this many times the games of the next one."""
MAXIMUM_SUGGESTIONS = 5
FOLDED_LETTERS = (
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "'": ""}
    | {"ħ": "h", "ŧ": "t", "ŋ": "n", "ĸ": "k", "ə": "e", "ʻ": "", "ʼ": "", "`": "", "´": ""}
    | {"ß": "ss", "’": ""}
)
"""What stands for letters and signs that are not the plain form of an accented one."""
_FOLDED = str.maketrans(FOLDED_LETTERS)
_LETTERS_FOR_A_WRONG_ONE = 4
"""A word so long may have one wrong letter; from twice as long less one on it may have two."""
_MOST_WRONG = 2
_FAME = 0.5
"""Wrong letters that ten times the games outweigh."""
_MOST_WORDS = 8
# What one alphabet writes differently in others, longest first.
_SOUNDS = tuple(
    tuple(pair.split(">"))
    for pair in [
        "shch>sh",
        "tsch>ch",
        "sch>sh",
        "tch>ch",
        "tsh>ch",
        "zh>sh",
        "cz>ch",
        "sz>sh",
        "ph>f",
        "kh>h",
        "ck>k",
        "th>t",
        "dt>t",
        "ae>e",
        "oe>o",
        "ue>u",
        "yu>u",
        "ju>u",
        "iu>u",
        "ya>a",
        "ja>a",
        "ia>a",
        "ye>e",
        "je>e",
        "ie>e",
        "x>ks",
        "q>k",
        "w>v",
        "y>i",
        "j>i",
        "z>s",
    ]
)
_HARD_C = re.compile(r"c(?!h)")
_DOUBLED = re.compile(r"(.)\1+")


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


def spelling_key(name: str) -> str:
    """Return what all spellings of one full name share: case, accents, order of names aside.

    An online handle keeps its signs: ``ann-1`` and ``ann_1`` are two people.
    """
    if set(name) & {" ", ","}:
        return " ".join(sorted(fold(name).split()))
    return _letters(name)


def fold(name: str) -> str:
    """Return a name in lower case, without accents and punctuation, words one space apart."""
    return " ".join(re.findall(r"[^\W_]+", _letters(name)))


def _letters(name: str) -> str:
    """Return a name in lower case and without accents."""
    # Letters come out of signs such as ℕ, and signs out of letters: lower case stands between.
    lower = unicodedata.normalize("NFKD", name).casefold()
    decomposed = unicodedata.normalize("NFKD", lower)
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return letters.translate(_FOLDED)


def search_key(name: str) -> str:
    """Return a name folded, a comma behind the family name."""
    return ",".join(filter(None, map(fold, name.split(",", 1))))


def sound(word: str) -> str:
    """Return what a folded word shares with other spellings of it: Korchnoi, Kortschnoi."""
    for written, alike in _SOUNDS:
        word = word.replace(written, alike)
    word = _DOUBLED.sub(r"\1", _HARD_C.sub("k", word))
    return f"{word[:-1]}v" if word.endswith("f") else word


class NameIndex:
    """Looks up players among known names, each with its number of games."""

    def __init__(self, games: Mapping[str, int]) -> None:
        self._games = dict(games)
        self._by_folded: defaultdict[str, list[str]] = defaultdict(list)
        self._by_words: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
        self._by_initials: defaultdict[str, list[str]] = defaultdict(list)
        self._words: dict[str, tuple[str, ...]] = {}
        self._families: dict[str, tuple[str, ...]] = {}
        self._bearers: defaultdict[str, set[str]] = defaultdict(set)  # word -> names with it
        for name in self._games:
            folded = fold(name)
            words = tuple(folded.split())
            self._words[name] = words
            self._families[name] = tuple(fold(name.partition(",")[0]).split())
            self._by_folded[folded].append(name)
            self._by_words[tuple(sorted(words))].append(name)
            for word in words:
                self._bearers[word].add(name)
            if len(words) > 2:
                count = len(self._families[name])
                given_first = (*words[count:], *words[:count])
                self._by_initials["".join(word[0] for word in given_first)].append(name)
        self._sounds = {word: sound(word) for word in self._bearers}

    def find(self, query: str) -> str:
        """Return the player a query stands for.

        Tried in turn: the name itself; the same letters; the same words in any order; the family
        name; a given name; the family name with initials; words that begin the name's words; all
        initials, as in MVL; another spelling that sounds the same, as Kortschnoi. Where several
        players fit, the one with at least twice the games of the next is meant. Wrong letters are
        not guessed at: the error offers whom they may mean. Nor does the beginning of a name win
        over a letter that may be wrong: Tall is Talla or Tal, if Tal has at least twice the games.

        Raises:
            UnknownPlayerError: nobody fits, or several do; it names the nearest.
        """
        if query in self._games:
            return query
        folded = fold(query)
        for fitting in self._readings(folded):
            if fitting:
                rather = self._rather_than(fitting, folded)
                if rather:
                    offered = [*rather, *self._ranked(fitting)][:MAXIMUM_SUGGESTIONS]
                    raise UnknownPlayerError(query, offered, ambiguous=True)
                return self._most_played(query, fitting)
        near = self.nearest(query)
        sounding = self._sounding_like(folded.split())
        if sounding and near[0] in sounding:
            return self._most_played(query, sounding)
        raise UnknownPlayerError(query, near)

    def search(self, query: str, count: int = MAXIMUM_SUGGESTIONS) -> list[str]:
        """Return the players a query may stand for, likeliest first: what lists offer.

        Players of that very family name come first, then those whom ``find`` tries later; within
        each, those with most games. Whom a wrong letter keeps from fitting stand first if the
        others lack a letter as well, and behind them if they lack more. If there are none, names
        that sound so or have a wrong letter or two: the nearer and the better known, the sooner.
        """
        found: dict[str, None] = dict.fromkeys([query] if query in self._games else [])
        folded = fold(query)
        for fitting in self._readings(folded):
            names, slips = self._ranked(fitting), []
            if fitting and not found:
                slips = self._rather_than(fitting, folded)
            lacks_one = slips and len(self._words[names[0]][0]) <= len(folded) + 1
            found |= dict.fromkeys([*slips, *names] if lacks_one else [*names, *slips])
        return list(found)[:count] or self.nearest(query, count)

    def nearest(self, query: str, count: int = MAXIMUM_SUGGESTIONS) -> list[str]:
        """Return the players whose names look most like a query, likeliest first."""
        words = fold(query).split()
        found = dict.fromkeys(self._misspelt(words))
        if not found and len(words) > 1:
            for word in sorted(words, key=len, reverse=True):
                found |= dict.fromkeys(self._ranked(self._called(word, slice(1))))
        return list(found)[:count]

    def _readings(self, folded: str) -> Iterator[list[str]]:
        """Yield the players who fit a folded query, one way to read it after another."""
        words = folded.split()
        yield self._by_folded.get(folded, [])
        yield self._by_words.get(tuple(sorted(words)), [])
        yield [name for name, family in self._families.items() if words and family == tuple(words)]
        yield self._called(folded, slice(1))
        yield self._called(folded, slice(1, None))
        yield self._with_words(words, whole_family_name=True)
        yield self._with_words(words, whole_family_name=False)
        yield self._by_initials.get(folded, []) if len(folded) > 2 else []

    def _sounding_like(self, words: list[str]) -> list[str]:
        """Return names of which words sound as those of a query, the family name among them."""
        heard = {sound(word) for word in words if len(word) >= _LETTERS_FOR_A_WRONG_ONE}
        return [
            name
            for name in self._with_words_near(words, lambda word: 0)
            if self._sounds[self._words[name][0]] in heard
        ]

    def _misspelt(self, words: list[str]) -> list[str]:
        """Return names in which each word of a query has its like, the nearest first."""
        distances: dict[str, float] = {}
        for name in self._with_words_near(words, _wrong_letters):
            known = self._words[name]
            near = [
                min(_distance(word, k, sound(word), self._sounds[k]) for k in known)
                for word in words
            ]
            in_family = any(
                _is_near(word, known[0], sound(word), self._sounds[known[0]]) for word in words
            )
            distances[name] = sum(near) + (0 if in_family else 0.5)

        def strangeness(name: str) -> tuple[float, str]:
            return distances[name] - _FAME * math.log10(self._games[name] + 1), name

        return sorted(distances, key=strangeness)

    def _with_words_near(self, words: list[str], most_wrong: Callable[[str], int]) -> list[str]:
        """Return names of which, for each word, another one is within so many wrong letters."""
        if len(words) > _MOST_WORDS:
            return []
        fitting: set[str] | None = None
        for word in words:
            most, heard = most_wrong(word), sound(word)
            bearers: set[str] = set()
            for known, known_heard in self._sounds.items():
                if most >= 0 and (
                    heard == known_heard
                    or (most > 0 and OSA.distance(heard, known_heard, score_cutoff=most) <= most)
                    or (most > 0 and OSA.distance(word, known, score_cutoff=most) <= most)
                ):
                    bearers |= self._bearers[known]
            if len(words) > 1:  # a given name may be short, or only its beginning
                bearers |= {
                    name
                    for known in self._bearers
                    if known.startswith(word)
                    for name in self._bearers[known]
                }
            fitting = bearers if fitting is None else fitting & bearers
        return list(fitting or ())

    def _dominates(self, ranked: list[str]) -> bool:
        """Say whether the first of some players is meant rather than the next."""
        if len(ranked) < 2:
            return True
        return self._games[ranked[0]] >= DOMINANCE * max(self._games[ranked[1]], 1)

    def _ranked(self, names: Iterable[str]) -> list[str]:
        return sorted(names, key=lambda name: (-self._games[name], name))

    def _called(self, word: str, which: slice) -> list[str]:
        """Return the players who have a word among some of their names' words."""
        if len(word) < 2:
            return []  # an initial alone says too little
        return [name for name, known in self._words.items() if word in known[which]]

    def _with_words(self, words: list[str], whole_family_name: bool) -> list[str]:
        """Return names of which different words begin with the words of a query.

        One word of more than a letter must be the family name, or be its beginning.
        """
        if not words or max(map(len, words)) < 2:
            return []
        return [
            n for n, known in self._words.items() if _words_fit(words, known, whole_family_name)
        ]

    def _rather_than(self, fitting: list[str], folded: str) -> list[str]:
        """Return much-played players whom a wrong letter keeps from fitting, most games first.

        None, where a word of the query is a whole name of those who fit it.
        """
        words = folded.split()
        if any(set(words) & set(self._words[name]) for name in fitting):
            return []
        least = DOMINANCE * max(max(self._games[name] for name in fitting), 1)
        much_played = [
            n for n in self._with_words_near(words, _one_wrong) if self._games[n] >= least
        ]
        return self._ranked(
            name
            for name in much_played
            if name not in fitting and any(_is_slip(word, self._words[name][0]) for word in words)
        )

    def _most_played(self, query: str, fitting: list[str]) -> str:
        ranked = self._ranked(fitting)
        if not self._dominates(ranked):
            raise UnknownPlayerError(query, ranked[:MAXIMUM_SUGGESTIONS], ambiguous=True)
        return ranked[0]


def _wrong_letters(word: str) -> int:
    """Return how many letters of a word may be wrong."""
    if len(word) < _LETTERS_FOR_A_WRONG_ONE or not word.isalpha():
        return -1
    return _MOST_WRONG if len(word) >= 2 * _LETTERS_FOR_A_WRONG_ONE - 1 else 1


def _one_wrong(word: str) -> int:
    return min(_wrong_letters(word), 1)


def _is_slip(word: str, known: str) -> bool:
    """Say whether a word is another one with a letter wrong, and not its beginning.

    People hardly ever mistake the first letter.
    """
    if known.startswith(word) or known[0] != word[0]:
        return False
    return OSA.distance(word, known, score_cutoff=1) <= 1


def _distance(word: str, known: str, heard: str, known_heard: str) -> float:
    """Return how many letters differ, half a letter for another spelling of the same sounds."""
    if known.startswith(word):
        return 0.0
    if heard == known_heard:
        return 0.5
    return float(min(OSA.distance(word, known), OSA.distance(heard, known_heard)))


def _is_near(word: str, known: str, heard: str, known_heard: str) -> bool:
    return _distance(word, known, heard, known_heard) <= _MOST_WRONG


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
