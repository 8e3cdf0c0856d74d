"""What a stranger's program may send, as far as it is quick to try: `python -m fuzz.run` tries all of it."""

import json
from pathlib import Path

import httpx
import pytest
from PIL import Image

from demo import text
from demo.paint import setting_widgets
from fuzz import corpus
from nst_core.settings import FIELDS, Settings

CORPUS = corpus.values()
HTTP = httpx.Client(timeout=60)  # one for all: each new one reads the certificates again


@pytest.fixture(scope="module")
def uploaded(address: str, tmp_path_factory) -> dict:
    """A picture uploaded to the page, as an event sends it."""
    path = tmp_path_factory.mktemp("honest") / "photo.png"
    Image.effect_mandelbrot((80, 56), (-2, -1.2, 1, 1.2), 60).convert("RGB").save(path)
    sent = HTTP.post(f"{address}gradio_api/upload", files={"files": path.open("rb")})
    return corpus.file_data(sent.json()[0])


def told(address: str, photo: object, painting: object, **settings: object) -> str:
    """What the event stream of one call of the endpoint says, or the answer to a letter that never became an event.

    All calls are of one session: Gradio looks at every component of the page when one begins, which takes most of the time.
    """
    values = dict(zip(FIELDS, setting_widgets.shown(Settings(size=64, evaluations=1)), strict=True)) | settings
    data = [photo, painting, *(values[name] for name in FIELDS)]
    letter = json.dumps({"data": data, "session_hash": "stranger"})
    url = f"{address}gradio_api/call/stylize"
    answer = HTTP.post(url, content=letter, headers={"Content-Type": "application/json"})
    said = HTTP.get(f"{url}/{answer.json()['event_id']}").text if answer.is_success else answer.text
    assert text.ONE_PLACE not in said, "the call before has not ended"
    return said


def refused_in_words(said: str) -> bool:
    return "null" not in said and text.UNEXPECTED not in said and ("event: error" in said or '"detail":' in said)


def test_an_honest_call_is_answered(address, uploaded):
    assert "event: complete" in told(address, uploaded, uploaded)


@pytest.mark.parametrize("what", CORPUS)
def test_nothing_but_an_uploaded_file_is_a_picture(address, uploaded, what):
    said = told(address, CORPUS[what], uploaded)
    assert refused_in_words(said), said
    assert "root:" not in said


def test_a_picture_outside_the_uploads_is_not_read_whatever_it_is_said_to_be(address, uploaded, tmp_path):
    secret = tmp_path / "secret.png"
    Image.new("RGB", (80, 56), "teal").save(secret)
    for meta in ({"meta": corpus.META}, {"meta": None}, {}):
        assert text.NOT_UPLOADED in told(address, {"path": str(secret)} | meta, uploaded)
    assert text.NOT_UPLOADED in told(address, {"path": str(Path("/no/such/folder"))}, uploaded)  # nor told apart


@pytest.mark.parametrize("name", ["size", "objective", "style_layers", "style_layer_weights"])
@pytest.mark.parametrize("what", [what for what, value in CORPUS.items() if isinstance(value, (dict, list))])
def test_nothing_but_a_setting_is_a_setting(address, uploaded, name, what):
    assert refused_in_words(told(address, uploaded, uploaded, **{name: CORPUS[what]}))
