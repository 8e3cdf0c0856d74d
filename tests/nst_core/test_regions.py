"""A map of regions: which colour stands for which painting, and what is said of a map that cannot be used."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from nst_core.errors import PictureError, SettingError
from nst_core.regions import KEPT, MIXED, Regions, check_colors, read_regions


def map_of(*colors: str, size: tuple[int, int] = (120, 80), mode: str = "RGB") -> Image.Image:
    """A map with upright stripes of equal width in these colours."""
    image = Image.new(mode, size)
    width = size[0] // len(colors)
    for number, color in enumerate(colors):
        image.paste(color, (number * width, 0, (number + 1) * width, size[1]))
    return image


def labels_of(regions: Regions) -> list[int]:
    """The label in the middle of each fifth of the width."""
    width, height = regions.labels.size
    return [regions.labels.getpixel((int((n + 0.5) * width / 5), height // 2)) for n in range(5)]


def test_colours_stand_for_the_paintings_in_their_order_black_for_all_and_white_for_the_photo():
    regions = read_regions(map_of("red", "yellow", "blue", "black", "white"), 4, (240, 160))
    assert labels_of(regions) == [0, 1, 3, MIXED, KEPT]
    assert [regions.present(label) for label in (0, 1, 2, 3, MIXED, KEPT)] == [True, True, False, True, True, True]
    own = read_regions(map_of("#336699", "tan", "black", "white", "tan"), 2, colors=("tan", "#336699"))
    assert labels_of(own) == [1, 0, MIXED, KEPT, 0] and own.colors == ("tan", "#336699")


def test_transparent_places_are_mixed_and_both_greens_are_green():
    image = map_of("red", "#008000", "#00ff00", "white", "white").convert("RGBA")
    image.paste((255, 255, 255, 0), (96, 0, 120, 80))
    assert labels_of(read_regions(image, 3)) == [0, 2, 2, KEPT, MIXED]


@pytest.mark.parametrize("change", ["jpeg", "smooth", "large"])
def test_a_jpeg_and_soft_edges_go_to_the_nearest_colour(change):
    image = map_of("red", "blue", "yellow", "black", "green", size=(600, 400))
    ImageDraw.Draw(image).ellipse((150, 100, 460, 300), fill="yellow")
    exact = np.asarray(read_regions(image, 4).labels)
    if change == "jpeg":
        file = io.BytesIO()
        image.save(file, "JPEG", quality=60)
        found = np.asarray(read_regions(file.getvalue(), 4).labels)
    elif change == "smooth":
        smooth = read_regions(image.resize((603, 402), Image.Resampling.BICUBIC), 4).labels
        found = np.asarray(smooth.resize((600, 400), Image.Resampling.NEAREST))
    else:
        large = read_regions(image.resize((3000, 2000), Image.Resampling.NEAREST), 4).labels
        assert max(large.size) == 1024
        found = np.asarray(large.resize((600, 400), Image.Resampling.NEAREST))
    assert (found != exact).mean() < 0.02
    # Between red and blue a smoothed edge is purple and between blue and yellow grey: as near to black as to the two.
    assert not (found[:, :230] == MIXED).any() and set(np.unique(found)) == {0, 1, 2, 3, MIXED}


def test_the_hash_is_that_of_the_places_whatever_the_colours_and_the_file():
    image = map_of("red", "yellow", "black")
    same = map_of("tan", "navy", "black")
    assert read_regions(image, 2).sha256 == read_regions(same, 2, colors=("tan", "navy")).sha256
    assert read_regions(image, 2).sha256 != read_regions(map_of("yellow", "red", "black"), 2).sha256


@pytest.mark.parametrize(
    ("image", "said"),
    [
        (map_of("red", "blue", size=(80, 120)), "The map of regions is 80x120 and the photo 240x160. Give a map"),
        (
            map_of("red", "blue"),
            "has a place for painting 4, and there are 2. Give more paintings, or a map with fewer",
        ),
        (map_of("black"), "The map of regions names no place. Paint on it with red, yellow or white."),
        (Image.new("RGBA", (120, 80), (255, 0, 0, 0)), "names no place"),
        (map_of("white"), "keeps the whole photo: nothing is left to paint. Leave a part of it black."),
        (
            map_of("red", "#7f7f7f"),
            "stand for nothing, such as #7f7f7f. Use red, yellow, green, blue for the paintings",
        ),
        (b"junk", "is not a picture"),
    ],
    ids=["proportions", "more colours than paintings", "black", "transparent", "white", "unknown colour", "no picture"],
)
def test_a_map_that_cannot_be_used_is_refused_in_one_sentence(image, said):
    with pytest.raises(PictureError) as error:
        read_regions(image, 2, (240, 160))
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("colors", "said"),
    [
        (["red", "blurple"], "There is no colour 'blurple'. Give names such as red, or codes such as #ff0000."),
        (["red", "#ff0000"], "The region colour '#ff0000' is the same as 'red'."),
        (["green", "lime"], "The region colour 'lime' is the same as 'green'."),
        (["white"], "The region colour 'white' is the same as 'white'."),
        ([None], "There is no colour 'None'"),
    ],
)
def test_colours_that_cannot_be_told_apart_or_do_not_exist_are_refused(colors, said):
    with pytest.raises(SettingError, match="colour") as error:
        check_colors(colors)
    assert said in str(error.value)


def test_regions_that_were_read_are_checked_again_for_other_paintings_and_photos():
    regions = read_regions(map_of("red", "yellow"), 2)
    assert read_regions(regions, 2, (60, 40)) is regions
    for paintings, size in ((1, (60, 40)), (2, (60, 60))):
        with pytest.raises(PictureError):
            read_regions(regions, paintings, size)
