"""What a visitor is told when something goes wrong."""

import logging

import gradio as gr
import pytest

from demo import text
from demo.errors import user_facing
from nst_core.errors import SettingError


def test_our_errors_are_shown_as_they_are():
    @user_facing
    def handler(value):
        raise SettingError(f"size cannot be {value}.")

    with pytest.raises(gr.Error) as error:
        handler(3)
    assert error.value.message == "size cannot be 3."
    assert not error.value.print_exception


def test_anything_else_gets_a_polite_sentence_and_the_log_says_where_but_not_what(caplog):
    secret = "/".join(["", "home", "ada", "holiday.jpg"])  # no line of source that a traceback may quote holds it

    @user_facing
    def handler():
        yield 1
        raise RuntimeError(secret)

    steps = handler()
    assert next(steps) == 1
    with caplog.at_level(logging.ERROR), pytest.raises(gr.Error) as error:
        next(steps)
    assert error.value.message == text.UNEXPECTED
    assert secret not in caplog.text and "holiday" not in caplog.text
    assert "RuntimeError" in caplog.text and "test_errors.py" in caplog.text


def test_closing_a_guarded_generator_reaches_the_handler():
    closed = []

    @user_facing
    def handler():
        try:
            yield 1
        finally:
            closed.append(True)

    steps = handler()
    next(steps)
    steps.close()
    assert closed == [True]
