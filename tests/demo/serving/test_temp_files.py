"""The page's temporary files stay few and are its own."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from demo.compute.worker import Worker
from demo.page import build
from demo.serving import gradio_internals, temp_files


@pytest.fixture
def cache(tmp_path) -> Path:
    """Five files of a thousand bytes in folders of their own, the oldest named 0."""
    for age in range(5):
        (tmp_path / f"hash{age}").mkdir()
        path = tmp_path / f"hash{age}" / str(age)
        path.write_bytes(bytes(1000))
        os.utime(path, (1e9 + age, 1e9 + age))
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("most, left", [(10**6, "01234"), (5000, "01234"), (4999, "1234"), (2500, "34"), (0, "")])
def test_the_oldest_files_go_first_until_the_rest_is_little_enough(cache, most, left):
    temp_files.sweep(cache, most)
    assert names(cache) == list(left)
    assert sorted(path.name for path in cache.iterdir()) == [f"hash{age}" for age in left]  # no empty folders


def test_a_folder_that_goes_meanwhile_is_passed_over(cache, monkeypatch):
    def scandir(folder):
        if Path(folder).parent == cache:  # and the others are listed already
            for other in set(cache.iterdir()) - {Path(folder), cache / "hash4"}:
                (other / other.name[-1]).unlink()
                other.rmdir()
        return listed(folder)

    listed = os.scandir
    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", scandir)
        temp_files.sweep(cache, 0)
    assert names(cache) == []


def test_what_is_spared_stays_though_it_is_oldest(cache):
    temp_files.sweep(cache, 2500, {cache / "hash0" / "0"})
    assert names(cache) == ["0", "4"]


def test_the_pictures_of_the_page_itself_are_spared(tiny, tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    page = build(Worker(tiny))
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    config = str(page.get_config_file())
    assert len(before) > 6 and all(str(path) in config for path in before)
    temp_files.sweep(tmp_path, 0, gradio_internals.startup_files(page))
    assert before == {path for path in tmp_path.rglob("*") if path.is_file()}


@pytest.fixture
def root(tmp_path, monkeypatch) -> Path:
    """The system's temporary folder, in a process that has not been given another."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.delenv("GRADIO_TEMP_DIR", raising=False)
    return tmp_path


def left_by(root: Path, number: int | str) -> Path:
    folder = root / f"{temp_files.FOLDER}{number}"
    folder.mkdir()
    (folder / "upload.png").touch()
    return folder


def test_a_folder_named_by_the_environment_is_the_hosts_to_clean(root, monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(root / "given"))
    assert temp_files.make_process_folder() is None
    assert os.environ["GRADIO_TEMP_DIR"] == str(root / "given") and not list(root.iterdir())


def test_otherwise_the_process_has_one_of_its_own_that_nobody_else_can_read(root):
    own = temp_files.make_process_folder()
    assert own == root / f"{temp_files.FOLDER}{os.getpid()}" and own.stat().st_mode & 0o777 == 0o700
    assert os.environ["GRADIO_TEMP_DIR"] == tempfile.gettempdir() == str(own)


def test_what_dead_processes_left_is_deleted_and_nothing_of_living_ones(root):
    with subprocess.Popen([sys.executable, "-c", ""]) as dead:
        dead.wait()
    killed, living, other = left_by(root, dead.pid), left_by(root, os.getppid()), left_by(root, "of-somebody")
    assert not list(temp_files.make_process_folder().iterdir())
    assert not killed.exists() and (living / "upload.png").exists() and (other / "upload.png").exists()


def test_what_a_process_of_the_same_number_left_is_deleted_too(root):
    left_by(root, os.getpid())
    assert not list(temp_files.make_process_folder().iterdir())
