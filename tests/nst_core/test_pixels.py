"""Frames, deep greys and large JPEGs: pictures as people see them."""

import io

import numpy as np
import pytest
from PIL import Image

from nst_core.__main__ import _pictures
from nst_core.batch_task import PictureFile, Task
from nst_core.errors import PictureError
from nst_core.image_files import MAX_PIXELS
from nst_core.images import load_picture, picture_sha256, to_tensor
from nst_core.options import parser
from nst_core.saving import encode
from nst_core.settings import Settings
from tests.support import pictures
from tests.support.case_pictures import blank_first


def test_the_first_frame_that_shows_something_is_taken() -> None:
    loaded = load_picture(blank_first())
    assert np.abs(np.asarray(loaded).astype(int) - np.asarray(pictures.scene())).max() <= 20  # of a palette
    given = Image.open(io.BytesIO(blank_first()))
    assert picture_sha256(load_picture(given)) == picture_sha256(loaded) and given.tell() == 0


def test_a_picture_of_nothing_is_white() -> None:
    assert load_picture(Image.new("RGBA", (20, 30))).getextrema() == ((255, 255),) * 3


@pytest.mark.parametrize("bits", [8, 9, 10, 12, 16])
def test_a_deep_grey_is_as_bright_as_its_bits_say(bits: int) -> None:
    ramp = np.tile(np.linspace(0, 2**bits - 1, 80), (56, 1)).round().astype(np.uint16)
    for data in (pictures.encode(Image.fromarray(ramp), "PNG"), pictures.encode(Image.fromarray(ramp), "TIFF")):
        assert load_picture(data).getextrema() == ((0, 255),) * 3


def test_a_photo_of_12_bits_is_the_photo() -> None:
    grey = np.asarray(pictures.scene().convert("L"))
    loaded = load_picture(pictures.encode(Image.fromarray(grey.astype(np.uint16) << 4), "PNG"))
    assert np.abs(np.asarray(loaded)[..., 0].astype(int) - grey).max() <= 1


@pytest.mark.parametrize("bits", [12, 16])
def test_colours_of_12_bits_in_16_are_refused_with_a_remedy_and_those_of_16_are_read(bits: int) -> None:
    scene = to_tensor(pictures.scene())
    file = encode(scene * (2**bits - 1) / 65535, {}, "TIFF")  # Pillow reads the high byte of each value only
    if bits == 16:
        assert np.abs(np.asarray(load_picture(file), int) - np.asarray(pictures.scene(), int)).max() <= 1
    else:
        with pytest.raises(PictureError, match="colours of 12 bits in 16"):
            load_picture(file)


@pytest.mark.parametrize("size", [(8160, 6144), (8192, 6144), (16320, 12240)])
def test_the_photos_of_telephones_are_welcome(size: tuple[int, int]) -> None:
    loaded = load_picture(pictures.encode(Image.new("L", size, 90), "JPEG"))
    assert loaded.getextrema() == ((90, 90),) * 3
    assert max(loaded.size) >= 2048 and loaded.width / loaded.height == pytest.approx(size[0] / size[1], rel=0.01)


def test_what_takes_too_much_memory_is_refused_and_the_numbers_never_look_equal() -> None:
    for width, height in ((MAX_PIXELS // 5000 + 1, 5000), (8192, 6144)):
        with pytest.raises(PictureError, match=r"\(50\.\d million\); a PNG may have 50 million\. .*JPEG"):
            load_picture(pictures.bomb(width, height))
    header = pictures.encode(Image.new("L", (16, 16)), "JPEG")
    for size in ((20000, 20000), (65500, 65500)):
        at = header.index(b"\xff\xc0") + 5
        large = header[:at] + size[1].to_bytes(2, "big") + size[0].to_bytes(2, "big") + header[at + 4 :]
        with pytest.raises(PictureError, match="a JPEG may have 250 million"):
            load_picture(large)


def test_a_progressive_jpeg_is_kept_whole_and_so_may_be_less_large() -> None:
    small = pictures.encode(Image.new("RGB", (64, 64)), "JPEG", progressive=True, subsampling=0)
    at = small.index(b"\xff\xc2") + 5
    large = small[:at] + (9999).to_bytes(2, "big") + (12000).to_bytes(2, "big") + small[at + 4 :]
    with pytest.raises(PictureError, match=r"\(120 million\); a progressive JPEG may have 75 million"):
        load_picture(large)


def test_a_narrow_jpeg_is_not_reduced_below_what_can_be_used() -> None:
    loaded = load_picture(pictures.encode(pictures.scene().resize((20, 16000)), "JPEG"))
    assert loaded.width >= 16


def test_pictures_are_read_as_large_as_the_settings_need(tmp_path) -> None:
    """A JPEG of 4,400 pixels is read at a half of that where 2,200 are enough: for the photo, but not for the painting."""
    paths = [tmp_path / "photo.jpg", tmp_path / "painting.jpg"]
    for path in paths:
        Image.new("RGB", (4400, 40)).save(path)
    options = parser().parse_args([*map(str, paths), "-o", str(tmp_path / "out.png")])
    files = [PictureFile.read(path) for path in paths]
    for size, sides in ((512, (2200, 2200)), (2200, (2200, 4400)), (3000, (4400, 4400))):
        content, styles, _ = _pictures(options, Settings(size=size))
        assert (content.width, styles[0].width) == sides
        assert tuple(picture.width for picture in Task(*files, Settings(size=size)).pictures()) == sides
    assert [picture.width for picture in Task(*files, Settings(), size_of_photo=True).pictures()] == [4400, 4400]
