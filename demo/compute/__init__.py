"""The work behind the page, and what it costs. Nothing here imports gradio, directly or through another module."""
