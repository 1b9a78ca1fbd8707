"""Stylemate as a UCI engine: for chess programs, match runners and bots of chess sites.

``program`` reads lines and must start in a moment, so it and ``options``, ``limits`` and
``session`` import nothing heavy; ``player`` brings the model, once a GUI asks for it.
"""
