"""What worked with version 0.1.0 still works: recipes, links, flags, environment variables, the endpoint.

`tests/data/painted_by_0.1.0.png` was painted by version 0.1.0:
python -m nst_core assets/photos/summer_palace.jpg assets/paintings/van_gogh_church_at_auvers_1890.webp --size 64
--evaluations 3 --seed 7 --objective gatys --style-layers relu1_1,conv3_2 --style-layer-weights 1,0.5 --content-weight 2
--max-seconds 60 --init noise --optimizer adam --pooling average --padding replicate --levels 1 --tv-weight 0.1
"""

import shlex
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from demo import cli
from demo.compute.limits import from_environment
from demo.explorer.view_state import ViewState, from_query
from demo.paint import paint_actions
from nst_core import Settings, load_picture, read_recipe, recipe_settings, stylize
from nst_core.__main__ import main

ROOT = Path(__file__).parents[2]
PAINTED = ROOT / "tests/data/painted_by_0.1.0.png"
PHOTO = "assets/photos/summer_palace.jpg"
PAINTING = "assets/paintings/van_gogh_church_at_auvers_1890.webp"

SETTINGS = {
    "size": 64,
    "init": "noise",
    "objective": "gatys",
    "content_weight": 2,
    "style_weight": 1000,
    "tv_weight": 0.1,
    "content_layers": ["relu4_2"],
    "style_layers": ["relu1_1", "conv3_2"],
    "style_layer_weights": [1, 0.5],
    "pooling": "average",
    "padding": "replicate",
    "precision": "auto",
    "levels": 1,
    "evaluations": 3,
    "optimizer": "adam",
    "seed": 7,
    "max_seconds": 60,
}


def test_a_recipe_is_read():
    recipe = read_recipe(PAINTED)
    assert recipe["version"] == "0.1.0" and recipe["weights"]["name"] == "oxford"
    settings = recipe_settings(recipe).to_dict()
    assert {name: settings[name] for name in SETTINGS} == SETTINGS
    assert paint_actions.settings_in(PAINTED) == recipe_settings(recipe)


def test_a_recipe_paints_the_same_picture(oxford):
    """To the last bit or two: processors round differently."""
    settings = recipe_settings(read_recipe(PAINTED))
    again = stylize(load_picture(ROOT / PHOTO), load_picture(ROOT / PAINTING), settings, oxford)
    difference = np.asarray(again, int) - np.asarray(Image.open(PAINTED), int)
    assert np.abs(difference).max() <= 2


def test_the_command_line_takes_a_recipe(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    out = tmp_path / "again.png"
    flags = ["--recipe", str(PAINTED), "--evaluations", "1", "--precision", "float32"]
    assert main([PHOTO, PAINTING, "-o", str(out), *flags]) == 0
    settings = read_recipe(out)["settings"]
    changed = {"evaluations": 1, "precision": "float32"}
    assert {name: settings[name] for name in SETTINGS} == SETTINGS | changed


@pytest.mark.parametrize(
    "query, state",
    [
        (
            "view=gram&stop=0&slot=painting&layer=relu2_1&mode=cosine&across=0&down=0&first=2&second=3&shuffle=5",
            {"view": "gram", "stop": 0, "slot": "painting", "layer": "relu2_1", "mode": "cosine", "first": 2},
        ),
        (
            "view=channels&level=explore&pair=3&layer=relu4_1&sort=index&sheet=6&channel=500",
            {"view": "channels", "level": "explore", "pair": 3, "layer": "relu4_1", "sort": "index", "channel": 500},
        ),
        (
            "view=lesson&change=upside+down&amount=32&content=relu2_2+conv4_1&style=relu1_2",
            {"view": "lesson", "change": "upside down", "content": ("relu2_2", "conv4_1"), "style": ("relu1_2",)},
        ),
        ("view=rebuild&kind=style&layer=pool3", {"view": "rebuild", "kind": "style", "layer": "pool3"}),
        ("view=errors&slot=result", {"view": "errors", "slot": "result"}),
        ("view=losses", {"view": "losses"}),
        ("view=compare&layer=relu5_1", {"view": "compare", "layer": "relu5_1"}),
    ],
)
def test_a_link_leads_to_the_same_view(query, state):
    found = from_query(dict(part.replace("+", " ").split("=") for part in query.split("&")))
    assert isinstance(found, ViewState)
    assert {name: getattr(found, name) for name in state} == state


def test_the_flags_of_the_page():
    flags = "--share --host 0.0.0.0 --port 8000 --auth ada:secret --weights torchvision --weights-norm oxford"
    weights, launch = cli.options(shlex.split(flags))
    assert weights == {"weights": "torchvision", "norm": "oxford"}
    assert launch == {"share": True, "server_name": "0.0.0.0", "server_port": 8000, "auth": ("ada", "secret")}


def test_the_environment_variables():
    given = {"NST_MAX_SECONDS": "60", "NST_MAX_SIZE": "512", "NST_JOBS": "2", "NST_TEMPORARY_MB": "50"}
    limits = from_environment(given)
    assert (limits.max_seconds, limits.max_size, limits.jobs, limits.temporary_mb) == (60, 512, 2, 50)


def test_the_endpoint(client):
    """`client` calls the page as a program does."""
    endpoint = client.view_api(return_format="dict", print_info=False)["named_endpoints"]["/stylize"]
    names = [row["parameter_name"] for row in endpoint["parameters"]]
    assert names[:2] == ["content", "style"] and set(SETTINGS) <= set(names[2:])
    assert [row["label"] for row in endpoint["returns"]] == ["preview", "progress", "result"]


def test_settings_of_a_dictionary():
    assert Settings.from_dict(SETTINGS).to_dict().items() >= SETTINGS.items()
