"""Links of version 0.1.0 open the same views."""

from dataclasses import replace
from urllib.parse import parse_qsl

import pytest

from demo.explorer.view_state import ViewState, from_query

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
