"""HEIC and JPEG XL, where the packages of requirements-formats.txt are installed; else they are refused by name."""

import importlib.util

import numpy as np
import pytest

from nst_core.images import load_picture
from tests.support import pictures

FORMATS = {"pillow_heif": "HEIF", "pillow_jxl": "JXL"}


@pytest.mark.parametrize("package", FORMATS)
def test_a_format_is_read_where_its_package_is_installed(package: str) -> None:
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed")
    module = importlib.import_module(package)
    if package == "pillow_heif":
        module.register_heif_opener()
    loaded = np.asarray(load_picture(pictures.encode(pictures.scene(), FORMATS[package], quality=95)))
    assert np.abs(loaded.astype(int) - np.asarray(pictures.scene())).max() <= 16
