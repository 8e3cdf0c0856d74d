"""Pictures that excite a few channels, computed beforehand (`python -m benchmarks.exciting_pictures`)."""

from __future__ import annotations

from functools import lru_cache

from PIL import Image

from nst_core.layers import convolution_of

from ..examples import ASSETS

FOLDER = ASSETS / "exciting"
# Channels of the bundled network: those of the tour, and others that are loud in the bundled pictures.
CHANNELS: dict[str, tuple[int, ...]] = {
    "conv1_1": (31, 58),
    "conv2_1": (20, 67, 97, 115),
    "conv3_1": (113, 142, 150, 255),
    "conv4_1": (71, 105, 249, 443),
    "conv5_1": (28, 121, 184, 236, 378),
}


def file_name(conv: str, channel: int) -> str:
    """ "conv4_1-10.webp": three square pictures side by side."""
    return f"{conv}-{channel}.webp"


def ready(layer: str, channel: int, weights_sha256: str) -> Image.Image | None:
    """The pictures for a channel of `layer`; None where there are none, or for other weights than the bundled ones."""
    from nst_core.weights import OXFORD_SHA256  # loads torch, which the channel's maps have needed before

    conv = convolution_of(layer)
    if weights_sha256 != OXFORD_SHA256 or channel not in CHANNELS.get(conv, ()):
        return None
    return _opened(file_name(conv, channel))


@lru_cache(maxsize=32)
def _opened(name: str) -> Image.Image:
    with Image.open(FOLDER / name) as picture:
        return picture.convert("RGB")
