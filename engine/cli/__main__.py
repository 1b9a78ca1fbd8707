"""``python -m engine.cli`` is ``stylemate``; torchrun starts modules, not commands."""

from engine.cli import main

main()
