"""What every view of the explorer shows: its panels, its pictures with their captions, its files. On a tiny encoder."""

import csv
import io
import json
import re
from itertools import combinations

import gradio as gr
import numpy as np
import pytest
from PIL import Image

from demo.compute.worker import Worker
from demo.explorer import explorer_tab, frame_actions, labels
from demo.explorer.feature_cache import FeatureCache, Uploads
from demo.explorer.panels import Choices, File, Panels
from demo.explorer.view_state import FIELDS, ViewState
from demo.explorer.views import VIEWS, channels_actions, gram_actions
from nst_core.errors import PictureError
from nst_core.explore import correlation, cosine, gram
from nst_core.explore.palette import GROUND, INK
from nst_core.layers import LAYERS

KINDS_OF_LAYER = ["relu1_1", "conv4_3", "pool5", "relu5_4", "pool2"]
NOT_A_NUMBER = re.compile(r"\b(nan|inf)\b", re.I)


@pytest.fixture(scope="module")
def cache(tiny) -> FeatureCache:
    return FeatureCache(Worker(tiny))


@pytest.fixture(scope="module")
def tab() -> explorer_tab.ExplorerTab:
    with gr.Blocks(analytics_enabled=False):
        return explorer_tab.build()


def files(panels: Panels) -> dict[str, File]:
    return {name: value for name, value in panels.items() if isinstance(value, File)}


def texts(panels: Panels) -> str:
    """Every word and number that can be read, those in the pictures' files included."""
    said = [str(value) for value in panels.values() if not isinstance(value, File)]
    for name, file in files(panels).items():
        said.append(file.data.decode() if name == "csv" else Image.open(io.BytesIO(file.data)).info["Description"])
    return " ".join(said)


@pytest.mark.usefixtures("small_looks")
@pytest.mark.parametrize("view", VIEWS)
def test_a_view_fills_every_panel_of_its_layout_and_no_other(cache, tab, view):
    """But for the controls, which show a field of the state."""
    panels = VIEWS[view].show(cache, ViewState(view=view, layer="relu3_1"), Uploads())
    laid_out = tab.views[view].panels.keys()
    assert laid_out - FIELDS.keys() <= panels.keys() <= laid_out


@pytest.mark.parametrize("layer", KINDS_OF_LAYER)
@pytest.mark.parametrize("view", VIEWS)
def test_every_picture_opens_and_carries_its_caption_and_the_way_back(cache, view, layer, photo, painting):
    state = ViewState(view=view, layer=layer, channel=3, first=2, second=3)
    panels = frame_actions.show(cache, state, Uploads(photo, painting, photo))
    shown = {name: file for name, file in files(panels).items() if name != "csv"}
    several = {"channels": 2, "kernels": 3, "untrained": 2, "gram": 3, "edit": 2}
    assert len(shown) == (several | dict.fromkeys(("excite", "losses", "rebuild", "steps"), 0)).get(view, 1)
    for file in shown.values():
        image = Image.open(io.BytesIO(file.data))
        pixels = np.asarray(image)
        assert (image.format, image.mode) == ("PNG", "RGB")
        assert re.fullmatch(rf"vgg19-{layer}-[\w -]+\.png", file.name)
        assert (pixels[-10:] == GROUND).all()
        assert (pixels[-27:-10] == INK).all(axis=2).any()
        assert image.text["Description"].endswith(state.link())
    assert not NOT_A_NUMBER.search(texts(panels))


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("layer", KINDS_OF_LAYER[:3])
@pytest.mark.parametrize(
    "picture",
    [Image.new("RGB", (60, 44)), Image.new("RGB", (60, 44), (250, 210, 20)), Image.effect_noise((33, 200), 90)],
    ids=["black", "yellow", "33x200"],
)
def test_odd_pictures_of_ones_own_work_in_every_view(cache, painting, picture, layer):
    """As photo, result and painting; and as photo and result beside a usual painting."""
    picture = picture.convert("RGB")
    for view in VIEWS:
        for uploads, mode in (
            (Uploads(picture, picture, picture), "correlation"),
            (Uploads(picture, painting, picture), "gram"),
        ):
            if view in ("channels", "gram", "compare") or mode == "gram":
                state = ViewState(view=view, layer=layer, mode=mode, sort="difference", shuffle=3)
                assert not NOT_A_NUMBER.search(texts(frame_actions.show(cache, state, uploads))), view


@pytest.fixture(scope="module")
def real_cache(oxford) -> FeatureCache:
    return FeatureCache(Worker(oxford))


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("picture", ["black", "noise"])
def test_odd_pictures_work_at_the_real_network_too(real_cache, picture):
    """Where nearly all channels of the deep layers are silent, or the maps are two units wide."""
    image = Image.new("RGB", (200, 40)) if picture == "black" else Image.effect_noise((33, 200), 90).convert("RGB")
    for view in VIEWS:
        if view != "losses":  # it shows all bundled paintings to the network
            state = ViewState(view=view, layer="relu5_4", channel=99, first=1, second=100, sort="sparsity")
            shown = frame_actions.show(real_cache, state, Uploads(image, image, image))
            assert not NOT_A_NUMBER.search(texts(shown)), view


def test_where_the_result_has_another_shape_there_are_no_errors_to_show(cache, photo, painting):
    turned = photo.transpose(Image.Transpose.ROTATE_90)
    with pytest.raises(PictureError) as error:
        frame_actions.show(cache, ViewState(view="errors"), Uploads(photo, painting, turned))
    assert str(error.value) == labels.OTHER_SHAPE
    assert "errors" in frame_actions.show(
        cache, ViewState(view="errors"), Uploads(photo, painting, photo.resize((160, 112)))
    )


@pytest.mark.parametrize("view", ["compare", "errors"])
def test_what_needs_a_result_says_so_while_there_is_none(cache, photo, view):
    with pytest.raises(PictureError) as error:
        frame_actions.show(cache, ViewState(view=view), Uploads(photo))
    assert str(error.value) == labels.NO_RESULT


def test_every_panel_has_a_name_and_an_id_of_its_own(tab):
    ids = []
    for parts in (tab.frame, *tab.views.values()):
        components = parts.panels | parts.others
        assert len(components) == len(parts.panels) + len(parts.others)
        assert parts is tab.frame or not components.keys() & (tab.frame.panels | tab.frame.others).keys()
        ids += [component.elem_id for component in components.values()]
    assert len(set(ids)) == len(ids) and all(ids)


def test_numbers_have_the_bounds_of_the_layer(cache):
    state = ViewState(layer="relu2_1", channel=2)
    panels = channels_actions.show(cache, state, Uploads())
    assert panels["channel"] == 2 and panels["page"] == 1
    assert isinstance(panels["partners"], Choices)
    assert {value for _, value in panels["partners"].options} == {0, 1, 3}
    gram_panels = gram_actions.show(cache, state.updated(view="gram", first=3), Uploads())
    assert (gram_panels["first"], gram_panels["second"]) == (3, 1)


def test_titles_differ_and_every_view_explains_itself_in_a_sentence():
    assert len({view.title for view in VIEWS.values()}) == len(VIEWS)
    assert all(view.about.endswith(".") for view in VIEWS.values())


@pytest.mark.parametrize("layer", KINDS_OF_LAYER)
def test_the_csv_holds_every_pair_with_its_readings_the_largest_first(cache, photo, painting, layer):
    uploads, state = Uploads(photo, painting), ViewState(view="gram", layer=layer, pairs_by="correlation")
    panels = gram_actions.show(cache, state, uploads)
    assert panels["csv"].name == f"vgg19-{layer}-photo-pairs.csv"
    rows = list(csv.DictReader(io.StringIO(panels["csv"].data.decode())))
    features = cache.look(state, uploads).features(layer)
    readings = {"gram": gram(features), "cosine": cosine(gram(features)), "correlation": correlation(features)}
    target = gram(cache.look(state, uploads, "painting").features(layer))
    assert sorted((int(row["first"]), int(row["second"])) for row in rows) == list(combinations(range(4), 2))
    for row in rows:
        for name, matrix in readings.items():
            cell = matrix[int(row["first"]), int(row["second"])]
            assert float(row[name]) == pytest.approx(cell, rel=1e-4, abs=1e-6)
        one, two = int(row["first"]), int(row["second"])
        away = (readings["gram"] - target)[one, two] / np.sqrt(target[one, one] * target[two, two])
        assert float(row["difference"]) == pytest.approx(away, rel=1e-3, abs=1e-5)
    by = [float(row["correlation"]) for row in rows]
    assert by == sorted(by, reverse=True)
    assert [line[:2] for line in panels["pairs"]] == [[int(row["first"]), int(row["second"])] for row in rows]
    strongest = gram_actions.strongest_pair(cache, state, uploads)
    assert [strongest.first, strongest.second] == panels["pairs"][0][:2]


@pytest.mark.parametrize("layer", KINDS_OF_LAYER)
def test_the_npz_holds_the_maps_the_matrix_and_where_they_come_from(cache, tiny, photo, painting, layer):
    uploads, state = Uploads(photo, painting), ViewState(layer=layer)
    file = channels_actions.npz(cache, state, uploads)
    assert file.name == f"vgg19-{layer}-photo.npz"
    with np.load(io.BytesIO(file.data), allow_pickle=False) as stored:
        features, view = stored["features"], cache.look(state, uploads)
        assert np.array_equal(features, view.features(layer))
        flat = features.reshape(4, -1).astype(float)
        assert np.allclose(stored["gram"], flat @ flat.T / flat.shape[1], rtol=1e-4, atol=1e-6)
        assert sorted(stored["order"]) == [0, 1, 2, 3]
        about = json.loads(str(stored["metadata"]))
    assert (about["layer"], about["weights_sha256"]) == (layer, tiny.sha256)
    assert (about["width"], about["height"], about["stride"]) == (*view.picture.size, LAYERS[layer].stride)
