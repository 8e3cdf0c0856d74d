"""Fixtures of the explorer's tests: looks with the real VGG19, which no test may change, and random pictures."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nst_core.explore import Look, look
from nst_core.images import load_picture

ASSETS = Path(__file__).parents[3] / "assets"


@pytest.fixture(scope="session")
def noise() -> Callable[[int, int], Image.Image]:
    """noise(width, height): an RGB picture of random pixels."""

    def make(width: int, height: int) -> Image.Image:
        return Image.fromarray(np.random.default_rng(width).integers(0, 256, (height, width, 3), np.uint8))

    return make


@pytest.fixture(scope="session")
def palace(oxford) -> Look:
    """A photo of muted colours, 256x176."""
    return look(load_picture(ASSETS / "photos/summer_palace.jpg"), oxford, 256)


@pytest.fixture(scope="session")
def coffee(oxford) -> Look:
    """A photo of strong colours, 256x176."""
    return look(load_picture(ASSETS / "photos/coffee.jpg"), oxford, 256)


@pytest.fixture(scope="session")
def auvers(oxford) -> Look:
    """A painting, 208x256."""
    return look(load_picture(ASSETS / "paintings/van_gogh_church_at_auvers_1890.webp"), oxford, 256)


@pytest.fixture(scope="session", params=["black", "one colour", "33x200"])
def degenerate(request, oxford, photo) -> Look:
    """Looks at 96 pixels in which many channels are silent, constant or only one or two units wide."""
    pictures = {"black": Image.new("RGB", (70, 45)), "one colour": Image.new("RGB", (45, 70), "teal")}
    pictures["33x200"] = photo.crop((20, 0, 53, 56)).resize((33, 200))
    return look(pictures[request.param], oxford, 96)
