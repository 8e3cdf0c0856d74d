"""Clicks on kernels lead to the channels that they belong to, and the sum is that of the clicked unit. Real network."""

import re

import pytest

from demo.explorer.view_state import ViewState
from demo.explorer.views import kernels_actions
from nst_core.explore import shown_kernels
from nst_core.explore.kernel_pictures import KERNEL
from nst_core.explore.scales import three_figures


def test_a_filter_of_the_first_layer_is_chosen_by_a_click(cache, uploads) -> None:
    state = ViewState(view="kernels", layer="relu1_1", channel=3, row=4, column=5)
    x, y = KERNEL.corner(42)
    there = kernels_actions.click_kernels(cache, state, uploads, x + 20, y + 20)
    assert there == state.updated(channel=42)
    assert kernels_actions.click_kernels(cache, state, uploads, -1, 20) is state


@pytest.mark.parametrize(("layer", "before"), [("relu1_2", "relu1_1"), ("conv3_1", "pool2"), ("pool4", "relu4_3")])
def test_a_click_on_an_input_leads_to_its_channel_in_the_layer_before(cache, uploads, oxford, layer, before) -> None:
    state = ViewState(view="kernels", layer=layer, channel=31)
    numbers, _ = shown_kernels(oxford, layer, 31)
    x, y = KERNEL.corner(9)
    there = kernels_actions.click_kernels(cache, state, uploads, x + 20, y + 20)
    assert (there.layer, there.channel) == (before, numbers[9])
    assert kernels_actions.click_kernels(cache, state, uploads, *KERNEL.corner(30)) is state  # below the sixteen


@pytest.mark.parametrize("layer", ["relu2_1", "conv3_1"])
def test_the_words_say_the_value_of_the_clicked_unit(cache, uploads, layer) -> None:
    state = ViewState(view="kernels", layer=layer, channel=5, row=6, column=9)
    words = kernels_actions.show(cache, state, uploads)["sum_words"]
    value = float(cache.look(state, uploads).features(layer.replace("relu", "conv"))[5, 6, 9])
    said = re.search(r"<b>(\S+)</b><span> → ReLU → (\S+)</span>", words)
    assert [said.group(1), said.group(2)] == [three_figures(value), three_figures(max(0, value))]
    assert "row 6, column 9" in words
