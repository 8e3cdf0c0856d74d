"""The tab that looks inside VGG19.

`state` is what a visitor is looking at, `cache` keeps what the network made of pictures, every `*_actions` turns a place
into panels, every `*_tab` lays panels out, and `wiring` joins them.
"""
