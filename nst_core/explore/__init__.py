"""See inside VGG19: feature maps, Gram matrices and what they say of pictures, as plain arrays.

Features are (C, H, W) float32, Gram matrices (C, C), maps (H, W). `look` shows a picture to the network; everything else
works on what it returns.
"""

from .channels import SORTS, Statistics, sort_channels, statistics
from .compare import content_error, layer_shares, mismatch, nearest_styles, style_error
from .export import archive, pairs_csv
from .fields import clear_share, receptive_field, unit_at
from .grams import (
    MODES,
    Pair,
    cluster_order,
    correlation,
    cosine,
    covariance,
    difference,
    effective_dimension,
    gram,
    partners,
    product_map,
    read,
    shuffled,
    spectrum,
    top_pairs,
)
from .lesson import CHANGES, Lesson, changed, lesson
from .look import Look, look, looked_at
from .patches import PatchIndex, cut, strongest
from .rebuild import KINDS, reconstruction
from .sheet import sheet

__all__ = [
    "CHANGES",
    "KINDS",
    "MODES",
    "SORTS",
    "Lesson",
    "Look",
    "Pair",
    "PatchIndex",
    "Statistics",
    "archive",
    "changed",
    "clear_share",
    "cluster_order",
    "content_error",
    "correlation",
    "cosine",
    "covariance",
    "cut",
    "difference",
    "effective_dimension",
    "gram",
    "layer_shares",
    "lesson",
    "look",
    "looked_at",
    "mismatch",
    "nearest_styles",
    "pairs_csv",
    "partners",
    "product_map",
    "read",
    "receptive_field",
    "reconstruction",
    "sheet",
    "shuffled",
    "sort_channels",
    "spectrum",
    "statistics",
    "strongest",
    "style_error",
    "top_pairs",
    "unit_at",
]
