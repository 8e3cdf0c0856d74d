"""Changes of the Gram matrices: their texts, what they multiply, and what they do to the loss and to a result."""

import numpy as np
import pytest
import torch
from PIL import Image

from nst_core.errors import LayerError, SettingError
from nst_core.gram_cache import GramCache
from nst_core.gram_changes import HIGHEST, MOST, parsed
from nst_core.gram_factors import cell_factors
from nst_core.losses import OBJECTIVES, gram_matrix
from nst_core.objective import Objective
from nst_core.places import places_at
from nst_core.plan import Level
from nst_core.regions import COLORS, read_regions
from nst_core.settings import Settings
from nst_core.terms import Targets, Term, loss_terms
from nst_core.transfer import transfer
from tests.support.features import random_features

LEVEL = Level(53, 37, 1)
FORMS = {
    "relu3_1:12x0": ["relu3_1:12x0"],
    " relu3_1:12 x 0.50 ": ["relu3_1:12x0.5"],
    "relu3_1:14,12,13,20×2": ["relu3_1:12-14,20x2"],
    "relu2_1:12:40x.5,relu4_1x10": ["relu2_1:12:40x0.5", "relu4_1x10"],
    "relu2_1:3-9:0,1x0; relu1_1:0x1, relu1_1:0x3": ["relu2_1:3-9:0-1x0", "relu1_1:0x1", "relu1_1:0x3"],
    " , ": [],
}


@pytest.mark.parametrize("text", FORMS)
def test_a_text_is_read_as_changes_in_their_shortest_form(text):
    settings = Settings(gram_changes=text)
    assert list(settings.gram_changes) == FORMS[text]
    assert Settings(gram_changes=FORMS[text]) == Settings(gram_changes=",".join(FORMS[text])) == settings
    assert Settings.from_dict(settings.to_dict()) == settings


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("relu3_1:256x0", "names channel 256 of relu3_1, which has 256. Choose from 0 to 255"),
        ("relu3_1:9-3x0", "cannot read the channels '9-3' of relu3_1. Write relu3_1:12x0"),
        ("relu3_1:12x10.1", "multiplies relu3_1 by 10.1. Choose a factor from 0 to 10"),
        ("relu3_1:12", "cannot be 'relu3_1:12'. Write relu3_1:12x0"),
        ("relu3_1:,x0", "cannot read the channels '' of relu3_1"),  # not all of them
        ("relu3_1:12x-1", "Write relu3_1:12x0"),
        ("relu3_1:12xnan", "Write relu3_1:12x0"),
        ("relu3_1:0-999999999x1", "cannot read the channels"),
        ("y" * 10_000, "Write relu3_1:12x0"),
        ("relu3_2:1x0", "gram_changes changes relu3_2, which is not one of style_layers. Add it there"),
        (["relu1_1x1"] * (MOST + 1), f"has {MOST + 1} changes. Give at most {MOST}"),
        (7, "must be a list"),
        ([7], "must be a list"),
        (None, "must be a list"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_sentence(wrong, words):
    with pytest.raises(SettingError, match=r"^gram_changes ") as error:
        Settings(gram_changes=wrong)
    assert words in str(error.value) and len(str(error.value)) < 250


def test_an_unknown_layer_is_refused_as_everywhere():
    with pytest.raises(LayerError, match=r"no layer 'relu31'\. Try relu3_1"):
        Settings(gram_changes="relu31:2x0")


def test_without_a_style_loss_a_change_of_any_layer_is_no_mistake():
    assert Settings(style_weight=0, style_layers=[], gram_changes="relu3_2x0").style_used == ()


def test_the_last_level_leaves_out_the_changes_of_the_layers_that_it_leaves_out():
    changed = Settings(gram_changes="relu5_1:3x0,relu4_1:3x0")
    assert changed.at_level(1, 3) == changed
    assert changed.at_level(3, 3).gram_changes == ("relu4_1:3x0",)


def test_a_channel_counts_as_if_it_responded_so_many_times_as_strongly():
    features = random_features(4, 5, 7, 0)
    stronger = features * torch.tensor([1, 3, 1, 0.5]).reshape(1, 4, 1, 1)
    factors = torch.from_numpy(cell_factors(["relu1_1:1x3", "relu2_1:0x0", "relu1_1:3x0.5"], "relu1_1", 4))
    assert torch.allclose(factors * gram_matrix(features), gram_matrix(stronger))


def test_pairs_change_their_cells_and_no_channel_s_own():
    factors = cell_factors(["relu1_1:0-1:2x3"], "relu1_1", 4)
    assert np.argwhere(factors != 1).tolist() == [[0, 2], [1, 2], [2, 0], [2, 1]] and factors[0, 2] == 3
    assert cell_factors(["relu1_1:0-1:0-1x3"], "relu1_1", 3).tolist() == [[3, 3, 1], [3, 3, 1], [1, 1, 1]]


def test_the_whole_layer_and_no_change_at_all():
    assert (cell_factors(["relu1_1x2"], "relu1_1", 3) == 4).all()
    assert cell_factors(["relu1_1x2"], "relu2_1", 3) is None
    assert str(parsed("relu1_1:0-2x2")) == "relu1_1:0-2x2" and HIGHEST == 10


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_the_style_term_is_the_distance_to_the_changed_matrix_in_the_unit_of_the_painting_s_own(objective):
    gram, target = gram_matrix(random_features(4, 5, 7, 1)), gram_matrix(random_features(4, 6, 3, 2))
    factors = torch.from_numpy(cell_factors(["relu1_1:1x0", "relu1_1:2:3x2"], "relu1_1", 4))
    targets = Targets({}, {"relu1_1": target}, factors={"relu1_1": factors})
    found = loss_terms({"relu1_1": random_features(4, 5, 7, 1)}.items(), targets, objective)[Term("style", "relu1_1")]
    away = (gram - factors * target).square().sum()
    unit = {"balanced": target.square().sum(), "gatys": 4 * 4**2, "johnson": 4**2 * 4**2}[objective]
    assert found.item() == pytest.approx((away / unit).item(), rel=1e-5)


@pytest.fixture
def terms(tiny, photo, painting):
    """The terms of the photo, and what `relative` makes of them, for settings."""

    def run(paintings=None, places=None, **settings):
        objective = Objective(photo, paintings or [painting], Settings(**settings), LEVEL, tiny, places=places)
        _, found = objective(torch.rand(1, 3, 37, 53, generator=torch.Generator().manual_seed(1)))
        return found, objective.relative({term: float(value) for term, value in found.items()}), objective

    return run


def test_a_change_changes_its_layer_only(terms):
    (before, *_), (after, *_) = terms(), terms(gram_changes="relu2_1:1x0")
    changed = [str(term) for term in before if before[term] != after[term]]
    assert changed == ["style relu2_1"]


def test_a_layer_that_is_muted_is_compared_with_zeros(terms):
    found, relative, objective = terms(gram_changes="relu2_1x0")
    layer = Term("style", "relu2_1")
    picture = torch.rand(1, 3, 37, 53, generator=torch.Generator().manual_seed(1))
    ((_, features),) = objective.encoder.iter_features(picture, ["relu2_1"], padding="replicate")
    size = gram_matrix(features.float()).square().sum() / objective.targets.style["relu2_1"].square().sum()
    assert relative[layer] == pytest.approx(size.item(), rel=1e-4)
    assert all(value.isfinite() for value in found.values())


def test_several_paintings_are_mixed_as_they_are_changed(terms, painting):
    paintings = [painting, painting.rotate(90)]
    (mixed, *_), (one, *_), (other, *_) = (
        terms(paintings, mix=mix, gram_changes="relu3_1:0:1x3,relu1_1:2x0", objective="johnson")
        for mix in ("1,1", "1,0", "0,1")
    )
    for term in (Term("style", "relu1_1"), Term("style", "relu3_1")):  # a square is below the mean of the squares
        assert 0 < mixed[term] < (one[term] + other[term]) / 2


def test_every_region_s_painting_is_changed(terms, photo, painting):
    image = Image.new("RGB", (80, 56), COLORS[0])
    image.paste(COLORS[1], (0, 0, 80, 20))
    paintings = [painting, painting.rotate(90)]
    places = places_at(photo, read_regions(image, 2, photo.size), (0.5, 0.5), (53, 37))
    (before, _, first), (after, _, last) = (
        terms(paintings, places, gram_changes=text) for text in ("", "relu1_1:0-3x0")
    )
    assert len(last.targets.parts_of("relu1_1")) == 2 and last.targets.parts_of("relu1_1")[0][1].any()
    term = Term("style", "relu1_1")
    assert before[term] != after[term] and first.units == last.units


def test_a_channel_of_the_painting_is_less_in_the_result_when_muted_and_more_when_exaggerated(tiny, photo, painting):
    known, energies = GramCache(), []
    for changes in ("relu1_1:0x0", "", "relu1_1:0x2"):
        alone = {"style_layers": "relu1_1", "content_layers": "relu2_1", "content_weight": 0.01, "levels": 1}
        settings = Settings(size=64, evaluations=12, gram_changes=changes, **alone)
        *_, last = transfer(photo, painting, settings, tiny, grams=known)
        ((_, features),) = tiny.iter_features(last.best, ["relu1_1"], padding="replicate")
        energies.append(gram_matrix(features)[0, 0].item())
    assert energies[0] < 0.8 * energies[1] < 0.64 * energies[2]
