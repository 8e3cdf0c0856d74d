"""The command line, as a user runs it: a stable contract. Most tests run it in this process; one starts a real one."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

import nst_core
from nst_core.__main__ import main
from nst_core.images import load_picture, picture_sha256
from nst_core.recipe import read_recipe, style_hashes
from nst_core.settings import FIELDS, STYLE_WEIGHTS, Settings

EARLY = ["--style-layers", "relu1_1,relu2_1", "--content-layers", "relu2_2"]
QUICK = ["--size", "64", "--evaluations", "3", "--levels", "1", *EARLY]
LONGER_RUN = ["--size", "128", "--evaluations", "5000", "--levels", "1", *EARLY]


def test_it_paints_and_the_last_line_of_stdout_is_the_summary(files, capsys):
    assert main([*files, *QUICK, "--json"]) == 0
    out, err = capsys.readouterr()
    summary = json.loads(out)  # one line and nothing else
    assert out.count("\n") == 1
    assert list(summary) == ["width", "height", "evaluations", "ended", "seconds", "losses", "peak_rss_mb", "settings"]
    assert (summary["width"], summary["height"], summary["evaluations"]) == (64, 45, 3)
    assert Image.open(files[3]).size == (64, 45)
    assert summary["ended"] == read_recipe(files[3])["result"]["ended"] == "finished"
    assert summary["losses"].keys() == {"total", "content relu2_2", "style relu1_1", "style relu2_1"}
    assert summary["settings"] == Settings.from_dict(summary["settings"]).to_dict()
    assert summary["peak_rss_mb"] > 100
    assert "3/3" in err


def test_without_json_stdout_stays_empty(files, capsys):
    assert main([*files, *QUICK]) == 0
    assert capsys.readouterr().out == ""


def test_changed_gram_matrices_are_painted_and_saved_and_come_back_with_the_recipe(files, tmp_path, capsys):
    assert main([*files, *QUICK]) == 0
    plain, files[3] = Path(files[3]).read_bytes(), str(tmp_path / "changed.png")
    assert main([*files, *QUICK, "--gram-changes", "relu1_1:3,4x0, relu2_1:5:9x2"]) == 0
    assert read_recipe(files[3])["settings"]["gram_changes"] == ["relu1_1:3-4x0", "relu2_1:5:9x2"]
    assert Image.open(files[3]).tobytes() != Image.open(io.BytesIO(plain)).tobytes()
    again = [*files[:3], str(tmp_path / "again.png")]
    assert main([*again, "--recipe", files[3]]) == 0
    assert Image.open(again[3]).tobytes() == Image.open(files[3]).tobytes()


@pytest.mark.parametrize(("given", "size"), [((80, 56), (80, 56)), ((75, 101), (75, 101)), ((50, 40), (64, 51))])
def test_the_size_of_the_photo_is_a_size_within_the_bounds(files, photo, tmp_path, given, size):
    photo.resize(given).save(tmp_path / "sized.png")
    assert main([str(tmp_path / "sized.png"), *files[1:], *QUICK, "--size", "photo"]) == 0
    assert Image.open(files[3]).size == size and read_recipe(files[3])["settings"]["size"] == max(size)


def test_every_setting_has_its_flag(capsys):
    with pytest.raises(SystemExit) as done:
        main(["--help"])
    assert done.value.code == 0
    text = capsys.readouterr().out
    assert all(f"--{name.replace('_', '-')} " in text for name in [*FIELDS, "weights", "device", "recipe", "preview"])


def test_the_version_is_told(capsys):
    with pytest.raises(SystemExit) as done:
        main(["--version"])
    assert done.value.code == 0 and capsys.readouterr().out == f"nst_core {nst_core.__version__}\n"


def test_the_recipe_of_a_picture_paints_it_again_byte_for_byte(files, tmp_path, capsys):
    assert main([*files, *QUICK, "--init", "noise", "--seed", "7", "--style-weight", "12.5"]) == 0
    again = [*files[:3], str(tmp_path / "again.png"), "--recipe", files[3]]
    assert main(again) == 0
    assert "note:" not in capsys.readouterr().err
    first, second = Image.open(files[3]), Image.open(tmp_path / "again.png")
    assert first.tobytes() == second.tobytes()
    assert read_recipe(tmp_path / "again.png")["settings"]["seed"] == 7


def test_another_objective_brings_its_own_style_weight_unless_the_recipes_was_chosen(files, tmp_path):
    def weight_under_gatys(*flags: str) -> float:
        assert main([*files, *QUICK, *flags, "--force"]) == 0
        again = [*files[:3], str(tmp_path / "again.png"), "--recipe", files[3], "--objective", "gatys", "--force"]
        assert main(again) == 0
        return read_recipe(tmp_path / "again.png")["settings"]["style_weight"]

    assert weight_under_gatys() == STYLE_WEIGHTS["gatys"]
    assert weight_under_gatys("--style-weight", "7") == 7


def test_another_precision_than_the_recipes_is_said(files, tmp_path, capsys):
    assert main([*files, *QUICK, "--precision", "bfloat16"]) == 0
    again = [*files[:3], str(tmp_path / "again.png"), "--recipe", files[3], "--precision", "float32"]
    assert main(again) == 0
    assert "another precision" in capsys.readouterr().err


def test_flags_override_the_recipe_and_another_photo_is_noticed(files, tmp_path, capsys):
    assert main([*files, *QUICK, "--seed", "7"]) == 0
    swapped = [files[1], files[0], "-o", str(tmp_path / "b.png"), "--recipe", files[3], "--seed", "8"]
    assert main(swapped) == 0
    assert read_recipe(tmp_path / "b.png")["settings"]["seed"] == 8
    err = capsys.readouterr().err
    assert "another photo" in err and "another painting" in err and "another VGG19" not in err


def test_several_paintings_are_mixed_and_the_recipe_names_each(files, tmp_path, capsys):
    both = [files[0], files[1], files[0], "-o", files[3], *QUICK]
    assert main([*both, "--mix", "1"]) == 2
    assert "1 numbers for 2 paintings" in capsys.readouterr().err and not Path(files[3]).exists()
    assert main([*both, "--mix", "3,1", "--strength", "-1", "--colors", "matched", "--style-scale", "2"]) == 0
    recipe = read_recipe(files[3])
    assert style_hashes(recipe) == [picture_sha256(load_picture(path)) for path in (files[1], files[0])]
    assert recipe["settings"]["mix"] == [3, 1] and recipe["settings"]["colors"] == "matched"
    again = [files[0], files[1], files[1], "-o", str(tmp_path / "again.png"), "--recipe", files[3]]
    assert main(again) == 0
    err = capsys.readouterr().err
    assert "another painting 2" in err and "another painting 1" not in err and "another photo" not in err


def test_previews_are_written(files, tmp_path):
    assert main([*files, *QUICK, "--preview", str(tmp_path / "film" / "a")]) == 0
    frames = sorted((tmp_path / "film" / "a").iterdir())
    assert len(frames) >= 2 and Image.open(frames[-1]).size == (64, 45)


def test_ctrl_c_saves_the_picture_so_far(files):
    process = subprocess.Popen(
        [sys.executable, "-m", "nst_core", *files, *LONGER_RUN, "--json"],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        bufsize=1,
        # A shell that runs the tests in the background has them ignore Ctrl-C, and they would pass that on.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    text = ""
    deadline = time.monotonic() + 120
    while "s left" not in text and time.monotonic() < deadline:
        text += process.stderr.read(1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    assert Image.open(files[3]).size == (128, 90)
    assert 0 < json.loads(out)["evaluations"] < 5000
    assert "Traceback" not in err and "picture so far" in err


def test_ctrl_c_before_the_first_evaluation_saves_nothing_and_says_so(files, capsys, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    for moment in ("load_picture", "load_encoder", "transfer"):
        with monkeypatch.context() as patch:
            patch.setattr(f"nst_core.__main__.{moment}", interrupted)
            assert main([*files, *QUICK]) == 130
        assert "nothing was saved" in capsys.readouterr().err
    assert not Path(files[3]).exists()


def test_a_picture_may_be_the_start_and_the_recipe_names_it(files, tmp_path, capsys):
    assert main([*files, *QUICK, "--seed", "5"]) == 0
    more = [*files[:3], str(tmp_path / "more.png"), "--recipe", files[3], "--init", files[3], "--evaluations", "2"]
    assert main([*more, "--json"]) == 0
    out, err = capsys.readouterr()
    assert "made with no start picture" in err and json.loads(out)["evaluations"] == 2
    recipe = read_recipe(more[3])
    assert recipe["init_sha256"] == picture_sha256(load_picture(files[3]))
    assert recipe["settings"]["init"] == "matched" and recipe["settings"]["seed"] == 5

    again = [*files[:3], str(tmp_path / "again.png"), "--recipe", more[3], "--force"]
    assert main([*again, "--init", files[3]]) == 0
    assert "start picture" not in capsys.readouterr().err
    assert load_picture(again[3]).tobytes() == load_picture(more[3]).tobytes()
    assert main([*again, "--init", more[3]]) == main(again) == main([*again, "--init", "noise"]) == 0
    err = capsys.readouterr().err
    assert err.count("made with another start picture") == 1 and err.count("made with a start picture (--init)") == 2
