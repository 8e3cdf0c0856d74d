"""The photo's own colours: what goes into the run and what comes out of it, by the formulas of the paper."""

import numpy as np
import pytest
from PIL import Image

from nst_core.images import is_grey, to_tensor
from nst_core.photo_colors import PhotoColors
from nst_core.settings import Settings
from nst_core.transfer import transfer


@pytest.fixture
def soft(photo) -> Image.Image:
    """The photo with half the contrast, so that few values are clipped."""
    return photo.point(lambda value: value // 2 + 64)


def rgb(image: Image.Image) -> np.ndarray:
    """(H * W, 3), in [0, 1]."""
    return np.asarray(image, float).reshape(-1, 3) / 255


def yiq(image: Image.Image) -> np.ndarray:
    """(H * W, 3), by the matrix of NTSC."""
    matrix = [[0.299, 0.587, 0.114], [0.5959, -0.2746, -0.3213], [0.2115, -0.5227, 0.3112]]
    return rgb(image) @ np.array(matrix).T


def painted(photo, paintings, encoder, **settings) -> Image.Image:
    chosen = Settings(size=80, evaluations=6, levels=2, **settings)
    return list(transfer(photo, paintings, chosen, encoder))[-1].picture()


def test_with_the_paintings_colours_nothing_is_changed(photo, painting):
    colors = PhotoColors(photo, "painting")
    tensor = to_tensor(photo)
    assert colors.prepare_pictures([painting]) == (photo, [painting]) and colors.apply_to_result(tensor) is tensor


def test_luminance_runs_in_grey_and_gives_each_painting_the_photos_mean_and_deviation(photo, painting):
    pictures = [painting, painting.rotate(90).point(lambda value: value // 2)]
    content, styles = PhotoColors(photo, "luminance").prepare_pictures(pictures)
    assert all(map(is_grey, [content, *styles])) and [style.size for style in styles] == [p.size for p in pictures]
    assert np.abs(rgb(content)[:, 0] - yiq(photo)[:, 0]).max() < 0.51 / 255
    for style, picture in zip(styles, pictures, strict=True):
        brightness = yiq(picture)[:, 0]
        wanted = (brightness - brightness.mean()) * yiq(photo)[:, 0].std() / brightness.std() + yiq(photo)[:, 0].mean()
        assert np.abs(rgb(style)[:, 0] - wanted.clip(0, 1)).max() < 0.01


def test_a_result_by_luminance_has_the_photos_two_other_channels(tiny, soft, painting):
    result = painted(soft, painting, tiny, colors="luminance")
    inside = ((rgb(result) > 0) & (rgb(result) < 1)).all(1)  # elsewhere a value was clipped
    assert inside.mean() > 0.9
    assert np.abs(yiq(result) - yiq(soft))[inside, 1:].max() < 0.01
    assert np.abs(yiq(result) - yiq(soft))[:, 0].mean() > 0.005


def test_by_matching_the_painting_has_the_photos_mean_and_covariance(soft, painting):
    content, (style,) = PhotoColors(soft, "matched").prepare_pictures([painting])
    assert content is soft and style.size == painting.size
    assert rgb(style).mean(0) == pytest.approx(rgb(soft).mean(0), abs=0.01)
    assert np.cov(rgb(style).T) == pytest.approx(np.cov(rgb(soft).T), abs=0.003)
    assert np.abs(np.cov(rgb(painting).T) - np.cov(rgb(soft).T)).max() > 0.01


@pytest.mark.parametrize("colors", ["luminance", "matched"])
@pytest.mark.parametrize("changes", [{}, {"init": "noise"}, {"optimizer": "adam"}], ids=str)
def test_a_grey_photo_stays_grey_where_its_colours_are_kept(tiny, photo, painting, colors, changes):
    result = np.asarray(painted(photo.convert("L"), painting, tiny, colors=colors, **changes)).astype(int)
    assert np.abs(result - result[..., :1]).max() <= 1 and result.std() > 5


def test_flat_and_grey_paintings_are_no_obstacle(tiny, photo, painting):
    for odd in (Image.new("RGB", (60, 50), "red"), painting.convert("L")):
        for colors in ("luminance", "matched"):
            assert painted(photo, [painting, odd], tiny, colors=colors).size == (80, 56)


def test_a_large_painting_is_recoloured_at_a_bounded_size(photo):
    _, (style,) = PhotoColors(photo, "matched").prepare_pictures([Image.new("RGB", (5000, 500), "red")])
    assert style.size == (4096, 410)
