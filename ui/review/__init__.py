"""Going through a game: chances, mistakes, and what a style would have played."""
