"""Neural style transfer with VGG19: `stylize` paints a picture, `transfer` does it step by step.

`LAYERS` is the table of VGG19's layers; `CONTENT_LAYERS` and `STYLE_LAYERS` are those of Gatys et al. 2016, `ARTICLE` the
settings of the run in their article. `VERSION` is the version of this package. `nst_core.explore` has the feature maps and
Gram matrices of a picture as arrays.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .article import ARTICLE
from .errors import ClusterError, DeviceError, LayerError, NSTError, PictureError, SettingError, WeightsError
from .images import load_picture
from .layers import CONTENT_LAYERS, LAYERS, STYLE_LAYERS
from .recipe import VERSION, make_recipe, read_recipe, recipe_settings
from .regions import Regions, read_regions
from .saving import save_picture, save_png
from .settings import Settings
from .step import Step
from .transfer import stylize, transfer

if TYPE_CHECKING:
    from .losses import content_loss, gram_matrix, style_loss, total_variation
    from .terms import Term
    from .vgg import Encoder
    from .weights import load_encoder

# These modules load torch, which takes seconds. `__getattr__`, which Python calls for a name that a module lacks (PEP 562),
# imports them when one of their names is first asked for: so a program that needs no network yet starts without torch.
_WITH_TORCH = {
    "Term": "terms",
    **dict.fromkeys(("content_loss", "gram_matrix", "style_loss", "total_variation"), "losses"),
    "Encoder": "vgg",
    "load_encoder": "weights",
}

__version__ = VERSION

__all__ = [
    "ARTICLE",
    "CONTENT_LAYERS",
    "LAYERS",
    "STYLE_LAYERS",
    "VERSION",
    "ClusterError",
    "DeviceError",
    "Encoder",
    "LayerError",
    "NSTError",
    "PictureError",
    "Regions",
    "SettingError",
    "Settings",
    "Step",
    "Term",
    "WeightsError",
    "content_loss",
    "gram_matrix",
    "load_encoder",
    "load_picture",
    "make_recipe",
    "read_recipe",
    "read_regions",
    "recipe_settings",
    "save_picture",
    "save_png",
    "style_loss",
    "stylize",
    "total_variation",
    "transfer",
]


def __getattr__(name: str) -> Any:
    if name in _WITH_TORCH:
        return getattr(import_module(f".{_WITH_TORCH[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
