"""The second public endpoint, for programs: `/explore`, a layer's figures and numbers as files."""

from __future__ import annotations

from typing import Any

import gradio as gr

from nst_core.errors import PictureError
from nst_core.explore.channels import SORTS
from nst_core.explore.files import Shown, layer_files
from nst_core.explore.grams import MODES
from nst_core.explore.look import look
from nst_core.explore.sheet import SCALES
from nst_core.layers import LAYERS

from . import text
from .compute.worker import Worker
from .errors import user_facing
from .inputs import Dropdown, Number, PhotoInput
from .paint.file_names import plain_name
from .serving import gradio_internals

# Each call holds the features of a picture in all layers, some 200 MB, so they take turns.
TURNS: dict[str, Any] = {"concurrency_id": "explore", "concurrency_limit": 1}
ALONE = [sort for sort in SORTS if sort != "difference"]  # needs a second picture

DESCRIPTION = """Look inside VGG19: what one layer of the network computes for `picture`, as figures and as numbers.

Args:
    picture: JPEG, PNG, WebP, GIF, BMP or TIFF, uploaded as a file.
    layer: One of VGG19's 37 layers, such as relu4_1, conv1_1 or pool3.
    sort: Order of the channels on the sheet: mean, peak, variance, sparsity, cluster or index.
    scale: Brightness of the sheet: own (of each channel), shared (by all), or root (shared, square root).
    mode: Reading of the Gram matrix: gram, cosine or correlation.
    channel: Number of a channel, from 0, to be drawn over the picture as well; none by default.

Returns:
    sheet: PNG of the first 64 channels, each as a map of where it responds.
    matrix: PNG of the Gram matrix, channels in the order of their clusters.
    files: All figures as PNG; NPZ with the features and the Gram matrix as arrays; CSV with the pairs of channels
        that occur together most.
"""


def build(worker: Worker) -> None:
    """Add the endpoint to the current Blocks. Its components only describe it; they are never shown."""
    usual = Shown()
    with gr.Column(visible=False):
        inputs: list[Any] = [
            PhotoInput(label="picture"),
            Dropdown(list(LAYERS), value=usual.layer, label="layer"),
            Dropdown(ALONE, value=usual.sort, label="sort"),
            Dropdown(list(SCALES), value=usual.scale, label="scale"),
            Dropdown(list(MODES), value=usual.mode, label="mode"),
            Number(label="channel", value=None),
        ]
        outputs = [gr.Image(label="sheet"), gr.Image(label="matrix"), gr.File(label="files", file_count="multiple")]
        trigger = gr.Button()

    def explore(
        picture: Any,
        layer: Any = usual.layer,
        sort: Any = usual.sort,
        scale: Any = usual.scale,
        mode: Any = usual.mode,
        channel: Any = usual.channel,
    ) -> tuple[str, str, list[str]]:
        if picture is None:
            raise PictureError(text.NO_PICTURE)
        shown = Shown(layer, sort, scale, mode, channel)
        name = f"{plain_name(picture) or 'picture'}-{layer}"
        files = layer_files(look(picture, worker.encoder), shown, name)
        paths = {file: gradio_internals.saved_file(data, file, outputs[2]) for file, data in files.items()}
        sheet = next(path for file, path in paths.items() if "-sheet" in file)
        return sheet, paths[f"{name}-{mode}.png"], list(paths.values())

    explore.__doc__ = DESCRIPTION
    trigger.click(user_facing(explore), inputs, outputs, api_name="explore", **TURNS)
