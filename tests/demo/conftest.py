"""The page on a tiny encoder, built once and served once for all tests of the demo."""

import functools
from collections.abc import Iterator
from typing import Any

import pytest
from gradio_client import Client

from demo.compute import speed
from demo.serving import gradio_internals  # noqa: F401  # before gradio, whose import takes half the time then

# isort: split
import gradio as gr

from nst_core.vgg import Encoder
from tests.support.built_page import BuiltPage
from tests.support.served_page import served


@pytest.fixture(scope="session", autouse=True)
def pace_is_measured_once() -> Iterator[None]:
    """The speed of a network is measured once, however many pages are built with it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(speed, "measured_pace", functools.cache(speed.measured_pace))
        yield


@pytest.fixture(scope="session", autouse=True)
def only_a_page_that_is_launched_has_an_app() -> Iterator[None]:
    """Gradio makes an app as soon as a page is declared, another for its queue, which together take half the time, and a
    third one when the page is launched, which alone is served. Only the first two are made without MCP in any case."""
    create = gr.routes.App.create_app

    def created(*arguments: Any, mcp_server: bool | None = None, **options: Any) -> Any:
        return None if mcp_server is False else create(*arguments, mcp_server=mcp_server, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gr.routes.App, "create_app", created)
        yield


@pytest.fixture(scope="session")
def built(tiny: Encoder) -> BuiltPage:
    return BuiltPage(tiny)


@pytest.fixture(scope="session")
def running(tiny: Encoder) -> Iterator[tuple[gr.Blocks, str]]:
    """The page that is served, and its address."""
    with served(tiny) as page_and_address:
        yield page_and_address


@pytest.fixture(scope="session")
def address(running: tuple[gr.Blocks, str]) -> str:
    return running[1]


@pytest.fixture(scope="session")
def client(address: str) -> Client:
    return Client(address, verbose=False)
