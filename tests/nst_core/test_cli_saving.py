"""The command line never loses a picture: streams that close, signals, errors in the middle, previews, pipes."""

from __future__ import annotations

import io
import json
import os
import signal
from pathlib import Path

import pytest
from PIL import Image

from nst_core import objective, saving, stop_signals
from nst_core.__main__ import main
from nst_core.images import load_picture
from nst_core.recipe import read_recipe

EARLY = ["--style-layers", "relu1_1,relu2_1", "--content-layers", "relu2_2"]
QUICK = ["--size", "64", "--evaluations", "3", "--levels", "1", *EARLY]
LONGER_RUN = ["--size", "64", "--evaluations", "5000", "--levels", "1"]


class Broken(io.StringIO):
    """A stream whose reader has gone."""

    def write(self, _: str) -> int:
        raise BrokenPipeError(32, "Broken pipe")


@pytest.mark.parametrize("stream", [None, Broken()], ids=["closed", "broken"])
def test_it_paints_without_a_standard_error(files, monkeypatch, stream):
    monkeypatch.setattr("sys.stderr", stream)
    assert main([*files, *QUICK]) == 0
    assert Image.open(files[3]).size == (64, 45)


def test_the_summary_to_a_reader_that_has_gone_costs_nothing(files, monkeypatch):
    monkeypatch.setattr("sys.stdout", Broken())
    assert main([*files, *QUICK, "--json"]) == 0
    assert Image.open(files[3]).size == (64, 45)


def test_no_file_gets_the_number_of_a_closed_standard_error(files, monkeypatch):
    """Else a library's warnings would be written into it."""
    monkeypatch.setattr("sys.stderr", None)
    kept = os.dup(2)
    os.close(2)
    try:
        assert main([*files, *QUICK]) == 0
        os.write(2, b"A warning of a library's.")
    finally:
        os.dup2(kept, 2)
        os.close(kept)
    assert read_recipe(files[3])["result"]["ended"] == "finished"


def test_pictures_come_and_go_through_pipes(files, monkeypatch, capfdbinary):
    assert main([*files, *QUICK]) == 0
    capfdbinary.readouterr()
    photo, end = os.pipe()
    os.write(end, Path(files[0]).read_bytes())
    os.close(end)
    with open(photo) as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        assert main(["-", files[1], "-o", "-", *QUICK]) == 0
    out, _ = capfdbinary.readouterr()
    assert load_picture(out).size == (64, 45) and read_recipe(out)["result"]["evaluations"] == 3
    assert load_picture(out).tobytes() == load_picture(files[3]).tobytes()


def test_standard_input_can_be_one_picture_only(capsys):
    assert main(["-", "-", "-o", "never.png"]) == 2
    assert "one picture only" in capsys.readouterr().err and not Path("never.png").exists()


@pytest.mark.parametrize("ending", [".jpg", ".webp", ".tif"])
def test_the_ending_decides_the_format_and_its_recipe_paints_again(files, tmp_path, ending):
    painted = tmp_path / f"painted{ending}"
    assert main([*files[:3], str(painted), *QUICK, "--seed", "7"]) == 0
    assert main([*files, "--recipe", str(painted)]) == 0
    assert read_recipe(files[3])["settings"] == read_recipe(painted)["settings"]


def test_a_second_run_does_not_replace_the_first_but_with_force(files, capsys):
    assert main([*files, *QUICK]) == 0
    first = Path(files[3]).read_bytes()
    assert main([*files, *QUICK, "--seed", "1"]) == 2
    assert "--force" in capsys.readouterr().err and Path(files[3]).read_bytes() == first
    assert main([*files, *QUICK, "--seed", "1", "--force"]) == 0
    assert read_recipe(files[3])["settings"]["seed"] == 1


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_that_asks_to_end_saves_the_picture_so_far(files, capsys, monkeypatch, name):
    number = getattr(signal, name)

    def show(_, step):
        if step.evaluation == 2:
            os.kill(os.getpid(), number)

    def encode(*arguments):
        os.kill(os.getpid(), number)  # an impatient user: the saving is not interrupted
        return saving.encode(*arguments)

    monkeypatch.setattr("nst_core.__main__.ProgressBar.show", show)
    monkeypatch.setattr("nst_core.__main__.encode", encode)
    before = signal.signal(number, signal.default_int_handler)  # the shell may have the tests ignore it
    try:
        assert main([*files, *LONGER_RUN, "--json"]) == 128 + number
    finally:
        signal.signal(number, before)
    out, err = capsys.readouterr()
    assert "Stopped. The picture so far is in" in err and Image.open(files[3]).size == (64, 45)
    assert json.loads(out)["ended"] == read_recipe(files[3])["result"]["ended"] == "stopped"
    assert json.loads(out)["evaluations"] == 2


def test_a_signal_that_was_ignored_stays_ignored_and_the_others_come_back():
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        handlers = [signal.getsignal(getattr(signal, name)) for name in ("SIGINT", "SIGHUP")]
        with stop_signals.StopSignals() as stop:
            os.kill(os.getpid(), signal.SIGTERM)
            assert not stop()
        assert [signal.getsignal(getattr(signal, name)) for name in ("SIGINT", "SIGHUP")] == handlers
    finally:
        signal.signal(signal.SIGTERM, before)


def test_an_error_in_the_middle_of_the_run_does_not_cost_the_picture(files, capsys, monkeypatch):
    calls = []

    def failing(self, picture):
        calls.append(1)
        if len(calls) > 2:
            raise RuntimeError("out of memory")
        return whole(self, picture)

    whole = objective.Objective.__call__
    monkeypatch.setattr("nst_core.objective.Objective.__call__", failing)
    assert main([*files, *QUICK]) == 1
    err = capsys.readouterr().err
    assert "RuntimeError: out of memory" in err and "picture so far is in" in err
    assert read_recipe(files[3])["result"]["evaluations"] == 2


def test_a_picture_that_cannot_be_saved_where_it_was_asked_for_is_saved_elsewhere(files, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "gone").mkdir()
    gone = tmp_path / "gone"
    monkeypatch.setattr("nst_core.__main__.ProgressBar.show", lambda *_: gone.exists() and gone.rmdir())
    assert main([*files[:3], str(tmp_path / "gone" / "a.png"), *QUICK]) == 1
    assert "'a.png' cannot be written (No such file or directory). The picture is in" in capsys.readouterr().err
    assert read_recipe(tmp_path / "a.png")["result"]["ended"] == "finished"


def test_previews_are_of_one_size_and_one_run(files, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("nst_core.preview.SECONDS", 0)
    film = tmp_path / "film"
    run = [*files, *EARLY, "--size", "128", "--evaluations", "4", "--levels", "2", "--preview", str(film), "--force"]
    assert main(run) == 0
    frames = sorted(film.iterdir())
    assert len(frames) == 6 and {Image.open(frame).size for frame in frames} == {(128, 90)}
    assert main([*run[:-1], "--max-seconds", "1"]) == 2
    assert main([*files[:3], str(tmp_path / "b.png"), *run[4:-1]]) == 2
    assert "holds pictures of another run" in capsys.readouterr().err
    (film / "mine.txt").write_text("note")
    run[run.index("4")] = "2"
    assert main(run) == 0
    assert len(list(film.glob("*.jpg"))) == 4 and (film / "mine.txt").exists()


def test_previews_that_cannot_be_written_do_not_end_the_run(files, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("nst_core.preview.resize", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left")))
    assert main([*files, *QUICK, "--preview", str(tmp_path / "film")]) == 0
    assert "no more previews, they cannot be written (No space left)" in capsys.readouterr().err


def test_what_will_disappoint_is_said_before_the_run(files, capsys):
    assert main([files[0], files[0], *files[2:], *QUICK, "--style-scale", "1"]) == 0
    err = capsys.readouterr().err
    assert "note: The photo and the painting are the same picture" in err
    assert "Ended after 1 of 3 evaluations: the loss falls no further." in err
    assert read_recipe(files[3])["result"]["ended"] == "converged"


def test_a_run_that_its_time_ended_says_so(files, capsys):
    assert main([*files, *LONGER_RUN, "--max-seconds", "0.1"]) == 0
    assert "of 5000 evaluations: the time is over." in capsys.readouterr().err
    assert read_recipe(files[3])["result"]["ended"] == "time"


def test_16_bits_are_for_a_tiff(files, tmp_path, capsys):
    assert main([*files, *QUICK, "--bits", "16"]) == 2
    assert "Give the output the ending .tif" in capsys.readouterr().err
    assert main([*files[:3], str(tmp_path / "deep.tif"), *QUICK, "--bits", "16"]) == 0
    with Image.open(tmp_path / "deep.tif") as image:
        assert image.tag_v2[258] == (16, 16, 16)
    assert read_recipe(tmp_path / "deep.tif")["result"]["ended"] == "finished"
