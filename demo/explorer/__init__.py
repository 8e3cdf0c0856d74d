"""The tab that looks inside VGG19.

One `ViewState` a browser tab says what is shown, and every panel is a function of it. `view_state` declares it, `session`
keeps it, `rendering` turns a change of it into changes of the page, `wiring` connects the events that change it. `views` has
a module for each view, `feature_cache` what the network made of the pictures.
"""
