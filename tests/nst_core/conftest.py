"""What the tests of the command line share."""

import pytest


@pytest.fixture
def files(tmp_path, photo, painting) -> list[str]:
    """Arguments of the command line: a photo, a painting, and -o with the PNG to write."""
    photo.save(tmp_path / "photo.png")
    painting.save(tmp_path / "painting.png")
    return [str(tmp_path / "photo.png"), str(tmp_path / "painting.png"), "-o", str(tmp_path / "out.png")]
