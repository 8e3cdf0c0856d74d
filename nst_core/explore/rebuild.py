"""Reconstructions: what one layer's features still tell about a picture (Gatys et al. 2016, figure 1).

There is no second loop: a reconstruction is a run of `transfer` with one of the two losses and a start from noise.
"""

from __future__ import annotations

from nst_core.layers import STYLE_LAYERS, get_layer
from nst_core.settings import Settings

KINDS = ("content", "style")  # what a reconstruction can match: features, or Gram matrices
# Deep features depend little on single pixels; without total variation the noise of the start would stay in the picture.
SMOOTHNESS = 0.05


def reconstruction(kind: str, layer: str, *, size: int = 192, evaluations: int = 100, seed: int = 0) -> Settings:
    """Settings with which `transfer(picture, picture, settings)` rebuilds the picture from `layer`.

    Kind "content" matches the features of `layer`; "style" matches the Gram matrices of the paper's style layers up to
    `layer` (at least the first), as in the figure. `size` is the longer side in pixels. Raises `LayerError`
    and `SettingError`.
    """
    depth = get_layer(layer).index
    style_layers = tuple(name for name in STYLE_LAYERS if get_layer(name).index <= depth) or STYLE_LAYERS[:1]
    return Settings(
        size=size,
        init="noise",
        content_weight=1.0 if kind == "content" else 0.0,
        style_weight=0.0 if kind == "content" else 1.0,
        tv_weight=SMOOTHNESS if kind == "content" else 0.0,
        content_layers=(layer,),
        style_layers=style_layers,
        levels=1,
        evaluations=evaluations,
        seed=seed,
    )
