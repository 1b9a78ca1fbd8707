"""What bad copies, bad disks and bad people do to texts, files and JSON: seeded, so it repeats."""

import json
import random
from collections.abc import Callable, Sequence
from typing import Any

Mutate = Callable[[random.Random, Sequence[Any]], Any]
"""Makes an input out of samples of good ones."""

_WORDS = (
    *("1e999", "-1", "0", "nan", "inf", "-0", "4294967296", "18446744073709551616", "1" * 40),
    *("\x00", "\x1b[31m", "\u202e", "\ufeff", "\u0660", "\u00bd", "\U0001f600", "\ud7ff", "é"),
    *('"', "'", "\\", "{", "}", "[", "]", "(", ")", "|", "+", "%", ";", ".", ",", "=", "-", "*"),
    *("\n", "\r", "\n\n", "\t", " ", "/", "?", "#", "$", "<", ">", "&", "O-O", "e8=Q", "null"),
)
_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 2**31, 2**64, -(2**70), 10**400, 0.5, -0.0, 1e308, 1e30),
    *(float("nan"), float("inf"), float("-inf"), "", " ", "x" * 300, "\x00", "٣", "1", "nan"),
    *([], {}, [[]], [None], {"": None}, [0] * 500, ["x"] * 100, {"version": 1}),
)
_MOST_CHANGES = 6
_MOST_REPEATS = 400


def mutated_text(random_source: random.Random, samples: Sequence[str]) -> str:
    """Return a text in which some stretches were changed, doubled, left out or mixed."""
    text = random_source.choice(samples)
    for _ in range(random_source.randint(1, _MOST_CHANGES)):
        text = _changed(random_source, text, random_source.choice(samples), _some_text)
    return text


def mutated_bytes(random_source: random.Random, samples: Sequence[bytes]) -> bytes:
    """Return bytes in which some stretches were changed, doubled, left out or mixed."""
    data = random_source.choice(samples)
    for _ in range(random_source.randint(1, _MOST_CHANGES)):
        data = _changed(random_source, data, random_source.choice(samples), _some_bytes)
    return data


def mutated_value(random_source: random.Random, samples: Sequence[Any]) -> Any:
    """Return a JSON value with some of its parts replaced, left out or put elsewhere."""
    value = json.loads(json.dumps(random_source.choice(samples)))
    for _ in range(random_source.randint(1, 3)):
        value = _changed_value(random_source, value)
    return value


def mutated_json(random_source: random.Random, samples: Sequence[bytes]) -> bytes:
    """Return a JSON file: mostly one of another content, otherwise damaged bytes."""
    if random_source.random() < 0.25:
        return mutated_bytes(random_source, samples)
    value = mutated_value(random_source, [json.loads(random_source.choice(samples))])
    return json.dumps(value, ensure_ascii=random_source.random() < 0.5).encode(errors="replace")


def mutated_tensors(random_source: random.Random, samples: Sequence[bytes]) -> bytes:
    """Return a safetensors file: with another head that fits its length, or damaged bytes."""
    if random_source.random() < 0.4:
        return mutated_bytes(random_source, samples)
    data = random_source.choice(samples)
    size = int.from_bytes(data[:8], "little")
    head = mutated_json(random_source, [data[8 : 8 + size]])
    return len(head).to_bytes(8, "little") + head + data[8 + size :]


def _changed(random_source: random.Random, text: Any, other: Any, some: Callable[..., Any]) -> Any:
    """Return text or bytes with one change."""
    begin = random_source.randint(0, len(text))
    end = min(len(text), begin + random_source.choice((1, 1, 2, 5, 20, 200)))
    kind = random_source.randrange(8)
    if kind == 0:
        return text[:begin] + text[end:]
    if kind == 1:
        return text[:begin]
    if kind == 2:
        start = random_source.randint(0, len(other))
        return text[:begin] + other[start : start + random_source.choice((3, 30, 300))] + text[end:]
    if kind == 3:
        repeats = random_source.choice((2, 2, 3, _MOST_REPEATS))
        return text[:begin] + text[begin:end] * repeats + text[end:]
    if kind == 4:
        place = random_source.randint(0, len(text))
        return text[:begin] + text[end:place] + text[begin:end] + text[max(end, place) :]
    return text[: begin if kind == 5 else end] + some(random_source) + text[end:]


def _some_text(random_source: random.Random) -> str:
    if random_source.random() < 0.7:
        return random_source.choice(_WORDS)
    letter = chr(
        random_source.choice((random_source.randrange(32, 127), random_source.randrange(0xD000)))
    )
    return letter * random_source.choice((1, 1, 1, 3, _MOST_REPEATS))


def _some_bytes(random_source: random.Random) -> bytes:
    if random_source.random() < 0.4:
        return random_source.choice(_WORDS).encode()
    return random_source.randbytes(random_source.choice((1, 1, 2, 4, 8)))


def _changed_value(random_source: random.Random, value: Any) -> Any:
    """Return a JSON value with one change, somewhere within it."""
    if isinstance(value, dict) and value and random_source.random() < 0.85:
        key = random_source.choice(list(value))
        kind = random_source.randrange(12)
        if kind == 0:
            return {k: v for k, v in value.items() if k != key}
        if kind == 1:
            return value | {random_source.choice(_WORDS): value[key]}
        if kind == 2:
            return value | {key: value[random_source.choice(list(value))]}
        return value | {key: _changed_value(random_source, value[key])}
    if isinstance(value, list) and value and random_source.random() < 0.85:
        place = random_source.randrange(len(value))
        kind = random_source.randrange(12)
        if kind == 0:
            return value[:place] + value[place + 1 :]
        if kind == 1:
            return value + value[place : place + 1]
        return [*value[:place], _changed_value(random_source, value[place]), *value[place + 1 :]]
    if isinstance(value, str) and random_source.random() < 0.5:
        return mutated_text(random_source, [value])
    return random_source.choice(_VALUES)
