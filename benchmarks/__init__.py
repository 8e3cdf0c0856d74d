"""Measurements behind the README's claims; benchmarks/README.md says how to run them."""
