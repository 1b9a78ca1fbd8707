"""What the ``stylemate`` program starts with: UCI at once, everything else through typer.

A chess program waits for the engine's first words, and the command line takes longer to import than
it should have to wait.
"""

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line of this process and exit."""
    if sys.argv[1:] == ["uci"]:
        from engine.play.uci.program import main as speak_uci

        speak_uci()
    from engine.cli import main as run_command

    run_command()
