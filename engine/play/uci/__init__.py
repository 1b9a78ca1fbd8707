"""Stylemate as a UCI engine: for chess programs, match runners and bots of chess sites.

``program`` reads lines and must start in a moment, so it, ``options`` and ``session`` import
nothing heavy, not even dataclasses. ``player`` brings the model once a GUI asks for it, and what
else a move needs comes with the first ``go``.
"""
