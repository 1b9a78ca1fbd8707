"""Dials: directions of style space that turn what games are like, and how they are learnt.

In three stages (``run``). *Futures*: a small head on the frozen backbone learns from real games
what becomes of each dial's property later in the game (``futures``, ``head``). *Teacher*: with it
and the backbone's value head a policy is tilted towards moves that bring the property about, as
far as they cost no expected score (``teacher``). *Distillation*: modules of the dials' own heads
and one delta a dial learn to play the tilted policies of all styles (``targets``, ``task``).
Players' modules are frozen and dials at rest add nothing: everybody plays exactly as before.
"""
