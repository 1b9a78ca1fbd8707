"""The same work on many machines, by Ray: serving, reading archives, fitting players."""
