"""The time-lapse of the page: kept of the last run, made when it is asked for."""

import io
from dataclasses import replace

import av
import numpy as np
import pytest
from PIL import Image

from demo.compute.worker import Worker
from demo.paint import film
from demo.paint import paint_actions as actions
from nst_core.errors import NSTError
from nst_core.settings import Settings

SMALL = Settings(size=64, evaluations=30, levels=1, init="noise")


@pytest.fixture(scope="module")
def painted(tiny, photo, painting):
    """The session of a visitor after a run, and the run's last update; no test may change them."""
    session = actions.PaintSession()
    *_, last = actions.paint(Worker(tiny), photo, [painting], SMALL, session)
    return session, last


def test_a_film_ends_on_the_result_and_is_named_as_the_result(painted):
    session, last = painted
    data, name = session.film.file("MP4", 4)
    assert name == last.filename.removesuffix(".png") + ".mp4"
    with av.open(io.BytesIO(data)) as container:
        frames = [np.asarray(frame.to_image().convert("L"), float) for frame in container.decode(video=0)]
    assert len(frames) == 100
    result = np.asarray(last.picture.resize((64, 44)).convert("L"), float)
    errors = [np.abs(frame - result).mean() for frame in frames]
    assert errors[-1] < 11 and errors[0] > 15


def test_the_file_name_of_a_webp_and_its_button(painted):
    data, name = painted[0].film.file("WEBP", 3)
    assert Image.open(io.BytesIO(data)).is_animated
    assert film.button(name, b"x" * 1_250_000) == "Download .webp · 1.2 MB"


def test_a_stopped_run_has_a_film_and_a_refused_one_leaves_the_last(tiny, photo, painting):
    session = actions.PaintSession()
    list(actions.paint(Worker(tiny), photo, [painting], replace(SMALL, evaluations=2), session))
    before = session.film
    with pytest.raises(NSTError):
        next(actions.paint(Worker(tiny), None, [painting], SMALL, session))
    assert session.film is before
    session.stop = True
    assert list(actions.paint(Worker(tiny), photo, [painting], SMALL, session))
    assert session.film is not before and session.film.frames.evaluations == [0]


@pytest.mark.parametrize(
    "kind, seconds", [("GIF", 10), (None, 10), ("MP4", "10"), ("MP4", None), ("MP4", 1e9), ("WEBP", True)]
)
def test_what_cannot_be_made_is_refused_with_a_sentence(painted, kind, seconds):
    with pytest.raises(NSTError, match="time-lapse"):
        painted[0].film.file(kind, seconds)
