"""The state in a link and out of it again, whatever somebody types into the address."""

from dataclasses import replace
from itertools import product
from random import Random

import pytest

from demo.compute.worker import Worker
from demo.explorer import frame_actions
from demo.explorer.feature_cache import SLOTS, FeatureCache, Uploads
from demo.explorer.view_state import ViewState, from_query, link_name
from demo.explorer.views import VIEWS
from nst_core.layers import LAYERS
from tests.support.explorer_states import BOUNDS, CHOICES, ELSEWHERE, is_valid, query


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_link_carries_each_field(name):
    """The layer with it, for relu1_1 has no channel 511; the unit with both of its numbers."""
    also = {"layer": "relu5_4"} | ({"row": 3, "column": 23} if name in ("row", "column") else {})
    state = replace(ViewState(), **also | {name: ELSEWHERE[name]})
    assert from_query(query(state)) == state


def test_a_link_carries_all_fields_at_once():
    assert from_query(query(ViewState(**ELSEWHERE))) == ViewState(**ELSEWHERE)
    assert from_query(query(ViewState())) == ViewState()


@pytest.mark.parametrize("seed", range(30))
def test_a_link_leads_back_to_wherever_one_has_wandered(seed):
    chance = Random(seed)
    state = ViewState()
    for _ in range(12):
        name = chance.choice(list(ELSEWHERE))
        if name in CHOICES:
            value = chance.choice(CHOICES[name])
        elif name in BOUNDS:
            value = chance.randint(*BOUNDS[name])
        else:
            value = tuple(chance.sample(list(LAYERS), chance.randint(1, 5)))
        state = state.updated(**{name: value})
        assert is_valid(state)
        assert from_query(query(state)) == state


def test_a_link_says_what_is_unusual_and_no_more():
    usual = {"view": "lesson"}
    assert query(ViewState(view="lesson")) == usual
    assert query(ViewState(view="lesson", amount=20)) == usual | {"amount": "20"}


NONSENSE = [
    ("layer", "relu9_9", "relu1_1"),
    ("layer", "RELU1_2", "relu1_1"),
    ("layer", "<script>alert(1)</script>", "relu1_1"),
    ("channel", "99999", 63),
    ("channel", "-5", 0),
    ("channel", "--5", 0),
    ("channel", "5-", 0),
    ("channel", "-", 0),
    ("channel", "", 0),
    ("channel", "12.5", 0),
    ("channel", "1e3", 0),
    ("channel", "nan", 0),
    ("channel", "two", 0),
    ("channel", "²", 0),
    ("channel", "9" * 10_000, 0),
    ("channel", "-" * 10_000, 0),
    ("across", "15", 1),
    ("down", "-1", 0),
    ("first", "4000", 63),
    ("row", "7", -1),
    ("column", "-999", -1),
    ("pair", "77", 5),
    ("stop", "6", 5),
    ("amount", "0", 4),
    ("shuffle", "-3", 0),
    ("sort", "'; DROP TABLE", "mean"),
    ("slot", "x" * 10_000, "photo"),
    ("content", "relu9_9", ("relu4_2",)),
    ("content", "", ("relu4_2",)),
    ("content", "relu3_1 <b>relu3_1</b> relu3_1 conv9_9 pool2", ("relu3_1", "pool2")),
    ("style", "relu1_1 " * 1250, ("relu1_1",)),
    ("style", "relu1_1,relu2_1", ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")),
    ("style", "nothing " * 1250, ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")),
]


@pytest.mark.parametrize(("name", "text", "expected"), NONSENSE, ids=lambda value: str(value)[:20])
def test_what_a_link_says_wrongly_is_left_out_or_brought_within_the_layer(name, text, expected):
    state = from_query({"view": "channels", name: text})
    assert state is not None and is_valid(state)
    assert getattr(state, name) == expected


def test_a_link_that_is_wrong_throughout_still_leads_somewhere():
    for text in ("", "-1", "--1", "99999", "0x1F", "<img src=x onerror=alert(1)>", "relu1_1", "y" * 10_000, "\0", "٣"):
        state = from_query({name: text for name in ELSEWHERE} | {"view": "gram", "unknown": text})
        assert state is not None and is_valid(state)


@pytest.mark.parametrize("view", [None, "", "channel", "<script>", "Gram", "gram lesson", "v" * 10_000])
def test_a_link_without_a_view_leads_nowhere(view):
    assert from_query({"layer": "relu2_1"} | ({} if view is None else {"view": view})) is None


def test_a_link_says_nothing_about_pictures_of_ones_own(tiny, photo, painting):
    cache = FeatureCache(Worker(tiny))
    for view, slot in product(VIEWS, SLOTS):
        state = ViewState(view=view, slot=slot, layer="relu3_1", pairs_by="correlation")
        bundled = frame_actions.frame(cache, state, Uploads())["link"]
        assert frame_actions.frame(cache, state, Uploads(photo, painting, photo))["link"] == bundled
        assert query(state).keys() <= {link_name(name) for name in ELSEWHERE}
