"""Properties, tried on drawn examples: every picture file and every mapping is read right, or refused in one sentence.

The examples are the same in every run.
"""

import io
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from nst_core.errors import LayerError, PictureError, SettingError
from nst_core.image_files import MIN_SIDE
from nst_core.images import load_picture
from nst_core.saving import ENDINGS, encode
from nst_core.settings import FIELDS, Settings

FEW = settings(max_examples=60, derandomize=True, deadline=None, database=None)
FEW = settings(FEW, suppress_health_check=[HealthCheck.too_slow])

# Format -> the modes that Pillow writes in it, and how far a value (0-255) of a smooth picture may be off.
MODES = {
    "PNG": (("1", "L", "LA", "I;16", "P", "RGB", "RGBA"), 1),
    "TIFF": (("1", "L", "LA", "I;16", "I", "F", "P", "RGB", "RGBA", "CMYK"), 1),
    "BMP": (("1", "L", "P", "RGB"), 1),
    "GIF": (("1", "L", "P", "RGB", "RGBA"), 40),
    "WEBP": (("L", "RGB", "RGBA"), 24),
    "JPEG": (("L", "RGB", "CMYK"), 16),
    "JPEG2000": (("L", "LA", "RGB", "RGBA"), 4),
    "PPM": (("1", "L", "I;16", "RGB"), 1),
    "AVIF": (("RGB", "RGBA"), 40),
}
PAIRS = [(kind, mode) for kind, (modes, _) in MODES.items() for mode in modes]
TURNED = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # PIL's transpositions that undo each orientation


def smooth(width: int, height: int, mode: str) -> Image.Image:
    """A picture without edges: from dark to light across, and back down; grey in grey modes."""
    across, down = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    if mode in ("1", "L", "LA", "I;16", "I", "F"):
        grey = 20 + 100 * across + 110 * down
        return Image.fromarray(np.rint(np.stack([grey] * 3, -1)).astype(np.uint8))
    planes = [30 + 190 * across, 40 + 170 * down, 220 - 90 * across - 90 * down]
    return Image.fromarray(np.rint(np.stack(planes, -1)).astype(np.uint8))


def in_mode(picture: Image.Image, mode: str) -> Image.Image:
    """`picture` as a file of this mode would hold it, in its full depth."""
    if mode in ("I;16", "I", "F"):
        grey = np.asarray(picture.convert("L"))
        depths = {"I;16": grey.astype(np.uint16) * 257, "I": grey.astype(np.int32) * 257, "F": grey.astype(np.float32)}
        return Image.fromarray(depths[mode])
    return picture.quantize(256) if mode == "P" else picture.convert(mode)


@FEW
@given(pair=st.sampled_from(PAIRS), size=st.tuples(st.integers(1, 70), st.integers(1, 70)), turn=st.integers(0, 9))
def test_a_file_that_pillow_writes_is_read_right_or_refused_in_a_sentence(
    pair: tuple[str, str], size: tuple[int, int], turn: int
) -> None:
    kind, mode = pair
    upright = smooth(*size, mode)
    stored = in_mode(upright.transpose(Image.Transpose(TURNED[turn])) if turn in TURNED else upright, mode)
    exif = Image.Exif()
    exif[0x0112] = turn
    turns = kind in ("PNG", "TIFF", "WEBP", "JPEG", "AVIF")
    if turn in TURNED and not turns:
        return
    file = io.BytesIO()
    try:
        stored.save(file, kind, **({"exif": exif} if turns else {}), **({"quality": 95} if kind == "JPEG" else {}))
    except (OSError, ValueError):  # Pillow does not write this here
        return
    if min(size) < MIN_SIDE:
        with pytest.raises(PictureError, match="each side needs"):
            load_picture(file.getvalue())
        return
    loaded = load_picture(file.getvalue())
    assert loaded.size == size and loaded.mode == "RGB"
    if mode != "1":
        off = np.abs(np.asarray(loaded).astype(int) - np.asarray(upright))
        most = MODES[kind][1] if mode not in ("P",) else max(24, MODES[kind][1])
        assert off.max() <= most, (kind, mode, size, turn)


@FEW
@given(
    kind=st.sampled_from(sorted(set(ENDINGS.values()))),
    changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=30),
    kept=st.floats(0, 1),
)
def test_a_damaged_file_gives_a_picture_or_a_sentence(kind: str, changes: list[tuple[float, int]], kept: float) -> None:
    data = bytearray(encode(smooth(40, 30, "RGB"), {"settings": {}}, kind))
    for place, value in changes:
        data[int(place * (len(data) - 1))] = value
    try:
        assert load_picture(bytes(data[: max(1, int(kept * len(data)))])).mode == "RGB"
    except PictureError as error:
        assert "\n" not in str(error) and str(error).endswith(".")


@FEW
@given(
    data=st.binary(max_size=200),
    head=st.sampled_from([b"", b"\xff\xd8\xff", b"II*\0", b"GIF89a", b"RIFF", b"\0\0\0\x18ftyp"]),
)
def test_any_bytes_give_a_picture_or_a_sentence(data: bytes, head: bytes) -> None:
    with pytest.raises(PictureError):
        load_picture(head + data)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
SENSIBLE = st.integers(0, 200) | st.sampled_from(["noise", "gatys", "max", "adam", "relu1_1,pool3", "0.5", "auto"])
VALUES = SENSIBLE | st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner)
)
NAMES = st.sampled_from(list(FIELDS)) | st.text(max_size=8)


@settings(FEW, max_examples=300)
@given(st.dictionaries(NAMES, VALUES, max_size=5) | VALUES)
def test_any_mapping_of_json_values_is_valid_or_one_sentence(values: Any) -> None:
    try:
        made = Settings.from_dict(values)
    except (SettingError, LayerError) as error:
        assert len(str(error)) < 400
    else:
        assert Settings.from_dict(made.to_dict()) == made


def test_lists_in_lists_in_lists_are_refused_in_a_sentence() -> None:
    deep: list[Any] = []
    for _ in range(5000):
        deep = [deep]
    for name in FIELDS:
        with pytest.raises((SettingError, LayerError), match=name):
            Settings.from_dict({name: deep})
