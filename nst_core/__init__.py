"""Neural style transfer with VGG19: features, Gram matrices, losses and the loop. Importing this does nothing."""

from .errors import LayerError, NSTError, PictureError, SettingError, WeightsError
from .images import load_picture
from .layers import CONTENT_LAYERS, LAYERS, STYLE_LAYERS
from .losses import content_loss, gram_matrix, style_loss, total_variation
from .recipe import VERSION, make_recipe, read_recipe, recipe_settings, save_png
from .settings import Settings
from .transfer import Step, stylize, transfer
from .vgg import Encoder
from .weights import load_encoder

__all__ = [
    "CONTENT_LAYERS",
    "LAYERS",
    "STYLE_LAYERS",
    "VERSION",
    "Encoder",
    "LayerError",
    "NSTError",
    "PictureError",
    "SettingError",
    "Settings",
    "Step",
    "WeightsError",
    "content_loss",
    "gram_matrix",
    "load_encoder",
    "load_picture",
    "make_recipe",
    "read_recipe",
    "recipe_settings",
    "save_png",
    "style_loss",
    "stylize",
    "total_variation",
    "transfer",
]
