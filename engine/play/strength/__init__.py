"""Playing as strong as asked: settings, what they are worth, and the player."""
