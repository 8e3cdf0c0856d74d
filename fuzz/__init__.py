"""Hostile requests against the running page: `python -m fuzz.run`."""
