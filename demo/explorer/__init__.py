"""The tab that looks inside VGG19.

Each browser tab has one `ViewState`, which says what is shown: every panel is a function of it and of the uploaded
pictures. `view_state` declares it, `session` keeps it, `rendering` turns a change of it into changes of the page,
`wiring` connects the events that change it. `views` has a module for each view; `feature_cache` keeps what the network
computed.
"""
