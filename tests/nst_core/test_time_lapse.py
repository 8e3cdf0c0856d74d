"""A time-lapse: what is kept of a run, and what a player finds in the file."""

from __future__ import annotations

import io

import av
import numpy as np
import pytest
from PIL import Image

from nst_core import time_lapse
from nst_core.errors import PictureError, SettingError
from nst_core.images import to_tensor
from nst_core.time_lapse import Frames
from nst_core.transfer import Step

SIZE = (66, 44)


def step(evaluation: int, grey: int, size: tuple[int, int] = SIZE, elapsed: float = 1000.0) -> Step:
    """A step whose picture is grey."""
    best = to_tensor(Image.new("RGB", size, (grey,) * 3))
    return Step(
        level=1,
        levels=1,
        width=size[0],
        height=size[1],
        evaluation=evaluation,
        evaluations=9,
        elapsed=elapsed,
        best=best,
    )


def run(sizes: dict[int, tuple[int, int]]) -> Frames:
    """The frames of a run of 11 steps that brightens evenly from 0 to 250; `sizes`: {first evaluation: size}."""
    frames, size = Frames(), SIZE
    for evaluation in range(11):
        size = sizes.get(evaluation, size)
        frames.add(step(evaluation, 25 * evaluation, size), last=evaluation == 10)
    return frames


def decoded(data: bytes) -> list[np.ndarray]:
    with av.open(io.BytesIO(data)) as container:
        return [frame.to_ndarray(format="rgb24").astype(int) for frame in container.decode(video=0)]


def test_an_mp4_is_as_a_messenger_plays_it():
    data = run({0: (33, 23), 5: (67, 45)}).encode("MP4", seconds=3)
    with av.open(io.BytesIO(data)) as container:
        stream = container.streams.video[0]
        assert (stream.codec.name, stream.pix_fmt, stream.width, stream.height) == ("h264", "yuv420p", 66, 44)
        assert float(stream.duration * stream.time_base) == pytest.approx(3, abs=0.05)
        assert [kind.type for kind in container.streams] == ["video"]
    assert 0 < data.find(b"moov") < data.find(b"mdat")  # faststart


def test_a_time_lapse_goes_evenly_from_the_first_picture_to_the_last_and_holds_it():
    shown = [frame.mean() for frame in decoded(run({}).encode("MP4", seconds=3))]
    assert shown == pytest.approx([*np.linspace(0, 250, 51), *[250] * 24], abs=3)


def test_an_animated_webp_ends_on_the_last_picture_for_a_second():
    film = Image.open(io.BytesIO(run({}).encode("WEBP", seconds=3)))
    times, greys = [], []
    for number in range(film.n_frames):
        film.seek(number)
        greys.append(np.asarray(film.convert("RGB")).mean())
        times.append(film.info["duration"])
    assert film.format == "WEBP" and film.size == SIZE and film.info["loop"] == 0
    assert times == [100] * 20 + [1000] and greys == pytest.approx(np.linspace(0, 250, 21), abs=3)


def test_a_small_first_level_fills_the_frame():
    half = Image.new("RGB", (34, 22), "black")
    half.paste("white", (17, 0, 34, 22))
    frames = Frames()
    frames.add(Step(level=1, levels=2, width=34, height=22, evaluations=9, best=to_tensor(half)))
    frames.add(step(1, 128), last=True)
    first = np.asarray(next(frames.pictures(10, 25))).astype(int)
    assert first.shape == (44, 66, 3)
    assert first[:, :28].max() < 25 and first[:, 38:].min() > 230


def test_frames_have_a_longest_side(monkeypatch):
    monkeypatch.setattr(time_lapse, "SIDE", 40)
    frames = run({})
    assert next(frames.pictures(10, 25)).size == (40, 26)  # 40 x 26.7, made even


def test_frames_are_thinned_out_evenly_when_there_are_too_many(monkeypatch):
    monkeypatch.setattr(time_lapse, "MOST_FRAMES", 6)
    frames = Frames()
    for evaluation in range(101):
        frames.add(step(evaluation, evaluation), last=evaluation == 100)
        assert len(frames) <= 6
    assert frames.evaluations == [0, 32, 64, 96, 100]


def test_frames_are_thinned_out_evenly_when_they_are_too_large(monkeypatch):
    one = Frames()
    one.add(step(0, 9))
    monkeypatch.setattr(time_lapse, "MOST_BYTES", 6.5 * one.byte_count)
    frames = Frames()
    for evaluation in range(101):
        frames.add(step(evaluation, 9), last=evaluation == 100)
        assert frames.byte_count <= 6.5 * one.byte_count
    assert frames.evaluations == [0, 32, 64, 96, 100]


def test_keeping_frames_takes_its_share_of_the_time_and_no_more():
    times = iter(float(n) for n in range(1000))  # every frame takes a second
    frames = Frames(clock=lambda: next(times))
    for evaluation in range(301):
        frames.add(step(evaluation, 9, elapsed=float(evaluation)))
    assert len(frames) == 1 + 300 * time_lapse.SHARE


def test_a_run_stopped_at_its_first_picture_has_a_time_lapse_too():
    frames = Frames()
    frames.add(step(0, 90))
    frames.add(step(0, 90), last=True)
    assert {round(frame.mean()) for frame in decoded(frames.encode("MP4", seconds=2))} <= {89, 90, 91}


def test_without_frames_or_with_an_odd_length_there_is_one_sentence():
    with pytest.raises(PictureError, match="no picture of the run was kept"):
        Frames().encode("MP4")
    with pytest.raises(SettingError, match="takes 2 to 60 seconds, not nan"):
        run({}).encode("WEBP", seconds=float("nan"))


def test_without_av_an_mp4_is_refused_with_the_remedy_and_a_webp_is_made(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "av", None)
    frames = run({})
    with pytest.raises(PictureError, match="Choose WebP, or install av"):
        frames.encode("MP4")
    assert frames.encode("WEBP", seconds=2)[8:12] == b"WEBP"
