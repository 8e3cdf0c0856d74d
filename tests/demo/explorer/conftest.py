"""The built page on a tiny encoder, for the events of the explorer."""

import pytest

from nst_core.vgg import Encoder
from tests.support.built_page import BuiltPage


@pytest.fixture(scope="module")
def built(tiny: Encoder) -> BuiltPage:
    return BuiltPage(tiny)
