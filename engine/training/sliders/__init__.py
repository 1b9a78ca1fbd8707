"""Sliders trained in games: deltas that learn from what is played with them."""
