"""Errors whose text is written for the person who meets them."""


class StylemateError(Exception):
    """Something a person can understand and act on: what was wrong, where, and what to do.

    The command line prints the text without a traceback; pages show it in an error box.
    """
