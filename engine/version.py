"""The program's version.

It stands here because ``importlib.metadata`` takes longer to import than the UCI engine may take to
introduce itself.
"""

VERSION = "0.1.0"
