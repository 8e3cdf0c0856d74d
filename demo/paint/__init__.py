"""The first tab: paint a photograph in the manner of a painting."""
