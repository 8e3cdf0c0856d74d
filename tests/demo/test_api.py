"""The page's two endpoints, as a program calls them, and what they say to bad input."""

import json
import math
from pathlib import Path

import httpx
import numpy as np
import pytest
from gradio_client import Client, handle_file
from PIL import Image

from demo import explore_api
from nst_core.explore.channels import SORTS
from nst_core.explore.grams import MODES
from nst_core.explore.sheet import SCALES
from nst_core.recipe import read_recipe
from tests.support.pictures import INLINE, WORDS, narrow, refused, unusual

QUICK = {"size": 64, "evaluations": 3}


@pytest.fixture(scope="module")
def files(tmp_path_factory, photo, painting) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("pictures")
    photo.save(folder / "photo.png")
    painting.save(folder / "painting.png")
    return {"content": str(folder / "photo.png"), "style": str(folder / "painting.png")}


def arguments(files: dict[str, str], **settings) -> dict:
    pictures = {name: handle_file(path) for name, path in files.items()}
    return pictures | QUICK | settings | {"api_name": "/stylize"}


def sentence(client: Client, files: dict[str, str], **settings) -> str:
    """The message of a call that must fail."""
    with pytest.raises(Exception) as error:
        client.predict(**arguments(files, **settings))
    return str(error.value)


def upload(folder: Path, file: tuple[bytes, str]) -> str:
    data, name = file
    (folder / name).write_bytes(data)
    return str(folder / name)


def test_stylize_streams_and_ends_with_a_png_that_carries_its_recipe(client, files):
    job = client.submit(**arguments(files, seed=5))
    job.result(timeout=60)  # raises what went wrong; to iterate over a job that has failed would never end
    steps = job.outputs()
    assert [bool(step[2]) for step in steps] == [False] * (len(steps) - 1) + [True]
    assert len(steps) >= 2
    preview, progress, result = steps[-1]
    assert progress["done"] and progress["evaluation"] == 3
    assert steps[0][1]["evaluation"] == 0
    assert Image.open(preview).format == "JPEG"
    assert Image.open(result).size == (64, 45)
    assert read_recipe(result)["settings"]["seed"] == 5


def test_the_endpoint_describes_itself(client):
    endpoint = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    assert list(endpoint) == ["/stylize", "/explore"]
    parameters = {row["parameter_name"]: row for row in endpoint["/stylize"]["parameters"]}
    assert not parameters["content"]["parameter_has_default"]
    assert parameters["size"]["parameter_default"] == 512
    # Left out, so that every objective gets the style weight that suits it.
    assert (
        parameters["style_weight"]["parameter_has_default"] and parameters["style_weight"]["parameter_default"] is None
    )
    description = endpoint["/stylize"]["description"]
    assert "Streams about once a second" in description


def test_an_objective_brings_its_own_style_weight(client, files):
    result = client.predict(**arguments(files, objective="gatys", evaluations=1))[2]
    assert read_recipe(result)["settings"]["style_weight"] > 100


def test_a_cancelled_job_stops(client, files):
    job = client.submit(**arguments(files, evaluations=10000))
    assert next(iter(job))[1]["evaluation"] == 0
    assert job.cancel()
    # The machine is free again: the next run would otherwise wait for thousands of evaluations.
    assert client.predict(**arguments(files))[1]["done"]


@pytest.mark.parametrize("name", sorted(refused()))
def test_a_file_that_is_no_picture_gets_one_sentence(client, files, tmp_path, name):
    path = upload(tmp_path, refused()[name])
    words = sentence(client, files | {"content": path}, evaluations=1)
    assert WORDS[name] in words
    assert "Traceback" not in words and str(tmp_path) not in words


@pytest.mark.parametrize("name", ["16-bit grey png", "cmyk jpeg", "palette png", "animated webp", "exif-rotated jpeg"])
def test_unusual_pictures_are_taken(client, files, tmp_path, name):
    path = upload(tmp_path, unusual()[name])
    assert client.predict(**arguments(files | {"style": path}, evaluations=1))[1]["done"]


def test_a_ribbon_is_too_narrow(client, files, tmp_path):
    assert "too narrow" in sentence(client, files | {"content": upload(tmp_path, narrow())})


@pytest.mark.parametrize(
    "settings, words",
    [
        ({"size": 12}, "between 64 and 8192"),
        ({"size": "abc"}, "must be a number"),
        ({"content_weight": 0, "style_weight": 0}, "nothing is left to paint"),
        ({"style_layers": []}, "No style layer"),
        ({"style_layers": ["relu9_9"]}, "no layer 'relu9_9'"),
        ({"init": "photo"}, "Choose one of"),
        ({"style_layer_weights": "1, x"}, "must be a number"),
        ({"tv_weight": -1}, "between 0"),
    ],
)
def test_a_bad_setting_gets_one_sentence(client, files, settings, words):
    assert words in sentence(client, files, **settings)


def post(address: str, path: str, data: list) -> httpx.Response:
    content = json.dumps({"data": data})  # httpx would refuse a NaN; a stranger's program would not
    return httpx.post(f"{address}gradio_api/{path}", content=content, headers={"Content-Type": "application/json"})


def answer(address: str, data: list) -> str:
    """All that the event stream of one call says."""
    event = post(address, "call/stylize", data).json()["event_id"]
    return httpx.get(f"{address}gradio_api/call/stylize/{event}", timeout=60).text


def test_a_picture_sent_inline_is_refused(address, client, files):
    settings = [row["parameter_default"] for row in _parameters(client)[2:]]
    picture = {"url": INLINE, "meta": {"_type": "gradio.FileData"}}
    said = answer(address, [picture, picture, *settings])
    assert "event: error" in said and "Upload it as a file" in said


def test_a_missing_picture_is_named(address, client):
    settings = [row["parameter_default"] for row in _parameters(client)[2:]]
    assert "There is no photo" in answer(address, [None, None, *settings])


def test_nan_in_a_number_gets_one_sentence(address, client):
    names = [row["parameter_name"] for row in _parameters(client)]
    settings = [row["parameter_default"] for row in _parameters(client)[2:]]
    settings[names.index("tv_weight") - 2] = math.nan
    said = answer(address, [None, None, *settings])
    assert "event: error" in said and "tv_weight" in said


def test_there_is_no_way_around_the_queue(address):
    assert post(address, "run/stylize", [None] * 18).status_code == 404


def test_explore_gives_a_layers_figures_and_numbers_as_files(client, files):
    picture = handle_file(files["content"])
    sheet, matrix, paths = client.predict(picture, layer="relu2_1", mode="cosine", channel=2, api_name="/explore")
    names = [
        f"photo-relu2_1{end}" for end in (".npz", "-pairs-cosine.csv", "-cosine.png", "-channel-2.png", "-sheet-1.png")
    ]
    assert [Path(path).name for path in paths] == names
    assert np.load(paths[0])["gram"].shape == (4, 4)
    assert Image.open(sheet).size[0] > 100 and Image.open(matrix).size[0] > 100


@pytest.mark.parametrize(
    "choice, words",
    [
        ({"layer": "relu9_9"}, "no layer 'relu9_9'"),
        ({"layer": ["relu1_1"]}, "no layer"),
        ({"sort": "difference"}, "needs another picture"),
        ({"mode": "grams"}, "mode cannot be 'grams'. Choose one of: gram, cosine"),
        ({"channel": 512}, "no channel 512; choose 0 to 511"),
        ({"channel": 1.5}, "no channel 1.5"),
        ({"picture": None}, "There is no picture"),
    ],
)
def test_explore_says_what_it_cannot_show(client, files, choice, words):
    with pytest.raises(Exception) as error:
        client.predict(**{"picture": handle_file(files["content"])} | choice, api_name="/explore")
    assert words in str(error.value)


def test_the_choices_of_explore_are_described(client):
    about = client.view_api(return_format="dict", print_info=False)["named_endpoints"]["/explore"]
    told = {row["parameter_name"]: row for row in about["parameters"]}
    for name, known in (("sort", SORTS), ("scale", SCALES), ("mode", MODES)):
        words = explore_api.DESCRIPTION.split(f"{name}: ")[1].split("\n")[0]
        assert all(choice in words for choice in known if choice != "difference"), told[name]


def _parameters(client: Client) -> list[dict]:
    return client.view_api(return_format="dict", print_info=False)["named_endpoints"]["/stylize"]["parameters"]
