"""`--time-lapse`: a film beside the picture, which never costs the picture."""

from __future__ import annotations

from pathlib import Path

import av
from PIL import Image

from nst_core.__main__ import main
from nst_core.recipe import read_recipe

QUICK = ["--size", "64", "--evaluations", "3", "--levels", "1", "--style-layers", "relu1_1,relu2_1"]
QUICK += ["--content-layers", "relu2_2"]


def test_the_ending_decides_the_format_and_folders_are_made(files, tmp_path):
    film = tmp_path / "films" / "run"
    assert main([*files, *QUICK, "--time-lapse", str(film), "--time-lapse-seconds", "2"]) == 0
    with av.open(str(film.with_suffix(".mp4"))) as container:
        assert container.streams.video[0].codec.name == "h264"
    webp = film.with_suffix(".WebP")
    assert main([*files, *QUICK, "--time-lapse", str(webp), "--time-lapse-seconds", "2", "--force"]) == 0
    assert Image.open(webp).format == "WEBP" and Image.open(webp).size == (64, 44)


def test_an_input_or_another_file_is_not_replaced(files, tmp_path, capsys):
    film = tmp_path / "film.webp"
    film.write_bytes(b"mine")
    assert main([*files, *QUICK, "--time-lapse", str(film)]) == 2
    assert "exists already" in capsys.readouterr().err
    Image.open(files[0]).save(tmp_path / "photo.webp")
    assert (
        main([str(film.with_name("photo.webp")), *files[1:], "--time-lapse", f"{tmp_path}/photo.webp", "--force"]) == 2
    )
    assert "one of the inputs" in capsys.readouterr().err
    assert film.read_bytes() == b"mine" and not Path(files[3]).exists()


def test_a_time_lapse_that_cannot_be_written_does_not_cost_the_picture(files, tmp_path, capsys, monkeypatch):
    def failing(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("nst_core.time_lapse._webp", failing)
    assert main([*files, *QUICK, "--time-lapse", str(tmp_path / "film.webp")]) == 1
    assert "error: the time-lapse was not written: No space left on device" in capsys.readouterr().err
    assert read_recipe(files[3])["result"]["ended"] == "finished"
    assert not (tmp_path / "film.webp").exists()
