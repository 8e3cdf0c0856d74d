"""The web page: the only part of the project that imports gradio.

`*_tab.py` lay out and wire, `*_actions.py` turn widget values into pictures without gradio, `text.py` holds every word.
"""

from . import quietly  # noqa: F401  (before any other module here imports gradio)
