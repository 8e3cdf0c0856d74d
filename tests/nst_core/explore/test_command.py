"""`python -m nst_core explore` writes its files, or says in one line why not."""

import csv
import importlib
import io
import json
import re
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nst_core.__main__ import main
from nst_core.explore import MODES, SORTS, cluster_order, excite, figures, gram_drafts, grid
from nst_core.explore.sheet import SCALES, page_count


@pytest.fixture
def photo_file(tmp_path, photo) -> str:
    photo.save(tmp_path / "a photo.png")
    return str(tmp_path / "a photo.png")


@pytest.fixture
def unenlarged(monkeypatch) -> None:
    """The figures are not enlarged to print size, which takes most of the time: for what does not depend on it."""
    monkeypatch.setattr(importlib.import_module("nst_core.explore.print_size"), "LONGER_SIDE", 1)


@pytest.fixture
def few(monkeypatch) -> None:
    """What is painted is small, after few evaluations, and the sheet of drafts has one column."""
    monkeypatch.setattr(figures, "DRAFT_SIZE", 64)
    monkeypatch.setattr(figures, "DRAFT_EVALUATIONS", 1)
    monkeypatch.setattr(figures, "excite", partial(excite, size=64, evaluations=4))
    monkeypatch.setattr(gram_drafts, "SIZE", 64)
    monkeypatch.setattr(gram_drafts, "EVALUATIONS", 2)
    monkeypatch.setitem(grid.COLUMNS, "brush", ("style_scale", (1.0,)))


def test_the_command_writes_every_page_the_matrix_the_features_and_the_pairs(photo_file, tmp_path, capsys) -> None:
    out = tmp_path / "new" / "folder"
    assert main(["explore", photo_file, "--layer", "relu2_1", "--size", "80", "-o", str(out)]) == 0
    printed = capsys.readouterr()
    names = {path.name for path in out.iterdir()}
    pages = {f"a photo-relu2_1-80px-sheet-{n}.png" for n in (1, 2)}
    assert names == pages | {
        "a photo-relu2_1-80px.npz",
        "a photo-relu2_1-80px-pairs.csv",
        "a photo-relu2_1-80px-gram.png",
    }
    assert {Path(line).name for line in printed.out.splitlines()} == names and not printed.err
    assert all(max(Image.open(path).size) >= 1600 for path in out.glob("*.png")), "large enough to print"
    with np.load(out / "a photo-relu2_1-80px.npz", allow_pickle=False) as stored:
        assert stored["features"].shape == (128, 32, 40)
        best = sorted(stored["gram"][np.triu_indices(128, 1)], reverse=True)[:50]
    lines = [*csv.DictReader(io.StringIO((out / "a photo-relu2_1-80px-pairs.csv").read_text()))]
    assert [float(line["gram"]) for line in lines] == pytest.approx(best)
    matrix = Image.open(out / "a photo-relu2_1-80px-gram.png")
    assert matrix.width == 2048 and matrix.height > 2048
    for n, page in enumerate(sorted(pages), 1):
        words = Image.open(out / page).text["Description"]
        assert "relu2_1 · 128 maps of 40 × 32 · picture 80 × 64 px · VGG19 (oxford)" in words
        assert f"page {n} of {page_count(128)}, sorted by mean" in words


def test_every_choice_of_the_command_leaves_its_mark(photo_file, tmp_path, painting, unenlarged) -> None:
    painting.save(tmp_path / "painting.png")
    common = ["--layer", "conv1_2", "--size", "64", "--order-of", str(tmp_path / "painting.png")]
    orders, marks = {}, {"difference": "-difference", "mean": ""}
    for sort, scale, mode in (("difference", "shared", "cosine"), ("mean", "root", "correlation")):
        out = tmp_path / sort
        more = ["--sort", sort, "--scale", scale, "--mode", mode, "-o", str(out)]
        assert main(["explore", photo_file, *common, *more]) == 0
        assert (out / f"a photo-conv1_2-64px-order-of-painting-{mode}.png").is_file()
        sheet = Image.open(out / f"a photo-conv1_2-64px-order-of-painting-sheet{marks[sort]}-{scale}-1.png")
        assert f"sorted by {sort}" in sheet.text["Description"]
        with np.load(out / "a photo-conv1_2-64px-order-of-painting.npz", allow_pickle=False) as stored:
            orders[sort], own = stored["order"], cluster_order(stored["features"])
    assert np.array_equal(orders["difference"], orders["mean"]) and not np.array_equal(orders["mean"], own)


def test_one_channel_is_a_picture_of_its_own(photo_file, tmp_path, capsys) -> None:
    for channel in (3, 7):
        more = ["--layer", "relu1_1", "--size", "80", "--channel", str(channel), "-o", str(tmp_path / str(channel))]
        assert main(["explore", photo_file, *more]) == 0
    pictures = [Image.open(tmp_path / f"{n}/a photo-relu1_1-80px-channel-{n}.png") for n in (3, 7)]
    assert "channel 3 of relu1_1 · 64 maps" in pictures[0].text["Description"]
    assert (
        max(pictures[0].size) >= 1600
        and pictures[0].crop((0, 0, 800, 640)).tobytes() != pictures[1].crop((0, 0, 800, 640)).tobytes()
    )
    for wrong in ("-1", "64"):
        assert main(["explore", photo_file, "--layer", "relu1_1", "--channel", wrong, "-o", str(tmp_path / "no")]) == 2
        assert "choose 0 to 63" in capsys.readouterr().err and not (tmp_path / "no").exists()


def test_kernels_a_worked_sum_and_the_gradient_are_written_when_asked_for(photo_file, tmp_path, painting, few) -> None:
    painting.save(tmp_path / "painting.png")
    other = str(tmp_path / "painting.png")
    common = ["explore", photo_file, "--layer", "relu2_1", "--size", "64"]
    more = ["--channel", "5", "--kernels", "--unit", "3,7", "--gradient", photo_file, other, "--notebook", "--excite"]
    more += ["--change", other, "relu2_1:5x0,pool1x2"]
    more += ["--grid", other, "--grid-by", "brush"]
    assert main([*common, *more, "-o", str(tmp_path / "out")]) == 0
    said = {
        path.name.removeprefix("a photo-relu2_1-64px-"): Image.open(path).text["Description"]
        for path in (tmp_path / "out").glob("*.png")
    }
    assert all(max(Image.open(path).size) >= 1600 for path in (tmp_path / "out").glob("*.png"))
    assert "row 3, column 7 of channel 5 of conv2_1" in said["unit-5-3-7.png"]
    assert "kernels of channel 5 of relu2_1" in said["kernels-5.png"] and "cosine" in said["gradient.png"]
    assert "made to excite channel 5 of relu2_1" in said["excite-5.png"]
    assert "without and with the change relu2_1:5x0, pool1x2, outlined" in said["drafts.png"]
    assert "drafts of 64 px, 1 evaluations each" in said["grid-brush.png"]
    names: dict = {}
    for cell in json.loads((tmp_path / "out" / "a photo-relu2_1-64px.ipynb").read_text())["cells"][1:]:
        exec("".join(cell["source"]), names)
    with np.load(tmp_path / "out" / "a photo-relu2_1-64px.npz") as stored:
        assert np.array_equal(names["features"], stored["features"]) and np.array_equal(names["order"], stored["order"])


def test_what_is_asked_for_and_cannot_be_written_is_one_line(
    photo_file, tmp_path, painting, few, unenlarged, capsys
) -> None:
    painting.save(tmp_path / "painting.png")
    other, common = str(tmp_path / "painting.png"), ["explore", photo_file, "--layer", "relu1_1", "--size", "64"]
    wrong = {
        ("--change", photo_file, "relu3_1:999x0"): "--change names channel 999",
        ("--change", photo_file, " "): "No change of the Gram matrices is given",
        ("--unit", "3,99"): "a column from 0 to 63",
        ("--gradient", other, photo_file): "different shapes",
    }
    for arguments, words in wrong.items():
        assert main([*common, *arguments, "-o", str(tmp_path / "no")]) == 2
        assert words in capsys.readouterr().err and not list((tmp_path / "no").glob("*"))


def test_steps_of_a_small_run_from_noise_are_written_when_asked_for(
    photo_file, tmp_path, painting, unenlarged, capsys, monkeypatch
) -> None:
    monkeypatch.setattr(figures, "EVALUATIONS", 8)
    painting.save(tmp_path / "painting.png")
    common = ["explore", photo_file, "--layer", "relu2_1", "--size", "64", "--channel", "5"]
    assert main([*common, "--steps", str(tmp_path / "painting.png"), "-o", str(tmp_path / "out")]) == 0
    said = [Image.open(path).text["Description"] for path in sorted((tmp_path / "out").glob("*-step-*-5.png"))]
    assert [words.split(" from noise")[0] for words in said] == [f"evaluation {n} of 8" for n in (0, 1, 2, 3, 5, 8)]
    mismatches = [float(re.search(r"mismatch (\S+)", words)[1]) for words in said]
    assert mismatches[-1] < 0.2 * mismatches[0]
    assert all("channel 5 of relu2_1 · picture 64 × 45 px · VGG19 (oxford)" in words for words in said)
    assert main([*common, "--steps", "nowhere.jpg", "-o", str(tmp_path / "no")]) == 2
    assert "nowhere.jpg" in capsys.readouterr().err and not list((tmp_path / "no").glob("*"))


def test_sorting_by_difference_compares_with_the_other_picture(photo_file, tmp_path, painting, unenlarged) -> None:
    painting.save(tmp_path / "painting.png")
    sheets = {}
    for sort in ("difference", "mean"):
        out, other = tmp_path / sort, str(tmp_path / "painting.png")
        arguments = ["--layer", "relu1_1", "--size", "64", "--sort", sort, "--order-of", other, "-o", str(out)]
        assert main(["explore", photo_file, *arguments]) == 0
        pixels = np.asarray(Image.open(next(out.glob("*-sheet-*1.png"))).convert("RGB"))
        sheets[sort] = pixels[:500]  # above the words
    assert not np.array_equal(sheets["difference"], sheets["mean"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["PHOTO", "--layer", "relu42"], "no layer 'relu42'"),
        (["PHOTO", "--size", "5"], "choose 32 to 2048"),
        (["PHOTO", "--size", "4096"], "choose 32 to 2048"),
        (["PHOTO", "--weights", "nowhere.pth"], "nowhere.pth"),
        (["PHOTO", "--order-of", "nowhere.jpg"], "nowhere.jpg"),
        (["PHOTO", "--sort", "difference"], "--order-of"),
        (["nowhere.jpg"], "nowhere.jpg"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(photo_file, tmp_path, capsys, arguments, words) -> None:
    given = [photo_file if argument == "PHOTO" else argument for argument in arguments]
    assert main(["explore", *given, "-o", str(tmp_path / "out")]) == 2
    printed = capsys.readouterr()
    assert printed.out == "" and printed.err.startswith("error: ")
    assert printed.err.count("\n") == 1 and words in printed.err
    assert not list((tmp_path / "out").glob("*")), "nothing is written"


def test_a_folder_that_is_a_file_and_a_file_that_is_a_folder_are_one_line_too(
    photo_file, tmp_path, unenlarged, capsys
) -> None:
    assert main(["explore", photo_file, "-o", photo_file]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    (tmp_path / "a photo-relu1_1-48px.npz").mkdir()
    assert main(["explore", photo_file, "--layer", "relu1_1", "--size", "48", "-o", str(tmp_path)]) == 2
    printed = capsys.readouterr()
    assert printed.err.count("\n") == 1 and "a photo-relu1_1-48px.npz" in printed.err


def test_files_of_another_picture_or_other_options_are_never_replaced(
    photo_file, tmp_path, painting, unenlarged, capsys
) -> None:
    (tmp_path / "b").mkdir()
    painting.save(tmp_path / "b" / "a photo.png")
    command = ["--layer", "relu1_1", "--size", "48", "-o", str(tmp_path / "out")]
    assert main(["explore", photo_file, *command]) == 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert main(["explore", str(tmp_path / "b" / "a photo.png"), *command]) == 2
    assert "exists already" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before
    for more in (["--size", "64"], ["--order-of", str(tmp_path / "b" / "a photo.png")]):
        assert main(["explore", photo_file, *command, *more]) == 0
    assert main(["explore", str(tmp_path / "b" / "a photo.png"), *command, "--force"]) == 0
    assert (tmp_path / "out" / "a photo-relu1_1-48px-gram.png").read_bytes() != before["a photo-relu1_1-48px-gram.png"]


@pytest.mark.parametrize("wrong", [["--sort", "beauty"], ["--size", "big"], ["--mode", "norm"], ["--unit", "3"], []])
def test_what_argparse_refuses_is_exit_code_2(photo_file, tmp_path, capsys, wrong) -> None:
    output = ["-o", str(tmp_path)] if wrong else []
    with pytest.raises(SystemExit) as done:
        main(["explore", photo_file, *wrong, *output])
    assert done.value.code == 2


def test_the_help_says_what_every_choice_means(capsys) -> None:
    with pytest.raises(SystemExit) as done:
        main(["explore", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert done.value.code == 0
    for table in (SORTS, SCALES, MODES):
        assert all(f"{name} {words}" in told for name, words in table.items())
