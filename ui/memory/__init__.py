"""What the browser remembers of its person from visit to visit."""
