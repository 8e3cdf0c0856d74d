"""An empty cache on a tiny encoder, and a count of the pictures that go through the network."""

from collections.abc import Iterator

import pytest

from demo.compute.worker import Worker
from demo.explorer.feature_cache import FeatureCache
from nst_core.vgg import Encoder


@pytest.fixture
def cache(tiny: Encoder) -> FeatureCache:
    """A module or a folder may have another."""
    return FeatureCache(Worker(tiny))


@pytest.fixture
def passes(tiny) -> Iterator[list]:
    """Grows by one with every picture that goes through the network."""
    seen: list[object] = []
    handle = tiny.convs["conv1_2"].register_forward_pre_hook(lambda *_: seen.append(1))
    yield seen
    handle.remove()
