"""What a layer remembers: the picture painted again from its features alone (Gatys et al. 2016, figure 1).

There is no second loop: a reconstruction is a run of `transfer` with one of the two losses and a start from noise.
"""

from __future__ import annotations

from nst_core.layers import STYLE_LAYERS, get_layer
from nst_core.settings import Settings

KINDS = {  # kind -> in words
    "content": "the picture from this layer's features alone",
    "style": "a texture from the Gram matrices of the style layers up to this one",
}
# Deep features say little about single pixels; without this the noise of the start stays where nothing forbids it.
SMOOTHNESS = 0.05


def reconstruction(kind: str, layer: str, *, size: int = 192, evaluations: int = 100, seed: int = 0) -> Settings:
    """Settings with which `transfer(picture, picture, settings)` rebuilds the picture from `layer`.

    "content" matches the features of `layer`; "style" the Gram matrices of the paper's style layers up to `layer` (at
    least the first), as in the rows of the figure.
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
