"""Nothing that fails beside the picture (a preview, a figure, a recipe, a folder, the rest of the run) costs the picture."""

import base64
import copy
import io
import logging
from itertools import count
from typing import Any

import pytest
from gradio_client import handle_file
from PIL import Image

from demo import text
from demo.compute.worker import Worker
from demo.paint import paint_actions as actions
from demo.paint import updates
from demo.paint.film import NO_FRAME
from demo.paint.updates import Finished
from nst_core.errors import PictureError
from nst_core.recipe import read_recipe
from nst_core.settings import Settings
from nst_core.vgg import Encoder
from tests.support.served_page import disk_full

SMALL = Settings(size=64, evaluations=6, levels=1)
SECRET = "-".join(["ada", "holiday.png"])  # no line of source that a traceback may quote holds it


def broken(*_: Any, **__: Any) -> Any:
    raise OSError(28, "No space left on device", SECRET)


def breaking(tiny: Encoder, error: Exception, after: int) -> Encoder:
    """The tiny encoder; it raises `error` when it has looked at `after` pictures."""
    encoder, looks = copy.deepcopy(tiny), count()

    def look(*_: Any) -> None:
        if next(looks) >= after:
            raise error

    encoder.convs["conv1_2"].register_forward_pre_hook(look)
    return encoder


def run(worker: Worker, photo: Image.Image, painting: Image.Image, session: actions.PaintSession) -> Finished:
    *_, last = actions.paint(worker, photo, [painting], SMALL, session, clock=count().__next__)
    assert isinstance(last, Finished)
    assert Image.open(io.BytesIO(last.png)).convert("RGB").tobytes() == last.picture.tobytes()
    return last


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("loss_curves", text.NO_FIGURES),
        ("History.add", text.NO_FIGURES),
        ("Frames.add", NO_FRAME),
        ("preview", text.NO_PREVIEW),
        ("resize", text.NO_PREVIEW),
        ("make_recipe", text.NO_RECIPE),
        ("save_png", text.NO_RECIPE),
    ],
)
def test_what_fails_beside_the_picture_is_left_out_logged_and_said(
    tiny, photo, painting, part, words, monkeypatch, caplog
):
    monkeypatch.setattr(f"demo.paint.updates.{part}", broken)
    if part == "preview":
        monkeypatch.setattr("demo.paint.painted.preview", broken)
    session = actions.PaintSession()
    with caplog.at_level(logging.ERROR):
        last = run(Worker(tiny), photo, painting, session)
    assert last.step.done and last.step.evaluation == SMALL.evaluations
    assert f"{SMALL.evaluations} evaluations" in last.status and last.status.count(words) == 1
    assert "OSError" in caplog.text and SECRET not in caplog.text
    if words != text.NO_RECIPE:
        assert read_recipe(last.png)["settings"] == SMALL.to_dict()
    assert (session.last is None) == (part == "preview")


def test_an_error_in_the_middle_of_a_run_leaves_the_picture_so_far(tiny, photo, painting, caplog):
    worker = Worker(tiny)
    worker.pace(SMALL.precision)  # looks at pictures itself
    # Two looks for the targets, then one for each evaluation.
    worker._encoder = breaking(tiny, RuntimeError(SECRET), 5)
    last = run(worker, photo, painting, actions.PaintSession())
    assert last.step.evaluation == 3
    assert text.ENDED_BY_ERROR in last.status and "RuntimeError" in caplog.text and SECRET not in caplog.text
    assert read_recipe(last.png)["result"]["evaluations"] == last.step.evaluation
    # The painter's place is free again.
    worker._encoder = tiny
    assert run(worker, photo, painting, actions.PaintSession()).step.done


def test_an_error_before_there_is_a_picture_is_raised(tiny, photo, painting):
    worker = Worker(tiny)
    worker.pace(SMALL.precision)  # looks at pictures itself
    worker._encoder = breaking(tiny, PictureError("This cannot be painted."), 0)
    with pytest.raises(PictureError, match="cannot be painted"):
        run(worker, photo, painting, actions.PaintSession())


def test_a_program_gets_its_picture_from_a_server_with_a_full_disk(
    running, client, photo, painting, tmp_path, monkeypatch
):
    paths = []
    for name, picture in (("photo", photo), ("painting", painting)):
        paths.append(str(tmp_path / f"{name}.png"))
        picture.save(paths[-1])
    disk_full(running[0], monkeypatch, tmp_path, "preview", "result")
    call = client.submit(*map(handle_file, paths), size=64, evaluations=3, seed=5, api_name="/stylize")
    *_, (preview, progress, result) = call
    assert preview is None and result is None and progress["done"] and progress["notes"] == [text.NO_PREVIEW]
    data = base64.b64decode(progress["png"])
    assert Image.open(io.BytesIO(data)).size == (64, 45) and read_recipe(data)["settings"]["seed"] == 5


def test_a_preview_keeps_its_words_to_one_sentence_however_often_it_fails(tiny, photo, painting, monkeypatch):
    monkeypatch.setattr(updates, "preview", broken)
    session = actions.PaintSession(notes=["of the run before"])
    run(Worker(tiny), photo, painting, session)
    assert session.notes == [text.NO_PREVIEW]
