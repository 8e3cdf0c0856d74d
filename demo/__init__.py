"""The web page: the only part of the project that imports gradio.

`paint/` is the first tab and `explorer/` the second; `compute/` does their work, without gradio; `serving/` stands between
the page and strangers. In both tabs `*_tab.py` lay out (never torch), `*_actions.py` turn widget values into pictures
and words (never gradio), and the wiring joins the two.
"""
