"""All of a view in one ZIP file: every figure in print size, every chart as SVG, the tables and the notebook."""

import io
import zipfile
from xml.etree import ElementTree

import pytest
from PIL import Image

from demo.explorer.feature_cache import Uploads
from demo.explorer.panels import File, Picture
from demo.explorer.take_along import report, take_along
from demo.explorer.view_state import ViewState
from demo.explorer.views import VIEWS
from nst_core.explore.captions import captioned

CHARTS = {"channels": 1, "lesson": 1, "compare": 2, "losses": 3}


@pytest.mark.parametrize("view", VIEWS)
def test_a_report_has_every_figure_of_the_view_large_enough_to_print(cache, photo, painting, view) -> None:
    state = ViewState(view=view, layer="relu2_1", channel=1)
    panels = VIEWS[view].show(cache, state, Uploads(photo, painting, photo.rotate(180)))
    files = {file.name: file.data for file in report(panels)}
    figures = [panel for panel in panels.values() if isinstance(panel, Picture)]
    assert len(files) == len(figures) + CHARTS.get(view, 0) + (view == "gram")
    for panel in figures:
        large = Image.open(io.BytesIO(files[panel.name]))
        assert (
            max(large.size) >= 1600
            and large.text["Description"] == Image.open(io.BytesIO(panel.data)).text["Description"]
        )
        assert large.width % panel.figure.width == 0
    for name, data in files.items():
        if name.endswith(".svg"):
            assert ElementTree.fromstring(data).get("width") == "1600"
    assert view != "gram" or any(name.endswith("pairs.csv") for name in files)


def test_the_zip_has_the_notebook_and_what_a_run_has_made(cache, photo, painting) -> None:
    state, figure = ViewState(view="rebuild", layer="relu2_1"), captioned(photo, ["rebuilt"])
    made = {"rebuilt": Picture(b"small", "rebuilt.png", "", figure, "words"), "rebuild_status": "<p>done</p>"}
    file = take_along(cache, state, Uploads(photo, painting), made)
    assert isinstance(file, File) and file.name == "vgg19-relu2_1-rebuild.zip"
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        assert archive.namelist() == ["vgg19-relu2_1-rebuild.ipynb", "rebuilt.png"]
        assert max(Image.open(io.BytesIO(archive.read("rebuilt.png"))).size) >= 1600
