"""The page on a tiny encoder, served once for all tests of the demo."""

from collections.abc import Iterator

import pytest
from gradio_client import Client

from nst_core.vgg import Encoder
from tests.support.served_page import served


@pytest.fixture(scope="session")
def address(tiny: Encoder) -> Iterator[str]:
    with served(tiny) as (_, url):
        yield url


@pytest.fixture(scope="session")
def client(address: str) -> Client:
    return Client(address, verbose=False)
