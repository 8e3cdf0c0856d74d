"""The views of the explorer: what each shows, and how it is laid out."""
