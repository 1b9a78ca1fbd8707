"""What a GUI says after ``go``."""

from dataclasses import dataclass

_NUMBERS = frozenset(
    ["wtime", "btime", "winc", "binc", "movestogo", "depth", "nodes", "movetime", "mate", "perft"],
)
_FLAGS = frozenset(("infinite", "ponder"))
_LARGEST = 10**12
_LEAST_SECONDS = 0.02
_SHARE_OF_CLOCK = 30


@dataclass(frozen=True, slots=True)
class GoLimits:
    """When to answer, and with which moves.

    None of this changes how a style plays: it has one opinion of a position, however long it may
    think. A search for a chosen strength is cut short where the clock would run out.

    Attributes:
        infinite: answer only after ``stop``.
        ponder: answer only after ``ponderhit`` or ``stop``.
        numbers: everything else, in UCI's units, by its word.
        moves: the only ones to choose from, as written; all if there are none.
    """

    infinite: bool
    ponder: bool
    numbers: dict[str, int]
    moves: tuple[str, ...]

    def clock(self, is_white: bool) -> tuple[float, float] | None:
        """Return one side's time left and increment in seconds, None if it has no clock."""
        side = "w" if is_white else "b"
        left = self.numbers.get(f"{side}time")
        if left is None:
            return None
        return left / 1000, self.numbers.get(f"{side}inc", 0) / 1000

    def seconds(self, is_white: bool, overhead: float) -> float | None:
        """Return how long a search may take at most, None without a clock."""
        if "movetime" in self.numbers:
            return max(_LEAST_SECONDS, self.numbers["movetime"] / 1000 - overhead)
        clock = self.clock(is_white)
        if clock is None:
            return None
        left, increment = clock
        share = left / _SHARE_OF_CLOCK + increment / 2
        return max(_LEAST_SECONDS, min(share, (left - overhead) / 2))


def read_limits(words: list[str]) -> GoLimits:
    """Read what follows ``go``; what cannot be understood is passed over."""
    numbers: dict[str, int] = {}
    flags: set[str] = set()
    moves: list[str] = []
    place = 0
    while place < len(words):
        word = words[place]
        place += 1
        if word in _FLAGS:
            flags.add(word)
        elif word in _NUMBERS and place < len(words):
            number = _number(words[place])
            if number is not None:
                numbers[word] = number
                place += 1
        elif word == "searchmoves":
            while place < len(words) and words[place] not in _NUMBERS | _FLAGS:
                moves.append(words[place])
                place += 1
    return GoLimits("infinite" in flags, "ponder" in flags, numbers, tuple(moves))


def _number(text: str) -> int | None:
    try:
        return max(-_LARGEST, min(int(text[:20]), _LARGEST))
    except ValueError:
        return None
