"""What a change of the state changes besides, and what a field refuses."""

from dataclasses import fields, replace

import pytest

from demo.explorer.view_state import ViewState
from nst_core.errors import LayerError
from nst_core.layers import LAYERS
from tests.support.explorer_states import CHOICES, ELSEWHERE, is_valid


def test_every_field_has_another_value_here():
    assert list(ELSEWHERE) == [field.name for field in fields(ViewState)]
    assert all(getattr(ViewState(), name) != value for name, value in ELSEWHERE.items())
    assert is_valid(ViewState(**ELSEWHERE)) and is_valid(ViewState())


@pytest.mark.parametrize("layer", LAYERS)
def test_moving_to_a_layer_keeps_within_its_channels(layer):
    last = LAYERS[layer].channels - 1
    for far in (10_000, last + 1):
        there = ViewState().updated(
            layer=layer, channel=far, first=far, second=far, sheet_page=far, across=far, down=far
        )
        assert (there.channel, there.first, there.second) == (last,) * 3
        assert (there.sheet_page, there.across, there.down) == (last // 64, last // 32, last // 32)
    there = ViewState().updated(layer=layer, channel=-1, first=-1, second=-1, sheet_page=-1, across=-1, down=-1)
    assert (there.channel, there.first, there.second, there.sheet_page, there.across, there.down) == (0,) * 6


@pytest.mark.parametrize("amount, kept", [(10**308, 96), (96, 96), (17, 17), (4, 4), (0, 4), (-(10**30), 4)])
def test_a_picture_is_changed_by_as_much_as_the_slider_goes(amount, kept):
    assert ViewState().updated(amount=amount).amount == kept


def test_another_layer_starts_page_window_unit_and_shuffle_over():
    before = ViewState(**ELSEWHERE)
    after = before.updated(layer="relu2_1")
    assert after == replace(
        before,
        layer="relu2_1",
        channel=127,
        first=127,
        second=127,
        sheet_page=0,
        across=0,
        down=0,
        row=-1,
        column=-1,
        shuffle=0,
    )
    assert before.updated(layer="relu4_1", sheet_page=2, row=1, column=2) == replace(
        before, layer="relu4_1", sheet_page=2, across=0, down=0, row=1, column=2, shuffle=0
    )


@pytest.mark.parametrize("change", [{"slot": "result"}, {"pair": 1}, {"channel": 7}])
def test_another_picture_or_channel_starts_the_unit_over_and_nothing_else(change):
    before = ViewState(**ELSEWHERE)
    assert before.updated(**change) == replace(before, row=-1, column=-1, **change)


@pytest.mark.parametrize("change", [{"layer": "relu5_4"}, {"view": "channels"}, {"mode": "cosine"}, {"first": 3}])
def test_what_belongs_to_the_same_layer_and_picture_stays(change):
    assert ViewState(**ELSEWHERE).updated(**change) == replace(ViewState(**ELSEWHERE), **change)


@pytest.mark.parametrize("nonsense", ["nowhere", "__class__", None, 5, ["relu1_1"], {}])
def test_a_place_that_does_not_exist_is_not_gone_to(nonsense):
    state = ViewState(view="gram", layer="relu3_1")
    for name in set(CHOICES) - {"layer"}:
        assert state.updated(**{name: nonsense}) == state


@pytest.mark.parametrize(
    "nonsense", [None, "nowhere", True, 1.5, float("nan"), float("inf"), [], ["nothing"], {}, {1: 2}]
)
@pytest.mark.parametrize("name", [name for name in ELSEWHERE if name != "layer"])
def test_a_value_that_a_field_cannot_take_is_left_out(name, nonsense):
    state = ViewState(**ELSEWHERE)
    assert state.updated(**{name: nonsense}) == state


@pytest.mark.parametrize("nonsense", ["relu9_9", None, 5, ["relu1_1"], {}])
def test_a_layer_that_vgg19_does_not_have_is_an_error(nonsense):
    """But for links: a visitor can type a layer, and is told."""
    with pytest.raises(LayerError, match="VGG19 has no layer"):
        ViewState().updated(layer=nonsense)
    with pytest.raises(LayerError, match="VGG19 has no layer"):
        ViewState(layer=nonsense)
