"""Games from public online archives: Lichess and chess.com.

One download at a time from each site, one request after another, as both ask of programs. What
comes back is PGN text, which is read like any upload; nothing is kept on disk.
"""
