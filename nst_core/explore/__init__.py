"""See inside VGG19: feature maps, Gram matrices and what can be read from them, as plain arrays.

Features are (C, H, W) float32, Gram matrices (C, C), maps (H, W). A place is one of a map's M = H * W
positions, and a unit is a channel's value there. `look` runs a picture through the network once; most of the other
functions work on what it returns.
"""

from .channels import SORTS, Statistics, sort_channels, statistics
from .compare import content_error, layer_shares, mismatch, nearest_styles, style_error
from .drawing import heat, overlay, overlay_pair, side_by_side
from .excite import Excited, direction_at, excite
from .export import archive, pairs_csv
from .gradient_pictures import direction_picture, gradient_figure
from .gradients import Descent, agreement, averaged, descent
from .gram_drafts import changed_matrix, changed_settings
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
    gram_reading,
    partners,
    product_map,
    shuffled,
    spectrum,
    top_pairs,
)
from .grid import Draft, draft_settings, drafts, grid_figure
from .kernel_pictures import kernel_sheet, sum_picture
from .kernels import UnitSum, kernels, shown_kernels, strongest_inputs, unit_sum
from .lesson import CHANGES, Lesson, lesson, perturbed
from .look import Look, layer_features, look, look_size
from .notebook import notebook
from .patches import PatchIndex, crop_patch, top_activations
from .print_size import print_size
from .rebuild import KINDS, reconstruction
from .receptive_fields import padding_free_fraction, receptive_field, unit_at
from .scales import Scale, gram_scale, top_of
from .sheet import sheet
from .steps import step_figure, steps_to_keep

__all__ = [
    "CHANGES",
    "KINDS",
    "MODES",
    "SORTS",
    "Descent",
    "Draft",
    "Excited",
    "Lesson",
    "Look",
    "Pair",
    "PatchIndex",
    "Scale",
    "Statistics",
    "UnitSum",
    "agreement",
    "archive",
    "averaged",
    "changed_matrix",
    "changed_settings",
    "cluster_order",
    "content_error",
    "correlation",
    "cosine",
    "covariance",
    "crop_patch",
    "descent",
    "difference",
    "direction_at",
    "direction_picture",
    "draft_settings",
    "drafts",
    "effective_dimension",
    "excite",
    "gradient_figure",
    "gram",
    "gram_reading",
    "gram_scale",
    "grid_figure",
    "heat",
    "kernel_sheet",
    "kernels",
    "layer_features",
    "layer_shares",
    "lesson",
    "look",
    "look_size",
    "mismatch",
    "nearest_styles",
    "notebook",
    "overlay",
    "overlay_pair",
    "padding_free_fraction",
    "pairs_csv",
    "partners",
    "perturbed",
    "print_size",
    "product_map",
    "receptive_field",
    "reconstruction",
    "sheet",
    "shown_kernels",
    "shuffled",
    "side_by_side",
    "sort_channels",
    "spectrum",
    "statistics",
    "step_figure",
    "steps_to_keep",
    "strongest_inputs",
    "style_error",
    "sum_picture",
    "top_activations",
    "top_of",
    "top_pairs",
    "unit_at",
    "unit_sum",
]
