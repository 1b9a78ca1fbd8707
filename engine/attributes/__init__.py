"""What positions and moves are like: evaluation terms, habits, and positions to measure them on.

``terms`` evaluates whole batches, ``moves`` gives every legal move its attributes, ``registry`` has
the words, ``fixed_positions`` loads the positions that styles are measured on.
"""
