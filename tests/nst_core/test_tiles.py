"""In tiles, the targets, the loss and the gradient of a picture are those of the whole picture."""

import pytest
import torch
from PIL import Image
from torch import Tensor

from nst_core import tile_grid, tiles
from nst_core.images import load_picture
from nst_core.losses import OBJECTIVES
from nst_core.objective import Interrupted, Objective
from nst_core.places import on_ground, places_at
from nst_core.plan import Level
from nst_core.regions import COLORS, read_regions
from nst_core.settings import Settings
from nst_core.terms import Targets

UNIT = 2  # a window of a pooling, in units of its input
DEFAULT = {"content_layers": "relu4_2", "style_layers": "relu1_1,relu2_1,relu3_1,relu4_1"}
LAYERS = [
    DEFAULT,
    {"content_layers": "relu1_2,conv2_2,pool3", "style_layers": "conv1_1,relu1_1,pool1,relu2_2,conv3_1,relu4_1"},
    {"content_layers": "relu2_2,pool2", "style_layers": "pool2,relu2_1"},
    {"content_layers": "conv1_2", "style_layers": "relu1_1"},
    {"content_weight": 0, "style_layers": "relu3_1"},
    {"style_weight": 0, "content_layers": "relu2_1,relu5_1"},
]


def evaluated(objective: Objective, picture: Tensor) -> tuple[Tensor, Tensor]:
    """All terms and the total, and the gradient."""
    x = picture.clone().requires_grad_()
    total, terms = objective(x)
    (gradient,) = torch.autograd.grad(total, x)
    return torch.stack([total, *terms.values()]).detach(), gradient


@pytest.fixture
def compare(tiny, photo, painting, monkeypatch):
    """Compare an objective in tiles of so many rows and columns with the whole picture's."""

    def run(rows: int, columns=20, size=(53, 47), paintings=None, content=photo, regions=None, **settings):
        settings, level = Settings(**DEFAULT | settings), Level(*size, 1)
        shares = settings.shares(len(paintings or [painting]))
        places = places_at(content, regions, shares, size)
        picture = torch.rand(1, 3, *size[::-1], generator=torch.Generator().manual_seed(1))
        found = []
        for large in (10**9, 0):
            monkeypatch.setattr(tiles, "LARGE", large)
            monkeypatch.setattr(tile_grid, "ROWS", rows)
            monkeypatch.setattr(tile_grid, "COLUMNS", columns)
            objective = Objective(content, paintings or [painting], settings, level, tiny, places=places)
            found.append((*evaluated(objective, picture), torch.tensor([*objective.units.values()])))
        for whole, tiled in zip(*found, strict=True):
            assert whole.abs().max() > 0
            assert (whole - tiled).abs().max() <= 1e-5 * whole.abs().max()

    return run


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("pooling", ["max", "average"])
@pytest.mark.parametrize("padding", ["replicate", "zeros"])
def test_the_loss_and_its_gradient_are_those_of_the_whole_picture(compare, objective, pooling, padding):
    compare(16, size=(37, 31), objective=objective, pooling=pooling, padding=padding)


@pytest.mark.parametrize("rows", [1, UNIT, 2 * UNIT, 13, 20, 23, 500])
@pytest.mark.parametrize("height", [20, 21, 22, 23])
def test_whatever_the_height_of_picture_and_tiles(compare, rows, height):
    compare(rows, size=(19, height))


@pytest.mark.parametrize("columns", [1, UNIT, 13, 20, 500])
@pytest.mark.parametrize("width", [20, 21, 22, 23])
def test_whatever_the_width_of_picture_and_tiles(compare, columns, width):
    compare(16, columns, size=(width, 19))


@pytest.mark.parametrize(("after", "layer"), [(None, "conv1_1"), ("pool1", "conv2_1")])
@pytest.mark.parametrize(("height", "width"), [(4, 4), (7, 5), (100, 33), (61, 203)])
def test_the_tiles_cover_a_blocks_input_once_and_are_about_equal(monkeypatch, height, width, after, layer):
    monkeypatch.setattr(tile_grid, "ROWS", 24)
    monkeypatch.setattr(tile_grid, "COLUMNS", 200)
    most = 200 // 2 // (2 if after else 1)  # columns in four bytes
    covered = torch.zeros(height, width)
    found = tile_grid.tiles_of(height, width, after)
    for tile in found:
        rows, columns = tile.units(layer)
        covered[rows, columns] += 1
        assert rows.stop - rows.start < 24 + UNIT and columns.stop - columns.start < most + UNIT
    assert (covered == 1).all()
    assert len(found) == -(-(height // UNIT * UNIT) // 24) * -(-(width // UNIT * UNIT) // most)


def test_in_two_bytes_tiles_have_twice_the_columns():
    assert len(tile_grid.tiles_of(480, 2048, itemsize=2)) == 10 * 2
    assert len(tile_grid.tiles_of(480, 2048, itemsize=4)) == 10 * 4


def test_a_graphics_card_gets_larger_pictures_whole_and_larger_tiles():
    """Anything that is not a processor; here torch's device without data."""
    for side, large, large_on_card in (
        (512, False, False),
        (1024, True, False),
        (2047, True, False),
        (2048, True, True),
    ):
        assert tiles.is_large(torch.empty(1, 3, side, side)) is large
        assert tiles.is_large(torch.empty(1, 3, side, side, device="meta")) is large_on_card
    assert len(tile_grid.tiles_of(4096, 2560, on_card=True)) == 2 * 2
    assert len(tile_grid.tiles_of(2048, 1280, "pool1", on_card=True)) == 2 * 2


@pytest.mark.parametrize("layers", LAYERS)
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_whatever_the_layers(compare, layers, objective):
    compare(12, size=(37, 31), objective=objective, **layers)


def test_with_regions_and_where_the_photo_is_transparent(compare, photo, painting):
    image = Image.new("RGB", (80, 56), COLORS[0])
    image.paste(COLORS[1], (0, 0, 80, 20))
    image.paste("white", (0, 0, 30, 30))
    regions = read_regions(image, 2, photo.size)
    compare(8, paintings=[painting, painting.rotate(90)], regions=regions)


def test_with_changed_gram_matrices(compare):
    compare(12, gram_changes="relu1_1:0x0,relu3_1:1:2x3,relu4_1x2")


def test_where_photo_and_painting_are_transparent(compare, photo, painting):
    compare(8, paintings=[half(painting)], content=on_ground(half(photo)), content_layers="relu1_1,relu4_2")


def half(picture: Image.Image) -> Image.Image:
    """The picture with its right half transparent, as it is loaded."""
    image, alpha = picture.convert("RGBA"), Image.new("L", picture.size, 255)
    alpha.paste(0, (picture.width // 2, 0, *picture.size))
    image.putalpha(alpha)
    return load_picture(image)


@pytest.mark.parametrize("columns", [24, 64])
def test_in_bfloat16_it_is_as_near_to_float32_as_the_whole_picture_in_bfloat16(
    tiny, photo, painting, monkeypatch, columns
):
    found = []
    monkeypatch.setattr(tile_grid, "ROWS", 16)
    monkeypatch.setattr(tile_grid, "COLUMNS", columns)
    for large, precision in ((10**9, "float32"), (10**9, "bfloat16"), (0, "bfloat16")):
        monkeypatch.setattr(tiles, "LARGE", large)
        network = tiny.with_precision(precision)
        objective = Objective(photo, [painting], Settings(**DEFAULT), Level(64, 45, 1), network)
        found.append(evaluated(objective, torch.rand(1, 3, 45, 64, generator=torch.Generator().manual_seed(1))))
    (exact, _), (losses, gradient), (losses_in_tiles, gradient_in_tiles) = found
    near = 2**-9 * exact  # a rounding error
    assert ((losses_in_tiles - exact).abs() <= torch.maximum((losses - exact).abs(), near)).all()
    assert torch.nn.functional.cosine_similarity(gradient.flatten(), gradient_in_tiles.flatten(), 0) > 0.999


@pytest.mark.parametrize(
    ("settings", "once"),
    [
        ({}, {"conv1_2", "conv2_2"}),
        ({"style_layers": "relu2_2,pool1"}, {"conv1_2"}),
        ({"content_layers": "conv1_2,relu4_1"}, {"conv2_2"}),
        ({"pooling": "average"}, set()),
    ],
)
def test_for_the_gradient_all_is_computed_again_but_what_only_a_max_pooling_needs(
    tiny, photo, painting, monkeypatch, settings, once
):
    monkeypatch.setattr(tiles, "LARGE", 0)
    objective = Objective(photo, [painting], Settings(**DEFAULT | settings), Level(64, 45, 1), tiny)
    calls: list[str] = []
    hooks = [
        conv.register_forward_pre_hook(lambda *_, name=name: calls.append(name)) for name, conv in tiny.convs.items()
    ]
    evaluated(objective, torch.rand(1, 3, 45, 64))
    for hook in hooks:
        hook.remove()
    shallow = ["conv1_2", "conv2_1", "conv2_2"]
    assert {name: calls.count(name) for name in shallow} == {name: 1 if name in once else 2 for name in shallow}
    assert calls.count("conv3_1") == 1


def test_in_bfloat16_the_positions_of_all_tiles_are_counted(tiny, monkeypatch):
    """In bfloat16 itself 256 + 1 is 256."""
    monkeypatch.setattr(tile_grid, "ROWS", 4)
    monkeypatch.setattr(tile_grid, "COLUMNS", 12)
    targets = Targets({}, {"relu1_1": torch.zeros(4, 4)})
    ((_, sums),) = tiles.iter_sums(tiny.with_precision("bfloat16"), torch.rand(1, 3, 203, 301), targets)
    assert sums.products[0][1] == 203 * 301


@pytest.mark.parametrize("calls", [1, 15, 20, 30, 48])
def test_an_interruption_is_heard_before_every_convolution(tiny, photo, painting, monkeypatch, calls):
    monkeypatch.setattr(tiles, "LARGE", 0)
    monkeypatch.setattr(tile_grid, "ROWS", 16)
    monkeypatch.setattr(tile_grid, "COLUMNS", 32)
    count = 0

    def interrupted() -> bool:
        nonlocal count
        count += 1
        return count == limit

    limit = 0
    objective = Objective(photo, [painting], Settings(**DEFAULT), Level(64, 45, 1), tiny, interrupted)
    count, limit = 0, calls
    with pytest.raises(Interrupted):
        evaluated(objective, torch.rand(1, 3, 45, 64))
    assert count == calls
