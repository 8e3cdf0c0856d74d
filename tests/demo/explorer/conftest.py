"""The built page on a tiny encoder, and a count of the pictures that go through the network."""

from collections.abc import Iterator

import pytest

from nst_core.vgg import Encoder
from tests.support.built_page import BuiltPage


@pytest.fixture(scope="module")
def built(tiny: Encoder) -> BuiltPage:
    return BuiltPage(tiny)


@pytest.fixture
def passes(tiny) -> Iterator[list]:
    """Grows by one with every picture that goes through the network."""
    seen: list[object] = []
    handle = tiny.convs["conv1_1"].register_forward_pre_hook(lambda *_: seen.append(1))
    yield seen
    handle.remove()
