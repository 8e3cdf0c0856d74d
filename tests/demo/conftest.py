"""The page on a tiny encoder, built once and served once for all tests of the demo."""

import functools
from collections.abc import Iterator

import pytest
from gradio_client import Client

from demo.compute import speed
from nst_core.vgg import Encoder
from tests.support.built_page import BuiltPage
from tests.support.served_page import served


@pytest.fixture(scope="session", autouse=True)
def pace_is_measured_once() -> Iterator[None]:
    """The speed of a network is measured once, however many pages are built with it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(speed, "measured_pace", functools.cache(speed.measured_pace))
        yield


@pytest.fixture(scope="session")
def built(tiny: Encoder) -> BuiltPage:
    return BuiltPage(tiny)


@pytest.fixture(scope="session")
def address(tiny: Encoder) -> Iterator[str]:
    with served(tiny) as (_, url):
        yield url


@pytest.fixture(scope="session")
def client(address: str) -> Client:
    return Client(address, verbose=False)
