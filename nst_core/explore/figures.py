"""Kernels, a worked sum, the gradient, exciting pictures, drafts and steps of a run as captioned PNG files, for the
command line."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PIL import Image

from nst_core.errors import PictureError, SettingError
from nst_core.gram_cache import GramCache
from nst_core.gram_changes import EXAMPLES, layers_changed
from nst_core.layers import CONTENT_LAYERS, STYLE_LAYERS
from nst_core.settings import Settings
from nst_core.transfer import transfer
from nst_core.vgg import Encoder

from .compare import mismatch
from .drawing import side_by_side
from .excite import excite
from .gradient_pictures import AGREEMENT, gradient_figure
from .gradients import descent
from .gram_drafts import SIZE, changed_settings, drafts_figure, matrix_picture
from .grams import cluster_order, gram
from .grid import EVALUATIONS as DRAFT_EVALUATIONS
from .grid import SIZE as DRAFT_SIZE
from .grid import drafts, grid_figure
from .kernel_pictures import kernel_sheet, sum_picture
from .kernels import shown_kernels, unit_sum
from .look import Look, layer_features, look
from .print_size import printed
from .scales import gram_scale, three_figures
from .steps import ABOUT, SIDE, painting_as_compared, step_figure, steps_to_keep

GRADIENT_SIZE = 256  # pixels on the longer side, at most
# The run of which steps are written: so many evaluations, of which so many are written at most.
EVALUATIONS, WRITTEN = 100, 7


def kernels_png(encoder: Encoder, layer: str, channel: int) -> bytes:
    """The filters of conv1_1, or the strongest inputs of `channel` in the convolution of a later layer."""
    words = f"kernels of channel {channel} of {layer} · VGG19 ({encoder.name})"
    return printed(kernel_sheet(*shown_kernels(encoder, layer, channel)), [words])


def unit_png(view: Look, encoder: Encoder, layer: str, channel: int, unit: tuple[int, int]) -> bytes:
    """The sum of the unit at (row, column). Raises `PictureError` where the map has no such unit."""
    width, height = view.map_size(layer)
    if not (0 <= unit[0] < height and 0 <= unit[1] < width):
        raise PictureError(
            f"{layer} has no unit {unit[0]},{unit[1]} for this picture; choose a row from 0 to {height - 1} and a column "
            f"from 0 to {width - 1}."
        )
    worked = unit_sum(view, encoder, layer, channel, unit)
    words = [f"row {worked.row}, column {worked.column} of channel {channel} of {view.words(worked.conv)}"]
    return printed(sum_picture(worked), words)


def excite_png(encoder: Encoder, layer: str, channel: int) -> bytes:
    """Three pictures that excite one channel, made by optimisation."""
    *_, last = excite(encoder.with_precision("auto"), layer, {channel: 1.0})
    values = ", ".join(map(three_figures, last.values))
    words = (
        f"made to excite channel {channel} of {layer} · mean response before the ReLU {values} · VGG19 ({encoder.name})"
    )
    return printed(side_by_side(last.pictures()), [words])


def drafts_png(
    view: Look, photo: Image.Image, painting: Image.Image, encoder: Encoder, changes: Sequence[str]
) -> bytes:
    """Drafts of `photo`, painted with the Gram matrices of `painting` as they are and with `changes`, beside the first
    changed matrix.

    `view` is the look at the painting. The layers that are changed are style layers of both drafts. Raises `SettingError`
    when nothing is changed.
    """
    layers = layers_changed(changes)
    if not layers:
        raise SettingError(f"No change of the Gram matrices is given. Write {EXAMPLES}.")
    style_layers = tuple(dict.fromkeys((*STYLE_LAYERS, *layers)))
    before, after = (changed_settings(each, style_layers=style_layers) for each in ((), changes))
    both, known = [], GramCache()
    for settings in (before, after):
        *_, last = transfer(photo, painting, settings, encoder, grams=known)
        both.append(last.picture())
    features = view.features(layers[0])
    matrix, scale = matrix_picture(gram(features), cluster_order(features), changes, layers[0])
    words = (
        f"drafts of {SIZE} px without and with the change {', '.join(changes)}, outlined in the Gram matrix of "
        f"{layers[0]} · VGG19 ({encoder.name})"
    )
    return printed(drafts_figure(matrix, both), [words], scale)


def gradient_png(pictures: Sequence[Image.Image], encoder: Encoder, size: int) -> bytes:
    """Which way content and style want the pixels of a result changed, with the layers and weights of `Settings()`.

    `pictures` are the result, the photo and the painting; `size` is the result's longer side in pixels, 256 if it is more.
    Raises `PictureError` if `photo` and `result` differ in shape.
    """
    size = min(size, GRADIENT_SIZE)
    sizes = (size, size, round(size * Settings().style_scale))
    views = [look(picture, encoder, side) for picture, side in zip(pictures, sizes, strict=True)]
    if views[0].picture.size != views[1].picture.size:
        raise PictureError("The result and the photo have different shapes. Give the photo that was painted.")
    content = {layer: views[1].features(layer) for layer in CONTENT_LAYERS}
    found = descent(
        views[0].picture, encoder, content, {layer: gram(views[2].features(layer)) for layer in STYLE_LAYERS}
    )
    words = f"negative gradients of content and style · cosine {found.cosine:.2f} · VGG19 ({encoder.name})"
    return printed(gradient_figure(views[0].picture, found), [words], AGREEMENT)


def grid_png(photo: Image.Image, painting: Image.Image, by: str, encoder: Encoder) -> bytes:
    """The drafts of `photo` in the style of `painting`, with more style layers from row to row; `by` is one of
    `grid.COLUMNS`. Raises `PictureError` for a photo that is too narrow."""
    painted = {
        draft.cell: draft.step
        for draft in drafts(photo, painting, by, encoder, size=DRAFT_SIZE, evaluations=DRAFT_EVALUATIONS)
    }
    pictures = {cell: step.picture() for cell, step in painted.items()}
    words = f"drafts of {DRAFT_SIZE} px, {DRAFT_EVALUATIONS} evaluations each; all else is as usual · VGG19 ({encoder.name})"
    return printed(grid_figure(pictures, by), [words])


def steps_png(
    pictures: tuple[Image.Image, Image.Image], encoder: Encoder, layer: str, channel: int, size: int
) -> dict[int, bytes]:
    """{evaluation: PNG} of some steps of a run from noise: how the style of a painting arrives in `layer`.

    `pictures` are the photo and the painting; `size` is the longer side of what is painted, 256 pixels if it is more.
    """
    photo, painting = pictures
    settings = Settings(size=min(size, SIDE), init="noise", evaluations=EVALUATIONS)
    files: dict[int, bytes] = {}
    for step in transfer(photo, painting, settings, encoder):
        if step.evaluation not in steps_to_keep(EVALUATIONS, WRITTEN) or step.evaluation in files:
            continue
        picture = step.picture()
        shown = picture, painting_as_compared(painting, settings, picture.size)
        seen = partial(layer_features, encoder=encoder, layer=layer, pooling=settings.pooling, padding=settings.padding)
        features, wanted = map(seen, shown)
        matrices = gram(features), gram(wanted)
        figure = step_figure(shown, (features[channel], wanted[channel]), matrices, cluster_order(wanted))
        words = [
            f"evaluation {step.evaluation} of {EVALUATIONS} from noise · channel {channel} of {layer} · picture "
            f"{step.width} × {step.height} px · VGG19 ({encoder.name}) · mismatch {three_figures(mismatch(*matrices))}",
            ABOUT,
        ]
        files[step.evaluation] = printed(figure, words, gram_scale(matrices[1]))
    return files
