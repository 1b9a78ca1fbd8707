"""Guess the style: two short games by two famous players, and one question."""
