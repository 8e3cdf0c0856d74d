"""The state in a link and out of it again, whatever somebody types into the address."""

from dataclasses import fields, replace
from itertools import product
from random import Random
from urllib.parse import parse_qsl

import pytest

from demo.compute.worker import Worker
from demo.explorer import frame_actions
from demo.explorer.feature_cache import SLOTS, FeatureCache, Uploads
from demo.explorer.view_state import FIELDS, ViewState, from_query, link_name
from demo.explorer.views import VIEWS
from nst_core.errors import LayerError
from nst_core.layers import LAYERS

CHOICES = {name: about.metadata["choices"] for name, about in FIELDS.items() if "choices" in about.metadata}
BOUNDS = {
    name: (about.metadata["low"], about.metadata["high"]) for name, about in FIELDS.items() if "low" in about.metadata
}
# One value other than the default for every field, together a state that there is.
ELSEWHERE = {
    "view": "gram",
    "level": "explore",
    "stop": 4,
    "pair": 3,
    "slot": "painting",
    "layer": "relu5_4",
    "sort": "cluster",
    "scale": "root",
    "sheet_page": 7,
    "channel": 511,
    "row": 3,
    "column": 23,
    "mode": "correlation",
    "curve": "log",
    "across": 15,
    "down": 14,
    "first": 510,
    "second": 509,
    "pairs_by": "difference",
    "shuffle": 9999,
    "change": "upside down",
    "amount": 96,
    "kind": "style",
    "content": ("relu3_1", "pool5"),
    "style": ("conv1_1", "relu2_2", "relu4_4"),
}


def query(state: ViewState) -> dict[str, str]:
    """What a server reads out of the link."""
    assert state.link().startswith("?")
    return dict(parse_qsl(state.link()[1:], strict_parsing=True))


def is_valid(state: ViewState) -> bool:
    """Nothing but words that are offered and numbers that the layer has."""
    channels = LAYERS[state.layer].channels
    return (
        all(getattr(state, name) in words for name, words in CHOICES.items())
        and all(low <= getattr(state, name) <= high for name, (low, high) in BOUNDS.items())
        and all(0 <= n < channels for n in (state.channel, state.first, state.second))
        and 0 <= state.sheet_page < channels // 64
        and all(0 <= n < channels // 32 for n in (state.across, state.down))
        and (state.row < 0) == (state.column < 0)
        and all(layers and set(layers) <= set(LAYERS) for layers in (state.content, state.style))
        and all(len(set(layers)) == len(layers) for layers in (state.content, state.style))
    )


def test_every_field_has_another_value_here():
    assert list(ELSEWHERE) == [field.name for field in fields(ViewState)]
    assert all(getattr(ViewState(), name) != value for name, value in ELSEWHERE.items())
    assert is_valid(ViewState(**ELSEWHERE)) and is_valid(ViewState())


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


def test_a_link_says_nothing_about_pictures_of_ones_own(tiny, photo, painting):
    cache = FeatureCache(Worker(tiny))
    for view, slot in product(VIEWS, SLOTS):
        state = ViewState(view=view, slot=slot, layer="relu3_1", pairs_by="correlation")
        bundled = frame_actions.frame(cache, state, Uploads())["link"]
        assert frame_actions.frame(cache, state, Uploads(photo, painting, photo))["link"] == bundled
        assert query(state).keys() <= {link_name(name) for name in ELSEWHERE}


@pytest.mark.parametrize("nonsense", ["nowhere", "__class__", None, 5, ["relu1_1"], {}])
def test_a_place_that_does_not_exist_is_not_gone_to(nonsense):
    state = ViewState(view="gram", layer="relu3_1")
    for name in set(CHOICES) - {"layer"}:
        assert state.updated(**{name: nonsense}) == state


# As version 0.1.0 wrote them, below pictures and into addresses that people have kept.
LINKS_OF_0_1_0 = {
    "?view=channels&sheet=0": {},
    "?view=channels&layer=relu4_1&sort=index&sheet=6&channel=500": {
        "layer": "relu4_1",
        "sort": "index",
        "sheet_page": 6,
        "channel": 500,
    },
    "?view=channels&layer=relu3_2&sort=cluster&scale=root&sheet=0&channel=42&row=3&column=23": {
        "layer": "relu3_2",
        "sort": "cluster",
        "scale": "root",
        "channel": 42,
        "row": 3,
        "column": 23,
    },
    "?view=gram&stop=0&slot=painting&layer=relu2_1&mode=cosine&across=1&down=0&first=2&second=3&shuffle=5": {
        "view": "gram",
        "stop": 0,
        "slot": "painting",
        "layer": "relu2_1",
        "mode": "cosine",
        "across": 1,
        "first": 2,
        "second": 3,
        "shuffle": 5,
    },
    "?view=gram&level=explore&layer=relu5_1&curve=log&across=0&down=15&first=511&second=0&pairs_by=difference": {
        "view": "gram",
        "level": "explore",
        "layer": "relu5_1",
        "curve": "log",
        "down": 15,
        "first": 511,
        "second": 0,
        "pairs_by": "difference",
    },
    "?view=lesson&level=explore&stop=3&pair=4&change=upside+down&amount=32": {
        "view": "lesson",
        "level": "explore",
        "stop": 3,
        "pair": 4,
        "change": "upside down",
        "amount": 32,
    },
    "?view=compare&stop=5&slot=result&layer=relu3_1&style=relu1_2+pool1": {
        "view": "compare",
        "stop": 5,
        "slot": "result",
        "layer": "relu3_1",
        "style": ("relu1_2", "pool1"),
    },
    "?view=errors&slot=result&layer=conv3_1&content=relu1_1+relu4_2": {
        "view": "errors",
        "slot": "result",
        "layer": "conv3_1",
        "content": ("relu1_1", "relu4_2"),
    },
    "?view=losses&stop=0": {"view": "losses", "stop": 0},
    "?view=rebuild&stop=0&layer=pool3&kind=style": {"view": "rebuild", "stop": 0, "layer": "pool3", "kind": "style"},
}


@pytest.mark.parametrize("link", LINKS_OF_0_1_0)
def test_a_link_of_version_0_1_0_opens_the_same_view_and_is_written_the_same_way(link):
    expected = replace(ViewState(), **LINKS_OF_0_1_0[link])
    assert from_query(dict(parse_qsl(link[1:]))) == expected
    assert expected.link() == link


def test_the_order_in_a_link_does_not_matter():
    links = [
        "?view=gram&layer=relu2_1&across=1&down=0&first=2&second=3&mode=cosine&shuffle=5&slot=painting&stop=0",
        "?view=channels&sheet=6&layer=relu4_1&sort=index&channel=500",
    ]
    gram, channels = (from_query(dict(parse_qsl(link[1:]))) for link in links)
    assert (gram.link(), channels.link()) == (list(LINKS_OF_0_1_0)[3], list(LINKS_OF_0_1_0)[1])


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
