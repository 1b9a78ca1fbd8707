"""The Steer page: what each slider does, on a board and in figures, and two steered copies."""
