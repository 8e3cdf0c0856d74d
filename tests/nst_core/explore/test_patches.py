"""Where a channel is strongest, found again by brute force, and the patches around those places."""

from dataclasses import dataclass

import numpy as np
import pytest
from PIL import Image

from nst_core.explore import PatchIndex, crop_patch, look, receptive_field, top_activations
from nst_core.explore.palette import PADDING


@dataclass
class Shown:
    """The part of `Look` that `top_activations` uses."""

    maps: np.ndarray

    def features(self, layer: str) -> np.ndarray:
        assert layer == "relu3_1"
        return self.maps


def made_up(channels: int, height: int, width: int, seed: int) -> Shown:
    """Every value once, most of them above zero."""
    values = np.random.default_rng(seed).permutation(channels * height * width) - channels * height * width // 5
    return Shown(values.reshape(channels, height, width).astype(np.float32) + seed / 10)


def thirds(length: int) -> list[range]:
    edges = [0, round(length / 3), round(2 * length / 3), length]
    return [range(edges[n], edges[n + 1]) for n in range(3)]


def test_each_third_by_third_of_a_picture_gives_its_largest_value_the_strongest_first() -> None:
    shown = [made_up(6, 10, 14, 1), made_up(6, 7, 11, 2), made_up(6, 14, 6, 3)]
    found = top_activations(shown, "relu3_1", 9)
    assert found.shape == (6, 9, 3) and found.dtype == np.int16
    for channel in range(6):
        largest = []
        for one in shown:
            for rows in thirds(one.maps.shape[1]):
                for columns in thirds(one.maps.shape[2]):
                    largest.append(max(float(one.maps[channel, y, x]) for y in rows for x in columns))
        values = [float(shown[n].maps[channel, y, x]) for n, y, x in found[channel]]
        assert values == sorted(largest, reverse=True)[:9]


def test_neighbours_are_not_shown_together() -> None:
    maps = np.zeros((1, 9, 12), np.float32)
    maps[0, 0:3, 0:3] = np.arange(10, 19).reshape(3, 3)
    maps[0, 8, 11] = 1
    assert top_activations([Shown(maps)], "relu3_1", 3)[0].tolist() == [[0, 2, 2], [0, 8, 11], [-1, -1, -1]]


def test_a_silent_channel_has_no_strongest_place() -> None:
    maps = np.zeros((2, 6, 9), np.float32)
    maps[0] = -1
    assert (top_activations([Shown(maps)], "relu3_1") == -1).all()


@pytest.mark.parametrize(("height", "width", "places"), [(1, 2, 2), (2, 5, 6), (1, 1, 1)])
def test_a_map_with_fewer_units_than_places_leaves_the_rest_empty(height, width, places) -> None:
    found = top_activations([Shown(np.ones((4, height, width), np.float32))], "relu3_1", 9)
    assert found.shape == (4, 9, 3)
    assert (found[:, :places] >= 0).all() and (found[:, places:] == -1).all()


def test_on_real_looks_the_first_place_is_the_strongest_of_all(palace, coffee) -> None:
    found = top_activations([palace, coffee], "relu4_1")
    maps = [view.features("relu4_1") for view in (palace, coffee)]
    for channel in range(0, 512, 17):
        values = [maps[n][channel, y, x] for n, y, x in found[channel] if n >= 0]
        largest = max(view[channel].max() for view in maps)
        assert values[:1] == ([largest] if largest > 0 else [])
        assert values == sorted(values, reverse=True) and all(value > 0 for value in values)


def test_the_places_come_back_from_a_file_as_they_were(tmp_path, tiny, photo, painting) -> None:
    looks = [look(photo, tiny, 80), look(painting, tiny, 64)]
    places = {layer: top_activations(looks, layer) for layer in ("relu1_1", "relu4_2")}
    kept = PatchIndex("5eed" * 16, ("summer palace.jpg", "Église d’Auvers.webp"), places)
    kept.write(tmp_path / "places.npz")
    back = PatchIndex.read(tmp_path / "places.npz")
    assert (back.weights, back.pictures) == (kept.weights, kept.pictures)
    assert list(back.places) == ["relu1_1", "relu4_2"]
    for layer, expected in places.items():
        assert back.places[layer].dtype == np.int16 and np.array_equal(back.places[layer], expected)


@pytest.mark.parametrize(("layer", "row", "column"), [("relu3_2", 20, 31), ("relu3_4", 11, 17), ("relu4_2", 6, 9)])
def test_a_patch_is_what_the_unit_sees(palace, layer, row, column) -> None:
    box = receptive_field(layer, row, column)
    side = box[2] - box[0]
    assert crop_patch(palace.picture, layer, row, column, side) == palace.picture.crop(box)
    assert crop_patch(palace.picture, layer, row, column).size == (96, 96)


def test_an_early_unit_is_shown_with_its_surroundings() -> None:
    # relu2_1 sees 10 pixels, of which the first is 6 left of twice the column: 11 more on either side.
    picture = Image.fromarray(np.random.default_rng(0).integers(0, 256, (80, 112, 3), np.uint8))
    assert receptive_field("relu2_1", 15, 25) == (46, 26, 56, 36)
    assert crop_patch(picture, "relu2_1", 15, 25, 32) == picture.crop((35, 15, 67, 47))


def test_the_padding_is_grey() -> None:
    white = Image.new("RGB", (112, 80), "white")
    left, top, right, bottom = receptive_field("relu4_2", 9, 0)
    assert (left, top, right, bottom) == (-38, 34, 46, 118)
    pixels = np.asarray(crop_patch(white, "relu4_2", 9, 0, 84))
    inside = np.zeros((84, 84), bool)
    inside[: 80 - 34, 38:] = True
    assert (pixels[inside] == 255).all() and (pixels[~inside] == PADDING).all()
