"""Matches: who plays whom, the games, and what they say."""
