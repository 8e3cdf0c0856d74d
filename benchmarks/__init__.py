"""What the README claims, runnable by anyone: see benchmarks/README.md."""
