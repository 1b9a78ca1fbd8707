"""The ladder: how strong each setting plays, measured in games against others."""
