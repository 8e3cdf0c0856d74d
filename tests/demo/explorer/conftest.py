"""An empty cache on a tiny encoder, and a count of the pictures that go through the network."""

import importlib
from collections.abc import Iterator

import pytest

from demo.compute.worker import Worker
from demo.explorer.feature_cache import FeatureCache
from nst_core.vgg import Encoder
from tests.support.explorer_helpers import LOOK


@pytest.fixture
def cache(tiny: Encoder) -> FeatureCache:
    """A module or a folder may have another."""
    return FeatureCache(Worker(tiny))


@pytest.fixture
def small_looks(monkeypatch) -> None:
    """The bundled pictures are looked at with `LOOK` pixels instead of 384. Not with the bundled network: the places where
    its channels respond most are those of 384."""
    # Not by its dotted name: `nst_core.explore.look` is also the function of that name.
    monkeypatch.setattr(importlib.import_module("nst_core.explore.look"), "SIZE", LOOK)


@pytest.fixture
def passes(tiny) -> Iterator[list]:
    """Grows by one with every picture that goes through the network."""
    seen: list[object] = []
    handle = tiny.convs["conv1_2"].register_forward_pre_hook(lambda *_: seen.append(1))
    yield seen
    handle.remove()
