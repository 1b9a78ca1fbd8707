"""``stylemate uci``: a style in any chess program, as ``stylemate-uci`` is."""

import typer


def uci() -> None:
    """Speak UCI, as chess programs, match runners and bots of chess sites do.

    It is meant for programs: they start it and set its options, of which Recipe is the first.
    """
    from engine.play.uci.program import main

    main()


def register(app: typer.Typer) -> None:
    """Add this module's commands to the command line."""
    app.command()(uci)
