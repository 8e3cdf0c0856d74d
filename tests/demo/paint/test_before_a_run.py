"""What is read and said before a run: settings, the estimate, advice. Called as plain Python on a tiny encoder."""

from pathlib import Path

import pytest
from PIL import Image

from demo import text
from demo.compute.limits import Limits
from demo.compute.worker import Worker
from demo.paint import paint_actions as actions
from nst_core import memory
from nst_core.advice import Sample, warnings_for
from nst_core.errors import NSTError, SettingError
from nst_core.settings import FIELDS, Settings
from nst_core.vgg import Encoder

SMALL = Settings(size=64, evaluations=8, seed=7)


@pytest.fixture
def worker(tiny: Encoder) -> Worker:
    return Worker(tiny)


def test_what_does_not_fit_is_refused_and_the_largest_size_that_does_is_offered(
    worker, photo, painting, tmp_path, monkeypatch
):
    """A machine with 1.7 GB left: an 80x56 photo at 512 px needs 1507 MB, at 2048 px 2554 MB."""
    (tmp_path / "meminfo").write_text(f"MemTotal: 4000000 kB\nMemAvailable: {1700e6 / 1024:.0f} kB\n")
    monkeypatch.setattr(memory, "PROC", tmp_path)
    monkeypatch.setattr(memory, "CGROUP", tmp_path)
    words, largest = actions.estimate(worker, photo.size, Settings(size=2048))
    assert largest == 1152
    assert "2.6 GB" in words and "1152 px" in words
    assert actions.estimate(worker, photo.size, Settings(size=512))[1] is None
    with pytest.raises(SettingError, match="1152 px"):
        next(actions.paint(worker, photo, [painting], Settings(size=2048), actions.PaintSession()))
    # With a brush of 4 the painting is looked at in 4096 px, which needs 750 MB and 145 for each of 16.8 megapixels.
    words, largest = actions.estimate(worker, photo.size, Settings(size=1024, style_scale=4))
    assert "3.2 GB" in words and largest == 576
    assert actions.estimate(worker, photo.size, Settings(size=1024, style_scale=4, style_weight=0))[1] is None


def test_the_estimate_gives_time_and_memory(worker):
    words, largest = actions.estimate(worker, (600, 420), Settings(size=256))
    assert largest is None
    assert " s " in words or " min " in words
    assert "1.1 GB" in words


def test_before_the_machine_was_measured_the_estimate_says_so_and_measures_nothing(worker, monkeypatch):
    monkeypatch.setattr(worker, "pace", lambda precision: pytest.fail("measured"))
    words, largest = actions.estimate(worker, (600, 420), Settings(size=256, max_seconds=5), timed=False)
    assert largest is None
    assert words.startswith(text.MEASURING) and "of memory on this machine" in words


def test_an_enlarged_painting_takes_longer_in_the_estimate(worker):
    seconds = [worker.estimate(Settings(style_scale=scale), 600, 420).seconds for scale in (0.25, 1, 2, 4)]
    assert seconds[0] < seconds[1] < seconds[2] < seconds[3] < 1.5 * seconds[1]


def test_weights_that_could_not_be_loaded_are_named_beside_the_estimate(worker):
    worker.missing = "<vgg>.pth"
    for settings in (SMALL, Settings(size=2048)):
        words, _ = actions.estimate(worker, (600, 420), settings)
        assert "&lt;vgg&gt;.pth could not be loaded; the bundled ones are used" in words


def test_without_a_photo_the_estimate_says_so(worker):
    assert actions.estimate(worker, None, SMALL) == (text.NO_PHOTO, None)


def test_the_advice_is_that_of_the_command_line_and_waits_for_both_pictures(photo, painting):
    one, other = Sample.of(photo), Sample.of(painting)
    for settings in (SMALL, Settings(size=512)):
        words = warnings_for(photo, painting, settings)
        assert actions.advice(one, [other], settings).count("<p") == len(words) == 2 * (settings.size == 512)
        assert all(sentence.replace("'", "&#x27;") in actions.advice(one, [other], settings) for sentence in words)
    assert actions.advice(None, [other], Settings()) == actions.advice(one, [None], Settings()) == ""


@pytest.mark.parametrize(
    "name, value",
    [
        ("size", "abc"),
        ("size", None),
        ("tv_weight", float("nan")),
        ("style_layers", []),
        ("levels", 1.5),
        ("seed", True),
    ],
)
def test_a_bad_widget_value_is_a_setting_error(name, value):
    values = Settings().to_dict() | {name: value}
    with pytest.raises(SettingError):
        actions.read_settings(list(values.values()), Limits())


@pytest.mark.parametrize("values", [None, 5, [], {"size": 64}, "a" * len(FIELDS), [*Settings().to_dict().values()][1:]])
def test_what_is_not_the_values_of_all_settings_is_a_setting_error(values):
    with pytest.raises(SettingError, match="Reload the page"):
        actions.read_settings(values, Limits())


def test_weights_of_zero_are_refused():
    values = Settings().to_dict() | {"content_weight": 0, "style_weight": 0}
    with pytest.raises(SettingError, match="nothing is left to paint"):
        actions.read_settings(list(values.values()), Limits())


def test_a_picture_without_settings_is_refused(tmp_path: Path):
    path = tmp_path / "plain.png"
    Image.new("RGB", (40, 30)).save(path)
    with pytest.raises(NSTError, match="carries no settings"):
        actions.settings_in(path)
