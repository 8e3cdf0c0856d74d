"""The web page: the only part of the project that imports gradio.

`paint/` is the first tab and `explorer/` the second; `compute/` does their work, without gradio; `serving/` starts and
stops the server and checks requests. In both tabs `*_tab.py` lay out components (never torch), `*_actions.py` turn
values of components into pictures and words (never gradio), and the wiring connects the two.
"""
