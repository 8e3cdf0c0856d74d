"""The page on a tiny encoder, served once for all tests of the demo."""

from collections.abc import Iterator

import pytest
from gradio_client import Client

import app
from nst_core.vgg import Encoder


@pytest.fixture(scope="session")
def address(tiny: Encoder) -> Iterator[str]:
    page = app.build(tiny)
    _, url, _ = page.launch(prevent_thread_lock=True, quiet=True, **app.LAUNCH)
    yield url
    page.close(verbose=False)


@pytest.fixture(scope="session")
def client(address: str) -> Client:
    return Client(address, verbose=False)
