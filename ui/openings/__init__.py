"""What a style plays in a position of the opening, move by move."""
