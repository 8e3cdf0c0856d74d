"""The changes pixel by pixel, and how far they change the content and the style of real photos."""

import numpy as np
import pytest
from PIL import Image, ImageOps

from nst_core.explore import CHANGES, lesson, perturbed
from nst_core.images import to_tensor
from nst_core.layers import CONTENT_LAYERS, STYLE_LAYERS

SMALL = np.arange(4 * 5 * 3, dtype=np.uint8).reshape(4, 5, 3) * 4


def pixels(change: str, amount: int | None = None, of: np.ndarray = SMALL) -> np.ndarray:
    return np.asarray(perturbed(Image.fromarray(of), change, amount))


def moves(view) -> dict[str, Image.Image]:
    """Changes that move the parts of the picture and keep their colours and textures."""
    found = {f"shift {n}": perturbed(view.picture, "shift", n) for n in (16, 48)}
    return found | {change: perturbed(view.picture, change) for change in ("mirror", "upside down", "quarters")}


@pytest.fixture(scope="module")
def lessons(palace, coffee, oxford) -> dict[str, dict]:
    found = {}
    for name, view in (("palace", palace), ("coffee", coffee)):
        pictures = moves(view) | {
            "grey": perturbed(view.picture, "grey"),
            "shuffle": perturbed(view.picture, "shuffle"),
        }
        found[name] = {change: lesson(view, picture, oxford) for change, picture in pictures.items()}
    return found


def test_what_leaves_on_the_right_comes_back_on_the_left() -> None:
    moved = pixels("shift", 2)
    assert np.array_equal(moved[:, 2:], SMALL[:, :3]) and np.array_equal(moved[:, :2], SMALL[:, 3:])


def test_the_turned_pictures_pixel_by_pixel() -> None:
    assert np.array_equal(pixels("mirror"), SMALL[:, ::-1])
    assert np.array_equal(pixels("upside down"), SMALL[::-1])
    even = SMALL[:, :4]
    top, bottom = np.hsplit(even[:2], 2), np.hsplit(even[2:], 2)
    assert np.array_equal(pixels("quarters", of=even), np.block([[[bottom[1]], [bottom[0]]], [[top[1]], [top[0]]]]))


def test_without_colour_the_three_channels_are_equal() -> None:
    grey = pixels("grey")
    assert np.array_equal(grey, np.repeat(grey[..., :1], 3, axis=2))
    assert np.allclose(grey[..., 0], SMALL @ [0.299, 0.587, 0.114], atol=1)


def test_squares_change_places_whole_and_what_is_left_over_stays() -> None:
    image = np.random.default_rng(0).integers(0, 256, (50, 71, 3), np.uint8)
    mixed = pixels("shuffle", 16, image)
    squares = [
        sorted(maps[y : y + 16, x : x + 16].tobytes() for y in (0, 16, 32) for x in (0, 16, 32, 48))
        for maps in (image, mixed)
    ]
    assert squares[0] == squares[1] and not np.array_equal(image, mixed)
    assert np.array_equal(mixed[48:], image[48:]) and np.array_equal(mixed[:, 64:], image[:, 64:])
    assert np.array_equal(pixels("shuffle", 16, image), mixed), "the same every time"
    assert np.array_equal(pixels("shuffle", 99, image), image), "squares larger than the picture"


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_keeps_the_size_and_leaves_the_original_alone(change, photo) -> None:
    before = photo.tobytes()
    after = perturbed(photo, change, 16)
    assert after.size == photo.size and after.mode == "RGB"
    assert photo.tobytes() == before != after.tobytes()


def test_twice_mirrored_is_as_before(photo) -> None:
    for change in ("mirror", "upside down", "quarters"):
        assert perturbed(perturbed(photo, change), change) == photo


def test_an_unchanged_picture_has_no_mismatch(palace, oxford) -> None:
    same = lesson(palace, palace.picture, oxford)
    assert same.content == dict.fromkeys(CONTENT_LAYERS, 0) and same.style == dict.fromkeys(STYLE_LAYERS, 0)
    assert same.error.shape == (22, 32) and not same.error.any()


def test_a_lesson_by_the_formulas(palace, oxford) -> None:
    grey = ImageOps.grayscale(palace.picture).convert("RGB")
    found = lesson(palace, grey, oxford, ["relu3_2", "relu4_2"], ["relu2_1"])
    features = {
        name: maps[0].numpy() for name, maps in oxford(to_tensor(grey), ["relu3_2", "relu4_2", "relu2_1"]).items()
    }
    assert list(found.content) == ["relu3_2", "relu4_2"] and list(found.style) == ["relu2_1"]
    for layer, value in found.content.items():
        target = palace.features(layer)
        assert value == pytest.approx(np.square(features[layer] - target).sum() / np.square(target).sum(), rel=1e-3)
    own, target = (maps.reshape(128, -1).astype(float) for maps in (features["relu2_1"], palace.features("relu2_1")))
    own, target = own @ own.T, target @ target.T
    assert found.style["relu2_1"] == pytest.approx(np.square(own - target).sum() / np.square(target).sum(), rel=1e-3)
    assert found.error == pytest.approx(np.square(features["relu3_2"] - palace.features("relu3_2")).sum(0), rel=1e-3)


def test_a_degenerate_picture_can_be_changed_too(degenerate, oxford) -> None:
    for change in CHANGES:
        with np.errstate(invalid="raise", divide="raise", over="raise"):
            found = lesson(degenerate, perturbed(degenerate.picture, change, 16), oxford)
        values = [*found.content.values(), *found.style.values()]
        assert np.isfinite(values).all() and min(values) >= 0 and np.isfinite(found.error).all()
        if degenerate.picture.getextrema() == ((0, 0),) * 3:
            assert not any(values), "a black picture stays black"


@pytest.mark.parametrize("name", ["palace", "coffee"])
@pytest.mark.parametrize("change", ["shift 16", "shift 48", "mirror", "upside down"])
def test_moving_a_photo_changes_its_content_and_hardly_its_style(lessons, name, change) -> None:
    found = lessons[name][change]
    assert found.content["relu4_2"] > 0.5
    assert max(found.style[layer] for layer in ("relu1_1", "relu2_1", "relu3_1")) < 0.1
    assert found.style["relu4_1"] < 0.2
    assert 5 * found.style["relu4_1"] < found.content["relu4_2"]


@pytest.mark.parametrize(("name", "most"), [("palace", 0.2), ("coffee", 0.1)])
def test_swapping_its_quarters_does_so_too_except_for_the_new_edges(lessons, name, most) -> None:
    # The edges cross the palace's smooth sky, where there were none.
    found = lessons[name]["quarters"]
    assert found.content["relu4_2"] > 1.5
    assert max(found.style[layer] for layer in ("relu1_1", "relu2_1", "relu3_1", "relu4_1")) < most


def test_removing_the_colour_changes_content_less_and_style_more_than_moving(lessons) -> None:
    for name, found in lessons.items():
        grey = found["grey"]
        assert (
            grey.content["relu4_2"]
            < 0.3
            < 0.5 * min(found[change].content["relu4_2"] for change in ("shift 16", "mirror"))
        )
        for change in ("shift 16", "shift 48", "mirror", "upside down", "quarters"):
            for layer in ("relu1_1", "relu3_1", "relu4_1"):
                assert grey.style[layer] > found[change].style[layer], (name, change, layer)
    # How much style is lost depends on how much colour there was.
    coffee, palace = lessons["coffee"]["grey"], lessons["palace"]["grey"]
    assert coffee.style["relu1_1"] > 3 * coffee.content["relu4_2"]
    assert palace.style["relu1_1"] < palace.content["relu4_2"] < palace.style["relu3_1"]


def test_cutting_a_photo_up_adds_edges_that_deep_style_layers_see(lessons) -> None:
    for found in lessons.values():
        shuffle = found["shuffle"]
        assert shuffle.content["relu4_2"] > 1
        assert [shuffle.style[layer] for layer in STYLE_LAYERS] == sorted(shuffle.style.values())
        assert shuffle.style["relu1_1"] < 0.1 and shuffle.style["relu5_1"] > 1
