"""Everything that can hold a picture in Python: paths, pipes, open files, arrays, tensors, PIL images."""

import io
import os
import threading
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from nst_core.errors import PictureError
from nst_core.images import load_picture, picture_sha256, to_tensor
from nst_core.recipe import read_recipe
from nst_core.settings import Settings
from nst_core.transfer import stylize, transfer
from nst_core.vgg import Encoder
from tests.support import pictures

SCENE = pictures.scene()
ARRAY = np.asarray(SCENE)


@pytest.mark.parametrize(
    "source",
    [
        ARRAY,
        ARRAY[:, ::-1][:, ::-1],
        np.dstack([ARRAY, np.full(ARRAY.shape[:2], 255, np.uint8)]),
        ARRAY / 255,
        (ARRAY / 255).astype(np.float32),
        to_tensor(SCENE),
        to_tensor(SCENE)[0],
        to_tensor(SCENE).double().requires_grad_(),
        bytearray(pictures.encode(SCENE, "PNG")),
        io.BytesIO(pictures.encode(SCENE, "PNG")),
        SCENE.convert("RGBA"),
    ],
    ids=lambda source: type(source).__name__,
)
def test_a_picture_in_any_form_is_the_picture(source: object) -> None:
    assert picture_sha256(load_picture(source)) == picture_sha256(SCENE)


def test_grey_arrays_are_grey_pictures() -> None:
    grey = pictures.grey_scene()
    for array in (np.asarray(grey), np.asarray(grey)[..., None]):
        assert picture_sha256(load_picture(array)) == picture_sha256(grey)


def test_an_open_file_is_read_from_its_beginning_and_left_open(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(pictures.encode(SCENE, "PNG"))
    with (tmp_path / "a.png").open("rb") as file:
        file.read(10)
        assert load_picture(file).size == load_picture(file).size == (80, 56)
        assert not file.closed
        with pytest.raises(PictureError, match=r"'a\.png' carries no settings"):
            read_recipe(file)
    with pytest.raises(PictureError, match=r"'a\.png' cannot be read"):
        load_picture(file)
    with (tmp_path / "a.png").open(encoding="latin-1") as text, pytest.raises(PictureError, match="open as text"):
        load_picture(text)
    with pytest.raises(PictureError, match="empty"):
        load_picture(io.BytesIO())


def test_a_pipe_is_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=lambda: (tmp_path / "pipe").write_bytes(pictures.encode(SCENE, "PNG")))
    writer.start()
    assert picture_sha256(load_picture(tmp_path / "pipe")) == picture_sha256(SCENE)
    writer.join()


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (np.zeros((3, 40, 40), np.uint8), r"array must be \(H, W, 3\).*not \(3, 40, 40\) of uint8"),
        (np.zeros((40, 40, 3), np.int64), "of int64"),
        (np.zeros((0, 40, 3), np.uint8), "array must be"),
        (np.array("cat.png"), "array must be"),
        (torch.zeros(40, 40, 3), "tensor must be"),
        (torch.zeros(2, 3, 40, 40), "tensor must be"),
        (torch.zeros(1, 3, 40, 40, dtype=torch.uint8), "floats"),
        (7, "not a int"),
        ([1, 2], "not a list"),
        (Path("nowhere.png"), "no file 'nowhere.png'"),
    ],
)
def test_what_is_no_picture_gets_one_sentence(source: object, words: str, tiny: Encoder) -> None:
    for reader in (load_picture, lambda given: stylize(given, SCENE, Settings(size=64), tiny)):
        with pytest.raises(PictureError, match=words):
            reader(source)


def test_stylize_takes_paths_and_arrays(tiny: Encoder, painting: Image.Image, tmp_path: Path) -> None:
    SCENE.save(tmp_path / "photo.png")
    settings = Settings(size=64, evaluations=2)
    expected = stylize(SCENE, painting, settings, tiny)
    for photo in (tmp_path / "photo.png", str(tmp_path / "photo.png"), ARRAY):
        assert picture_sha256(stylize(photo, painting.convert("RGBA"), settings, tiny)) == picture_sha256(expected)


@pytest.mark.parametrize(
    "mode",
    [torch.inference_mode, torch.no_grad, lambda: torch.autocast("cpu", torch.bfloat16), lambda: torch.device("meta")],
    ids=["inference mode", "no grad", "autocast", "default device"],
)
def test_the_callers_modes_do_no_harm(tiny: Encoder, painting: Image.Image, mode: type) -> None:
    settings = Settings(size=64, evaluations=3)
    expected = stylize(SCENE, painting, settings, tiny)
    with mode():
        for step in transfer(SCENE, painting, settings, tiny):
            assert torch.is_inference_mode_enabled() is (mode is torch.inference_mode), "the caller's mode goes on"
            last = step
        assert picture_sha256(last.picture()) == picture_sha256(expected)


def test_settings_take_the_numbers_of_numpy_and_torch() -> None:
    given = Settings(
        size=np.int64(96),
        style_weight=np.float32(7),
        seed=torch.tensor(3),
        style_layers=np.array(["relu1_1", "pool3"]),
        style_layer_weights=np.array([0.5, 2]),
    )
    plain = Settings(size=96, style_weight=7, seed=3, style_layers="relu1_1,pool3", style_layer_weights=[0.5, 2])
    assert given == plain and type(given.size) is int and type(given.style_weight) is float
    assert Settings(style_layer_weights=[np.float32(1)] * 5).style_layer_weights == (1.0,) * 5
