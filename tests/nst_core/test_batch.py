"""`python -m nst_core batch`: many pictures, one report, and the way on after a stop."""

from __future__ import annotations

import json
import os
import shutil
import signal
from pathlib import Path

import pytest
from PIL import Image

from nst_core import batch, batch_progress
from nst_core.__main__ import main
from nst_core.images import load_picture
from nst_core.recipe import read_recipe

QUICK = ["--size", "64", "--evaluations", "3", "--levels", "1", "--style-layers", "relu1_1,relu2_1"]
QUICK += ["--content-layers", "relu2_2"]


@pytest.fixture
def folders(tmp_path, photo, painting, monkeypatch) -> Path:
    """A current folder with photos/castle.png and photos/lake.png, paintings/night.png and paintings/waves.png."""
    (tmp_path / "photos").mkdir()
    (tmp_path / "paintings").mkdir()
    photo.save(tmp_path / "photos/castle.png")
    photo.transpose(Image.Transpose.ROTATE_180).save(tmp_path / "photos/lake.png")
    painting.save(tmp_path / "paintings/night.png")
    painting.transpose(Image.Transpose.ROTATE_90).save(tmp_path / "paintings/waves.png")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, style: str = "paintings/night.png") -> int:
    return main(["batch", "photos", *arguments, "--style", style, "-o", "out", *QUICK])


def report(folder: str = "out") -> list[dict]:
    return [json.loads(line) for line in Path(folder, "report.jsonl").read_text().splitlines()]


def painted() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path("out").iterdir() if path.suffix != ".jsonl"}


def test_a_picture_that_fails_is_said_at_the_end_and_costs_no_other(folders, capsys):
    Path("photos/broken.png").write_text("not a picture")
    Path("photos/notes.txt").write_text("left out")
    assert run() == 1
    assert set(painted()) == {"castle-as-night.png", "lake-as-night.png"}
    broken, castle, lake = report()
    assert (broken["status"], broken["file"]) == ("failed", None) and "'broken.png' is not a picture" in broken[
        "sentence"
    ]
    assert (castle["status"], castle["file"], castle["photo"]) == (
        "painted",
        "castle-as-night.png",
        "photos/castle.png",
    )
    assert (lake["width"], lake["height"], lake["evaluations"], lake["ended"]) == (64, 45, 3, "finished")
    *_, bar, error, end = capsys.readouterr().err.splitlines()
    assert "3 of 3 pictures" in bar and end == "2 of 3 pictures painted, 1 failed."
    assert error.startswith("error: photos/broken.png as paintings/night.png: 'broken.png' is not a picture.")


def test_a_picture_of_a_batch_is_that_of_a_run_of_its_own(folders):
    assert run() == 0
    assert main(["photos/lake.png", "paintings/night.png", "-o", "alone.png", *QUICK]) == 0
    assert load_picture("out/lake-as-night.png").tobytes() == load_picture("alone.png").tobytes()
    assert main(["batch", "photos", "--style", "paintings/night.png", "-o", "again", "--recipe", "alone.png"]) == 0
    assert Path("again/lake-as-night.png").read_bytes() == Path("out/lake-as-night.png").read_bytes()


def test_it_goes_on_where_it_stopped_by_recipe_and_not_by_file_name(folders, capsys):
    assert main(["batch", "photos/c*.png", "--style", "paintings/night.png", "-o", "out", *QUICK]) == 0
    (first,) = painted().values()
    Path("out/castle-as-night.png").rename("out/the best.png")
    Image.new("RGB", (20, 20)).save("out/lake-as-night.png")  # somebody else's
    assert run() == 0
    assert set(painted()) == {"the best.png", "lake-as-night.png", "lake-as-night-2.png"}
    assert painted()["the best.png"] == first
    assert [(line["status"], line["file"]) for line in report()] == [
        ("found", "the best.png"),
        ("painted", "lake-as-night-2.png"),
    ]
    assert capsys.readouterr().err.endswith("1 of 2 pictures painted, 1 there already.\n")
    assert run("--seed", "3") == 0  # other settings are other pictures
    assert len(painted()) == 5


def test_every_photo_after_every_painting_or_in_pairs(folders):
    assert main(["batch", "photos", "--style", "paintings/*", "-o", "all", "--format", "jpg", *QUICK]) == 0
    assert [line["file"] for line in report("all")] == [
        *("castle-as-night.jpg", "lake-as-night.jpg", "castle-as-waves.jpg", "lake-as-waves.jpg")
    ]
    assert len(list(Path("all").glob("*.jpg"))) == 4
    assert run("--pair", "--size", "photo", style="paintings") == 0
    assert set(painted()) == {"castle-as-night.png", "lake-as-waves.png"}
    assert Image.open("out/lake-as-waves.png").size == (64, 45)


def test_a_signal_keeps_the_best_of_the_picture_and_the_next_call_completes_it(folders, capsys, monkeypatch):
    def update(self, number, found):
        show(self, number, found)
        if number == 0 and isinstance(found, batch.Painted):
            os.kill(os.getpid(), signal.SIGTERM)

    show = batch_progress.BatchProgress.update
    with monkeypatch.context() as patch:
        patch.setattr(batch_progress.BatchProgress, "update", update)
        assert run() == 128 + signal.SIGTERM
    assert "Stopped. The same command goes on with the others." in capsys.readouterr().err
    assert list(painted()) == ["castle-as-night.png"]

    def reached(self, number, found):
        show(self, number, found)
        if number == 1:
            os.kill(os.getpid(), signal.SIGTERM)

    with monkeypatch.context() as patch:
        patch.setattr(batch_progress.BatchProgress, "update", reached)
        assert run() == 128 + signal.SIGTERM
    assert read_recipe("out/lake-as-night.png")["result"]["ended"] == "stopped"
    assert [line["status"] for line in report()] == ["found", "stopped"]
    assert run() == 0
    assert len(painted()) == 2 and read_recipe("out/lake-as-night.png")["result"]["ended"] == "finished"


def test_a_folder_that_goes_ends_the_batch_and_the_picture_is_saved_elsewhere(folders, capsys, monkeypatch):
    show = batch_progress.BatchProgress.update
    monkeypatch.setattr(
        batch_progress.BatchProgress, "update", lambda *found: shutil.rmtree("out", ignore_errors=True) or show(*found)
    )
    assert run() == 1
    assert "The picture is in" in capsys.readouterr().err
    assert (
        read_recipe("castle-as-night.png")["result"]["ended"] == "finished" and not Path("lake-as-night.png").exists()
    )


def test_a_file_that_another_program_has_written_meanwhile_stays(folders, monkeypatch):
    show = batch_progress.BatchProgress.update
    theirs = Path("out/castle-as-night.png")
    monkeypatch.setattr(
        batch_progress.BatchProgress, "update", lambda *found: theirs.write_text("theirs") and show(*found)
    )
    assert main(["batch", "photos/castle.png", "--style", "paintings/night.png", "-o", "out", *QUICK]) == 0
    assert theirs.read_text() == "theirs" and report()[0]["file"] == "castle-as-night-2.png"


BAD = {
    "nowhere/*.jpg": "'*.jpg' is no file, nor a pattern that fits one",
    "empty": "'empty' holds no picture",
    "photos -o photos": "'photos' holds photos or paintings of this batch",
    "photos -o photos/lake.png": "cannot be used (File exists)",
    "photos --pair": "2 photos and 1 paintings cannot be paired",
    "photos --bits 16": "Add --format tif",
    "photos --mix 1,2": "2 numbers for 1 paintings",
    "photos --size 12": "size must be between 64 and 8192",
    "photos --recipe photos/lake.png": "carries no settings",
    "photos --ray-cpus 0": "--ray-cpus must be at least 1",
}


@pytest.mark.parametrize("words", BAD)
def test_bad_input_gets_one_sentence_and_code_2(folders, capsys, words):
    Path("empty").mkdir()
    assert main(["batch", "--style", "paintings/night.png", "-o", "out", *QUICK, *words.split()]) == 2
    err = capsys.readouterr().err
    assert err.startswith("error: ") and BAD[words] in err and err.count("\n") == 1


def test_a_start_picture_is_not_for_a_batch(folders, capsys):
    with pytest.raises(SystemExit):
        run("--init", "photos/lake.png")
    assert "invalid choice" in capsys.readouterr().err
