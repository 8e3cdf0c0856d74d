"""Transparent places of a painting teach nothing: neither colours nor Gram matrices."""

import io

import numpy as np
import pytest
import torch
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from nst_core.images import ALPHA, load_picture, opacity, to_tensor
from nst_core.losses import gram_matrix
from nst_core.masks import fill_outside, mask_for_layer, pixels_inside
from nst_core.objective import Objective
from nst_core.photo_colors import PhotoColors
from nst_core.plan import plan_levels
from nst_core.settings import Settings
from nst_core.transfer import transfer

SMALL = {"size": 128, "evaluations": 4, "levels": 1}


@pytest.fixture
def half(painting) -> Image.Image:
    """The painting, four times as large, in the left half of a picture that is transparent in its right half."""
    opaque = painting.resize((256, 288)).convert("RGBA")
    sheet = Image.new("RGBA", (512, 288), (255, 0, 255, 0))
    sheet.paste(opaque, (0, 0))
    return sheet


def saved(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def test_a_picture_keeps_its_alpha_only_where_something_is_transparent(half, photo):
    picture = load_picture(saved(half))
    assert picture.mode == "RGB" and picture.getpixel((400, 100)) == (255, 255, 255)
    assert load_picture(picture).info[ALPHA].tobytes() == half.getchannel("A").tobytes()
    mask = opacity(picture, 64, 36)
    assert mask.shape == (1, 1, 36, 64) and mask[..., :30].min() > 0.99 and mask[..., 34:].max() < 0.01
    for opaque in (photo, photo.convert("RGBA"), photo.convert("L")):
        assert load_picture(saved(opaque)).info == {} and opacity(load_picture(opaque), 8, 8) is None


def test_a_text_called_alpha_and_the_alpha_of_a_whole_that_was_cropped_are_ignored(half, photo):
    file, info = io.BytesIO(), PngInfo()
    info.add_text(ALPHA, "x")
    photo.save(file, "PNG", pnginfo=info)
    assert load_picture(file.getvalue()).info == {}
    assert load_picture(load_picture(half).crop((0, 0, 100, 100))).info == {}


def test_alpha_is_turned_with_the_picture():
    image = Image.new("RGBA", (80, 40), "red")
    image.paste((0, 0, 0, 0), (0, 0, 40, 40))
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn clockwise: the left becomes the top
    file = io.BytesIO()
    image.save(file, "PNG", exif=exif)
    mask = opacity(load_picture(file.getvalue()), 40, 80)
    assert mask[..., :38, :].max() == 0 and mask[..., 42:, :].min() == 1


def test_a_guided_gram_matrix_is_that_of_the_paper():
    features, mask = torch.rand(1, 3, 4, 5), torch.rand(1, 1, 4, 5)
    f, m = features[0].flatten(1).double(), mask.flatten().double()
    assert torch.allclose(gram_matrix(features, mask).double(), (m * f) @ (m * f).T / m.square().sum(), rtol=1e-5)
    ones = torch.ones(1, 1, 4, 5)
    assert torch.allclose(gram_matrix(features, ones), gram_matrix(features))


def test_transparent_places_are_filled_with_the_mean_colour_of_the_others():
    picture, mask = torch.rand(1, 3, 4, 6), torch.zeros(1, 1, 4, 6)
    mask[..., :2] = 1
    assert torch.equal(fill_outside(picture, mask)[..., :2], picture[..., :2])
    mean = picture[..., :2].mean((2, 3))
    assert torch.allclose(fill_outside(picture, mask)[..., 2:].mean((2, 3)), mean)
    assert pixels_inside(picture, mask).shape == (1, 3, 1, 8) and torch.allclose(
        pixels_inside(picture, mask).mean((2, 3)), mean
    )
    assert pixels_inside(picture, torch.zeros(1, 1, 4, 6)) is picture


def test_a_mask_is_shrunk_by_a_quarter_of_the_receptive_field_unless_nothing_would_be_left():
    mask = torch.zeros(1, 1, 64, 128)
    mask[..., :64] = 1
    early, late = (
        mask_for_layer(mask, "relu1_1", 64, 128),
        mask_for_layer(mask, "relu3_1", 16, 32),
    )  # fields of 3 and 24 pixels
    assert torch.equal(early, mask)
    assert late[..., :14].min() == 1 and late[..., 15:].max() == 0
    assert mask_for_layer(mask, "relu5_1", 4, 8)[..., :4].min() == 0  # 196 / 4 = 49 of the 64 columns
    thin = torch.zeros(1, 1, 64, 128)
    thin[..., :8] = 1
    assert mask_for_layer(thin, "relu5_1", 4, 8).sum() == pytest.approx(2)


def test_the_gram_matrices_are_those_of_the_opaque_part(oxford, photo, half, painting):
    settings = Settings(size=128, style_scale=4, style_layers="relu1_1,relu2_1,relu3_1", evaluations=1, levels=1)
    level = plan_levels(settings, *photo.size)[0]

    def targets(picture: Image.Image) -> dict[str, torch.Tensor]:
        return Objective(photo, [load_picture(picture)], settings, level, oxford).targets.style

    # At scale 4 the longer side becomes 512 pixels: the opaque part alone must be 256 wide, 288 high.
    alone = Objective(
        photo, [painting.resize((256, 288))], Settings(**settings.to_dict() | {"style_scale": 288 / 128}), level, oxford
    ).targets.style
    white = targets(load_picture(half).copy().convert("L").convert("RGB"))
    for name, gram in targets(half).items():
        wrong = float((gram - alone[name]).norm() / alone[name].norm())
        assert wrong < 0.1, (name, wrong)
        assert float((white[name] - alone[name]).norm() / alone[name].norm()) > 2 * wrong


@pytest.mark.parametrize("colors", ["painting", "matched", "luminance"])
def test_what_is_transparent_brings_no_colour(tiny, photo, half, painting, colors):
    settings = Settings(**SMALL, colors=colors)
    start = next(transfer(photo, half, settings, tiny)).picture()
    alone = next(transfer(photo, painting, settings, tiny)).picture()
    white = next(transfer(photo, Image.new("RGB", (60, 60), "white"), settings, tiny)).picture()
    means = [np.asarray(picture, float).mean() for picture in (start, alone, white)]
    assert abs(means[0] - means[1]) < 12
    if colors == "painting":
        assert means[2] - means[0] > 60


def test_a_recoloured_painting_stays_transparent(photo, half):
    for colors in ("matched", "luminance"):
        (style,) = PhotoColors(photo, colors).prepare_pictures([load_picture(half)])[1]
        assert style.info[ALPHA].size == style.size == half.size


def test_a_painting_that_is_transparent_everywhere_is_a_blank_sheet(tiny, photo):
    blank = Image.new("RGBA", (70, 60), (0, 0, 0, 0))
    *_, last = transfer(photo, blank, Settings(**SMALL), tiny)
    assert np.isfinite(np.asarray(to_tensor(last.picture()))).all() and last.done
