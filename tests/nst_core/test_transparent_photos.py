"""A transparent photo gives a picture that is as transparent; what cannot be seen counts nowhere."""

import io

import numpy as np
import pytest
import torch
from PIL import Image

from nst_core.errors import PictureError
from nst_core.images import ALPHA, load_picture, to_tensor, with_alpha
from nst_core.losses import OBJECTIVES
from nst_core.objective import Objective
from nst_core.places import on_ground, places_at
from nst_core.plan import plan_levels
from nst_core.saving import encode, save_picture
from nst_core.settings import Settings
from nst_core.terms import Term
from nst_core.transfer import transfer

SMALL = {"size": 80, "evaluations": 8, "levels": 2, "style_layers": "relu1_1,relu2_1", "content_layers": "relu2_2"}


@pytest.fixture
def cutout(photo) -> Image.Image:
    """The photo, of which the left 40 of 80 columns can be seen and the next four are half transparent."""
    image = photo.convert("RGBA")
    alpha = Image.new("L", photo.size, 0)
    alpha.paste(255, (0, 0, 40, 56))
    alpha.paste(128, (40, 0, 44, 56))
    image.putalpha(alpha)
    return image


def painted(photo, painting, encoder, **settings):
    return list(transfer(photo, painting, Settings(**SMALL | settings), encoder))


def test_the_ground_is_the_mean_colour_of_what_can_be_seen_and_half_transparent_pixels_lie_on_it():
    image = Image.new("RGBA", (60, 40), (0, 255, 0, 0))
    image.paste((200, 100, 0, 255), (0, 0, 20, 40))
    image.paste((100, 0, 200, 255), (20, 0, 40, 40))
    image.paste((0, 0, 0, 128), (40, 0, 50, 40))
    ground = on_ground(load_picture(image))
    mean = np.array([300, 100, 200]) * 20 / (40 + 10 * 128 / 255)
    assert np.abs(np.array(ground.getpixel((55, 20))) - mean).max() <= 1
    assert np.abs(np.array(ground.getpixel((45, 20))) - mean * 127 / 255).max() <= 1.5
    assert ground.getpixel((5, 5)) == (200, 100, 0) and ground.info[ALPHA].getpixel((55, 20)) == 0
    opaque = load_picture(image.convert("RGB"))
    assert on_ground(opaque) is opaque


def test_a_photo_that_is_transparent_everywhere_is_refused(tiny, painting):
    with pytest.raises(PictureError, match="transparent everywhere: there is nothing to paint"):
        next(transfer(Image.new("RGBA", (80, 56), (0, 0, 0, 0)), painting, Settings(**SMALL), tiny))


@pytest.mark.parametrize(
    "changes", [{}, {"init": "noise"}, {"colors": "luminance"}, {"colors": "matched", "init": "content"}], ids=str
)
def test_the_result_is_as_transparent_as_the_photo_and_white_below(tiny, cutout, painting, changes):
    for step in painted(cutout, painting, tiny, **changes):
        picture = step.picture()
        alpha = np.asarray(picture.info[ALPHA])
        assert picture.mode == "RGB" and alpha.shape == (step.height, step.width)
        assert np.asarray(picture)[alpha == 0].min() == 255
    assert picture.info[ALPHA].tobytes() == cutout.getchannel("A").tobytes()
    assert np.abs(np.asarray(picture, float) - np.asarray(load_picture(cutout)))[:, :40].mean() > 1


@pytest.mark.parametrize("hidden", ["black", "white", "red"])
def test_what_is_hidden_changes_nothing(tiny, cutout, painting, hidden):
    other = Image.new("RGBA", cutout.size, hidden)
    other.paste(cutout, mask=cutout.getchannel("A").point(lambda value: 255 * (value > 0)))
    other.putalpha(cutout.getchannel("A"))
    one, two = (painted(image, painting, tiny, colors="matched")[-1] for image in (cutout, other))
    assert one.picture().tobytes() == two.picture().tobytes() and one.total == two.total


def test_the_start_and_the_paintings_colours_are_matched_to_what_can_be_seen(tiny, cutout, painting):
    visible = load_picture(cutout).crop((0, 0, 40, 56))
    start = next(transfer(cutout, painting, Settings(**SMALL | {"levels": 1, "size": 160}), tiny)).best[..., :80]
    alone = next(transfer(visible, painting, Settings(**SMALL | {"levels": 1, "size": 112}), tiny)).best
    assert torch.allclose(start.mean((2, 3)), alone.mean((2, 3)), atol=0.03)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_content_is_compared_where_something_can_be_seen(tiny, cutout, painting, objective):
    settings = Settings(**SMALL | {"levels": 1, "objective": objective})
    content = on_ground(load_picture(cutout))
    level = plan_levels(settings, *content.size)[-1]
    places = places_at(content, None, (1.0,), level.size)
    made = Objective(content, [painting], settings, level, tiny, places=places)
    result = torch.rand(1, 3, 56, 80, generator=torch.Generator().manual_seed(2))
    _, terms = made(result)
    seen = [
        tiny(picture, ["relu2_2"], padding="replicate")["relu2_2"][..., :22]
        for picture in (places.hold(result), to_tensor(content))
    ]
    assert float(terms[Term("content", "relu2_2")]) == pytest.approx(
        float(OBJECTIVES[objective].content((seen[0] - seen[1]).square().sum(), seen[1])), rel=1e-5
    )


def test_it_works_together_with_regions(tiny, cutout, painting):
    image = Image.new("RGB", (80, 56), "red")
    image.paste("white", (0, 0, 80, 20))
    steps = list(transfer(cutout, [painting, painting.rotate(90)], Settings(**SMALL), tiny, regions=image))
    picture = steps[-1].picture()
    kept = np.asarray(load_picture(cutout), int)[:20]
    assert np.abs(np.asarray(picture, int)[:20] - kept).max() <= 1 and ALPHA in picture.info


@pytest.mark.parametrize("ending", ["png", "webp", "tif", "jpg"])
def test_files_are_transparent_but_for_a_jpeg(tiny, cutout, painting, tmp_path, ending):
    step = painted(cutout, painting, tiny)[-1]
    save_picture(step.picture(), tmp_path / f"out.{ending}", {})
    image = Image.open(tmp_path / f"out.{ending}")
    if ending == "jpg":
        assert image.mode == "RGB" and min(image.getpixel((70, 20))) > 240
        return
    assert image.mode == "RGBA" and image.getchannel("A").tobytes() == cutout.getchannel("A").tobytes()
    if ending != "webp":  # lossy
        over = load_picture(image)
        assert np.abs(np.asarray(over, int) - np.asarray(step.picture(), int)).max() <= 1


def test_sixteen_bits_are_transparent_too(cutout):
    picture = to_tensor(load_picture(cutout))
    rgba = with_alpha(picture, cutout.getchannel("A"))
    assert rgba.shape == (1, 4, 56, 80) and with_alpha(picture, None) is picture
    back = rgba[:, :3] * rgba[:, 3:] + 1 - rgba[:, 3:]
    assert torch.allclose(back, picture, atol=1e-3)
    image = Image.open(io.BytesIO(encode(picture, {}, "TIFF", cutout.getchannel("A"))))
    assert image.mode == "RGBA" and image.tag_v2[258] == (16,) * 4 and image.tag_v2[338] == (2,)
    assert image.getchannel("A").tobytes() == cutout.getchannel("A").tobytes()
