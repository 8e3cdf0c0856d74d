"""Bad input on the command line: one sentence on standard error and exit code 2, never a traceback."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

from nst_core import memory
from nst_core.__main__ import main
from tests.support import pictures

QUICK = ["--size", "64", "--evaluations", "3", "--levels", "1"]

BAD_FLAGS = {
    "--size 63": "size must be between 64 and 8192",
    "--size big": "size must be a number",
    "--style-weight nan": "style_weight must be between",
    "--style-weight -1": "style_weight must be between",
    "--content-weight 0 --style-weight 0": "both 0",
    "--style-layers ,": "No style layer",
    "--style-layers relu42": "style_layers: VGG19 has no layer 'relu42'. Try relu4_2",
    "--gram-changes relu3_1:300x0": "gram_changes names channel 300 of relu3_1, which has 256",
    "--gram-changes relu3_2x0": "gram_changes changes relu3_2, which is not one of style_layers",
    "--style-layers relu1_1 --style-layer-weights 1,2": "2 numbers for 1 style layers",
    "--weights nowhere.pth": "no weights file 'nowhere.pth'",
    "--device cuda:9x": "no device",
    "--recipe {photo}": "carries no settings",
    "-o {folder}/out.gif": "does not end in a format that can be written. Use one of: .png, .jpg",
    "-o {photo}/out.png": "cannot be written",
    "-o {photo}": "is one of the inputs",
    "--init matchd": "'matchd' is no file, nor one of matched, content, noise",
    "--init {painting}": "64x72 pixels and the photo 80x56, which is another shape. Crop one",
    "--init {folder}": "is a folder",
    "--init {painting} -o {painting} --force": "is one of the inputs",
    "-o {photo} --force": "is one of the inputs",
    "-o {folder}": "is a folder",
    "-o - --json": "Choose one of them",
    "--preview {photo}": "preview folder",
    "--time-lapse {folder}/film.gif": "does not end in a format that can be written. Use one of: .mp4, .webp.",
    "--time-lapse {folder}/film.mp4 --time-lapse-seconds 61": "takes 2 to 60 seconds, not 61",
    "--time-lapse {folder}/film.mp4 --time-lapse-seconds nan": "takes 2 to 60 seconds, not nan",
    "--time-lapse - ": "not written to standard output",
    "--time-lapse {photo}/film.webp": "cannot be written",
    "-o {folder}/a.webp --time-lapse {folder}/a.webp": "have the same name",
}


@pytest.mark.parametrize("flags", BAD_FLAGS)
def test_a_bad_flag_gives_one_sentence_and_code_2(files, tmp_path, capsys, flags):
    words = [word.format(photo=files[0], painting=files[1], folder=tmp_path) for word in flags.split()]
    assert main([*files, *QUICK, *words]) == 2
    assert_one_sentence(capsys.readouterr().err, BAD_FLAGS[flags])
    assert not Path(files[3]).exists()


@pytest.mark.parametrize("kind", pictures.refused())
@pytest.mark.parametrize("place", [0, 1])
def test_a_bad_picture_gives_one_sentence_and_code_2(files, tmp_path, capsys, kind, place):
    data, name = pictures.refused()[kind]
    (tmp_path / name).write_bytes(data)
    files[place] = str(tmp_path / name)
    assert main([*files, *QUICK]) == 2
    assert_one_sentence(capsys.readouterr().err, pictures.WORDS[kind])


def test_a_ribbon_too_narrow_for_the_layers_gives_one_sentence_and_code_2(files, tmp_path, capsys):
    data, name = pictures.narrow()
    (tmp_path / name).write_bytes(data)
    assert main([str(tmp_path / name), *files[1:], "--size", "512"]) == 2
    assert_one_sentence(capsys.readouterr().err, "too narrow")


def assert_one_sentence(err, words):
    assert err.startswith("error: ") and words in err and err.count("\n") == 1 and "Traceback" not in err


def test_an_unknown_flag_or_choice_is_code_2_as_well(files):
    for wrong in (["--colour", "blue"], ["--objective", "photo"]):
        with pytest.raises(SystemExit) as done:
            main([*files, *wrong])
        assert done.value.code == 2


def test_a_bad_file_given_to_the_module_leaves_no_traceback(files, monkeypatch, capfd):
    """As `python -m nst_core` runs it."""
    monkeypatch.setattr("sys.argv", ["nst_core", "nowhere.jpg", *files[1:]])
    monkeypatch.delitem(sys.modules, "nst_core.__main__")
    with pytest.raises(SystemExit) as done:
        runpy.run_module("nst_core", run_name="__main__")
    out, err = capfd.readouterr()
    assert done.value.code == 2 and out == ""
    assert_one_sentence(err, "no file 'nowhere.jpg'")


def test_a_picture_that_does_not_fit_into_memory_is_refused(files, capsys, monkeypatch):
    monkeypatch.setattr(memory, "usable_mb", lambda: 2000.0)
    assert main([*files, "--size", "8192", "--device", "cpu"]) == 2
    assert "GB of memory, and 2.0 GB are free. Choose a smaller size" in capsys.readouterr().err
