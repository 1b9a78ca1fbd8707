"""How long work tells how far it is. Whatever is told may raise, and so end the work."""

from collections.abc import Callable

TellShare = Callable[[float, str], None]
"""Told the share that is done, 0 to 1, and what is going on, for people."""
TellCount = Callable[[int], None]
"""Told how many more are done since the last call."""
TellDone = Callable[[int, int], None]
"""Told how many are done, and how many there are in all."""
