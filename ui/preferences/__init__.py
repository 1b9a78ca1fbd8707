"""How a person likes the board, and the list of shortcuts."""
