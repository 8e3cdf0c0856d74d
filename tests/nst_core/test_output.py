"""Where the picture goes: never over an input, over another file only with --force, and elsewhere rather than nowhere."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from nst_core.errors import PictureError
from nst_core.output import Output, check_output


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder, the current one, with the subfolders `temporary` (for temporary files) and `asked`."""
    monkeypatch.chdir(tmp_path)
    for name in ("temporary", "asked", "current"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    monkeypatch.chdir(tmp_path / "current")
    return tmp_path


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("how", ["itself", "symbolic link", "hard link", "another way"])
def test_an_input_is_never_replaced(how: str, force: bool, inside: Path) -> None:
    photo, output = inside / "photo.png", inside / "other.png"
    photo.write_bytes(b"photo")
    if how == "symbolic link":
        output.symlink_to(photo)
    elif how == "hard link":
        os.link(photo, output)
    else:
        output = photo if how == "itself" else inside / "asked" / ".." / "photo.png"
    with pytest.raises(PictureError, match="is one of the inputs"):
        check_output(str(output), [None, "-", str(photo)], force)
    assert photo.read_bytes() == b"photo"


def test_another_file_is_replaced_with_force_only(inside: Path) -> None:
    (inside / "a.png").write_bytes(b"mine")
    with pytest.raises(PictureError, match=r"'a\.png' exists already\. .*--force"):
        check_output(str(inside / "a.png"), [], force=False)
    assert check_output(str(inside / "a.png"), [], force=True).save(b"new") == (str(inside / "a.png"), "")
    assert (inside / "a.png").read_bytes() == b"new"
    (inside / "a.png").chmod(0o444)
    with pytest.raises(PictureError, match="protected against writing"):
        check_output(str(inside / "a.png"), [], force=True)


def test_a_bare_name_is_a_png_and_missing_folders_are_made(inside: Path) -> None:
    output = check_output(str(inside / "new" / "folder" / "a"), [], force=False)
    assert output.path == inside / "new" / "folder" / "a.png" and output.kind == "PNG"
    assert list((inside / "new" / "folder").iterdir()) == []
    assert check_output("b.TIF", [], force=False).kind == "TIFF"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("asked", "is a folder"),
        ("a.gif", "does not end in"),
        ("file/a.png", "cannot be written"),
        ("a\0.png", "cannot be"),
    ],
)
def test_what_cannot_be_written_is_refused_before_the_run(name: str, words: str, inside: Path) -> None:
    (inside / "file").touch()
    with pytest.raises(PictureError, match=words):
        check_output(str(inside / name), [], force=False)


def test_when_its_folder_has_gone_it_is_saved_in_the_current_folder(inside: Path) -> None:
    output = check_output(str(inside / "asked" / "a.png"), [], force=False)
    shutil.rmtree(inside / "asked")
    (inside / "current" / "a.png").write_bytes(b"mine")
    where, why = output.save(b"picture")
    assert where == str(inside / "current" / "a-2.png") and "'a.png' cannot be written" in why
    assert Path(where).read_bytes() == b"picture" and (inside / "current" / "a.png").read_bytes() == b"mine"


def test_when_the_current_folder_has_gone_too_the_temporary_one_takes_it(inside: Path) -> None:
    output = check_output(str(inside / "asked" / "a.png"), [], force=False)
    shutil.rmtree(inside / "asked")
    shutil.rmtree(inside / "current")
    assert output.save(b"picture")[0] == str(inside / "temporary" / "a.png")
    shutil.rmtree(inside / "temporary")
    with pytest.raises(PictureError, match="Nor can it be saved"):
        output.save(b"picture")


def test_a_file_that_has_come_into_being_meanwhile_stays(inside: Path) -> None:
    output = check_output("a.png", [], force=False)
    Path("a.png").write_bytes(b"another run's")
    assert output.save(b"picture") == (str(Path("a-2.png")), "'a.png' has come into being meanwhile.")
    assert Path("a.png").read_bytes() == b"another run's" and Path("a-2.png").read_bytes() == b"picture"


def test_a_disk_that_is_full_leaves_no_half_file(inside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace = Path.replace

    def full(path: Path, target: Path) -> Path:
        if target.parent == inside / "asked":
            raise OSError(28, "No space left on device")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", full)
    where, why = check_output(str(inside / "asked" / "a.png"), [], force=False).save(b"picture")
    assert where == str(inside / "current" / "a.png") and "No space left on device" in why
    assert list((inside / "asked").iterdir()) == []


def test_standard_output_takes_the_picture(inside: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert Output(None).save(b"picture") == ("standard output", "")
    assert capfdbinary.readouterr().out == b"picture"


def test_without_a_standard_output_it_is_saved_in_the_current_folder(
    inside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout", None)
    where, why = Output(None).save(b"picture")
    assert where == str(inside / "current" / "painting.png") and "Standard output takes no picture" in why
