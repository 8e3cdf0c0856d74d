"""The bundled network and small crops of bundled pictures; a module may have a `cache` of its own."""

import pytest

from demo.compute.worker import Worker
from demo.examples import PAIRS
from demo.explorer.feature_cache import FeatureCache, Uploads
from nst_core.images import load_picture


@pytest.fixture(scope="module")
def cache(oxford) -> FeatureCache:
    return FeatureCache(Worker(oxford))


@pytest.fixture(scope="module")
def uploads() -> Uploads:
    """Looked at as 192x64 and 64x192 pixels."""
    photo, painting = load_picture(PAIRS[2].photo), load_picture(PAIRS[2].painting)
    return Uploads(photo.crop((0, 100, 192, 160)), painting.crop((100, 0, 164, 192)))
