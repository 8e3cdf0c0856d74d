"""What the explorer compares a result with: the mean of the Gram matrices of all paintings, in the run's colours."""

import io
import re

import numpy as np
import pytest
import torch
from PIL import Image

from demo.compute.worker import Worker
from demo.explorer import style_target
from demo.explorer.feature_cache import Uploads
from demo.explorer.view_state import ViewState
from demo.explorer.views import VIEWS, gram_actions
from demo.paint import paint_actions
from demo.paint.file_names import NAME
from demo.paint.painted import Painted
from nst_core.explore import grams
from nst_core.explore.look import look_size
from nst_core.explore.scales import to_colours
from nst_core.images import to_tensor
from nst_core.settings import Settings

LAYER = "relu2_1"
STATE = ViewState(layer=LAYER, slot="result")


@pytest.fixture(scope="module")
def dahlia() -> Image.Image:
    """Another painting, of another shape than the first."""
    picture = Image.effect_mandelbrot((96, 64), (-2, -1.2, 1, 1.2), 60).convert("RGB")
    picture.putpixel((0, 0), (250, 20, 90))
    return picture


def after(tiny, photo, paintings, names=("sky.png", "<Church>.jpg", "none.png"), **settings) -> Uploads:
    """The explorer's pictures after a run with these paintings."""
    paintings = [painting.copy() for painting in paintings]
    for painting, name in zip(paintings, names, strict=False):
        painting.info[NAME] = name
    session = paint_actions.PaintSession()
    ran = Settings(**{"size": 64, "evaluations": 1} | settings)
    list(paint_actions.paint(Worker(tiny), photo, paintings, ran, session))
    return style_target.uploads_of(session.last)


def maps(tiny, picture: Image.Image) -> np.ndarray:
    """(C, M) of the layer, straight from the network, at the size at which the explorer looks."""
    resized = picture.resize(look_size(*picture.size), Image.Resampling.LANCZOS)
    with torch.no_grad():
        return tiny(to_tensor(resized), (LAYER,))[LAYER][0].flatten(1).double().numpy()


def test_several_paintings_are_compared_by_the_mean_of_their_matrices_weighted_by_their_shares(
    cache, tiny, photo, painting, dahlia
):
    uploads = after(tiny, photo, [painting, dahlia], mix=(1, 3))
    first, second = (maps(tiny, picture) for picture in (uploads.painting, *uploads.others))
    expected = 0.25 * (first @ first.T) / first.shape[1] + 0.75 * (second @ second.T) / second.shape[1]
    found = style_target.style_gram(cache, STATE, uploads, LAYER)
    assert found == pytest.approx(expected, rel=1e-4)
    assert np.abs(found - cache.matrix(cache.look_at(uploads.painting), LAYER)).max() > 0.05 * np.abs(found).max()


def test_the_spectrum_is_of_the_places_of_all_paintings(cache, tiny, photo, painting, dahlia):
    uploads = after(tiny, photo, [painting, dahlia], mix=(1, 3))
    places = [maps(tiny, picture) for picture in (uploads.painting, *uploads.others)]
    weights = np.concatenate([np.full(m.shape[1], w / m.shape[1]) for m, w in zip(places, (0.25, 0.75), strict=True)])
    expected = np.linalg.eigvalsh(np.cov(np.concatenate(places, axis=1), aweights=weights, ddof=0))[::-1]
    assert style_target.style_spectrum(cache, STATE, uploads, LAYER) == pytest.approx(expected, rel=1e-3, abs=1e-6)
    assert style_target.places(cache, STATE, uploads) == sum(m.shape[1] for m in places)


def test_the_covariance_of_two_halves_of_a_picture_is_that_of_the_picture():
    features = np.random.default_rng(0).random((3, 4, 6)).astype(np.float32)
    halves = [features[:, :1], features[:, 1:]]
    assert grams.mixed_covariance(halves, (0.25, 0.75)) == pytest.approx(grams.covariance(features), abs=1e-6)


def test_a_painting_without_a_share_is_left_out(cache, tiny, photo, painting, dahlia):
    uploads = after(tiny, photo, [painting, dahlia], mix=(0, 2))
    assert (uploads.painting.size, uploads.others, uploads.shares) == (dahlia.size, (), (1.0,))
    assert style_target.words(uploads) == ""


@pytest.mark.parametrize("view", ["gram", "compare", "errors", "losses"])
def test_every_view_that_compares_with_the_style_says_of_which_paintings(cache, tiny, photo, painting, dahlia, view):
    uploads = after(tiny, photo, [painting, dahlia], mix=(1, 3))
    panels = VIEWS[view].show(cache, STATE.updated(view=view), uploads)
    said = " ".join(str(value) if isinstance(value, str) else described(value) for value in panels.values())
    assert "the mean of the Gram matrices of sky (25 %) and Church (75 %)" in said


def described(value) -> str:
    """The caption of a picture's file; "" for anything else."""
    data = getattr(value, "data", b"")
    return Image.open(io.BytesIO(data)).text["Description"] if data.startswith(b"\x89PNG") else ""


def test_the_pairs_of_the_gram_view_differ_from_the_mixed_matrix(cache, tiny, photo, painting, dahlia):
    uploads = after(tiny, photo, [painting, dahlia], mix=(1, 3))
    state = STATE.updated(view="gram", pairs_by="difference")
    row = VIEWS["gram"].show(cache, state, uploads)["pairs"][0]
    result = cache.matrix(cache.look(state, uploads), LAYER)
    target = style_target.style_gram(cache, state, uploads, LAYER)
    i, j = row[:2]
    apart = (result[i, j] - target[i, j]) / np.sqrt(target[i, i] * target[j, j])
    assert float(row[5]) == pytest.approx(apart, abs=0.006)


def test_the_gram_view_of_a_mix_shows_the_matrix_of_all_paintings(cache, tiny, photo, painting, dahlia):
    uploads = after(tiny, photo, [painting, dahlia], mix=(1, 3))
    state = STATE.updated(view="gram", slot="painting", first=1, second=2, curve="linear")
    alone = Uploads(uploads.photo, uploads.painting, uploads.result)
    mixed, single = (VIEWS["gram"].show(cache, state, pictures) for pictures in (uploads, alone))
    target = style_target.style_gram(cache, state, uploads, LAYER)
    order = cache.order(cache.look(state, uploads), LAYER)
    drawn = np.asarray(Image.open(io.BytesIO(mixed["whole"].data)))
    block = gram_actions.SIDE // 4  # the toy network has four channels
    cells = drawn[block // 2 : gram_actions.SIDE : block, block // 2 : gram_actions.SIDE : block].astype(int)
    expected = to_colours(target[order][:, order], np.abs(target).max(), target.min() < 0, "linear").astype(int)
    assert np.abs(cells - expected).max() <= 6
    assert mixed["whole"].data != single["whole"].data and mixed["window"].data != single["window"].data

    first, second = (maps(tiny, picture) for picture in (uploads.painting, *uploads.others))
    mean = 0.25 * (first[1] * first[2]).mean() + 0.75 * (second[1] * second[2]).mean()
    for shuffle in (0, 5):
        words = VIEWS["gram"].show(cache, state.updated(shuffle=shuffle), uploads)["equation"]
        said = [float(number) for number in re.findall(r"= (?:<b>)?([-+.\de]+)", words)]
        assert said == pytest.approx([mean, mean], rel=1e-3)
        assert f"{first.shape[1] + second.shape[1]:,} places" in words and "The maps are those of sky" in words
    assert "The maps" not in single["equation"] and "2 paintings mixed" in described(mixed["whole"])
    row = mixed["pairs"][0]
    assert float(row[2]) == pytest.approx(target[row[0], row[1]], rel=1e-3) and float(row[5]) == 0


@pytest.mark.parametrize("mode", ["cosine", "correlation"])
def test_the_other_readings_of_a_mix_are_of_the_places_of_all_paintings(cache, tiny, photo, painting, dahlia, mode):
    uploads = after(tiny, photo, [painting, dahlia], mix=(1, 3))
    places = [maps(tiny, picture) for picture in (uploads.painting, *uploads.others)]
    weights = np.concatenate([np.full(m.shape[1], w / m.shape[1]) for m, w in zip(places, (0.25, 0.75), strict=True)])
    together = np.concatenate(places, axis=1)
    if mode == "correlation":
        together = together - np.average(together, axis=1, weights=weights)[:, None]
    product = (together * weights) @ together.T
    scale = np.sqrt(np.diagonal(product))
    found = style_target.chosen_matrix(cache, STATE.updated(slot="painting"), uploads, mode)
    assert found == pytest.approx(product / scale / scale[:, None], abs=1e-3)
    assert style_target.chosen_matrix(cache, STATE, uploads, mode) == pytest.approx(
        cache.matrix(cache.look(STATE, uploads), LAYER, mode)
    )


def test_with_the_photos_colours_kept_the_pictures_are_as_the_run_compared_them(tiny, photo, painting):
    grey = after(tiny, photo, [painting], colors="luminance")
    for picture in (grey.photo, grey.painting, grey.result):
        values = np.asarray(picture)
        assert (values[..., 0] == values[..., 1]).all() and (values[..., 0] == values[..., 2]).all()
    assert np.asarray(grey.painting).mean() == pytest.approx(np.asarray(grey.photo).mean(), abs=4)
    assert style_target.words(grey) == style_target.GREY

    matched = after(tiny, photo, [painting], colors="matched")
    colors = [np.asarray(picture, float).mean((0, 1)) for picture in (matched.painting, photo, painting)]
    assert np.abs(colors[0] - colors[1]).max() < 12 < np.abs(colors[2] - colors[1]).max()
    assert style_target.words(matched) == style_target.RECOLORED and matched.result.size == (64, 45)


def test_a_result_of_regions_says_that_the_run_compared_each_with_its_own_painting(photo, painting):
    run = Painted(photo, painting, photo, Settings(colors="matched"), by_region=True)
    assert style_target.words(style_target.uploads_of(run)) == f"{style_target.RECOLORED} {style_target.BY_REGION}"


def test_another_painting_dropped_in_the_explorer_stands_alone(tiny, photo, painting, dahlia):
    uploads = after(tiny, photo, [painting, dahlia], colors="matched")
    assert uploads.others and uploads.note
    alone = uploads.with_picture("painting", dahlia)
    assert (alone.painting, alone.others, alone.shares, alone.note) == (dahlia, (), (1.0,), "")
    assert uploads.with_picture("photo", dahlia).others == uploads.others
