"""A caption leaves the picture's pixels alone, and a PNG carries it along."""

import io

import numpy as np
from PIL import Image

from nst_core.explore.captions import captioned, png
from nst_core.explore.palette import GROUND
from nst_core.explore.scales import COLOUR_TABLES, Scale


def test_a_caption_leaves_the_pixels_alone(noise) -> None:
    image = noise(130, 70)
    for scale in (None, Scale(3.0), Scale(0.0), Scale(1.0, signed=True, unit="r"), Scale(2.0, curve="log")):
        below = captioned(image, ["a line that is far too long for a picture of this width", "another"], scale)
        assert below.width == 130 and below.height > 70 + 4 * 17
        assert below.crop((0, 0, 130, 70)).tobytes() == image.tobytes()
        assert below.getpixel((0, below.height - 1)) == GROUND
    assert captioned(image, ["one"]).height < captioned(image, ["one"], Scale(1.0)).height


def test_the_bar_below_a_picture_shows_the_colours_from_zero_to_the_top(noise) -> None:
    for scale in (Scale(3.0), Scale(1.0, signed=True)):
        strip = np.asarray(captioned(noise(300, 20), [], scale))[20:].tolist()
        seen = {tuple(colour) for line in strip for colour in line}
        assert {tuple(COLOUR_TABLES[scale.signed][n].tolist()) for n in (0, 255)} <= seen


def test_a_png_carries_what_it_shows_and_every_pixel(noise) -> None:
    back = Image.open(io.BytesIO(png(noise(33, 21), "relu4_1 · 512 maps of 48 × 32")))
    assert back.format == "PNG" and np.array_equal(back, noise(33, 21))
    assert back.text == {"Description": "relu4_1 · 512 maps of 48 × 32"}
    assert not Image.open(io.BytesIO(png(noise(33, 21)))).text
