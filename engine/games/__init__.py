"""Games in: read PGN of any provenance, check every move, keep the games in a store."""
