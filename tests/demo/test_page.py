"""The page as it is declared: no server, no browser."""

import re
from pathlib import Path

import gradio as gr
import pytest

from demo import cli, text, theme
from demo.compute.limits import Limits
from demo.compute.worker import Worker
from demo.page import launch_options
from demo.paint import setting_text, setting_widgets
from nst_core.recipe import VERSION
from nst_core.settings import FIELDS, Settings

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def page(built) -> gr.Blocks:
    return built.page


@pytest.fixture(scope="module")
def options(page, tiny) -> dict:
    return launch_options(page, Worker(tiny))


@pytest.fixture(scope="module")
def config(page) -> dict:
    return page.get_config_file()


@pytest.fixture(scope="module")
def widgets(config) -> dict[str, dict]:
    """The widgets that have an id, by id, in the order of the page."""
    parts = {part["id"]: part for part in config["components"]}
    found = {}

    def walk(node: dict) -> None:
        part = parts[node["id"]]
        if part["props"].get("elem_id"):
            found[part["props"]["elem_id"]] = part
        for child in node.get("children") or []:
            walk(child)

    for node in config["layout"]["children"]:
        walk(node)
    return found


def test_importing_the_page_starts_nothing_and_leaves_nothing_behind(page):
    assert not page.is_running
    assert not list((ROOT / "demo").rglob("*.pyi"))


def test_the_first_screen_has_both_pictures_and_one_primary_button(config, widgets):
    assert widgets["photo"]["props"]["value"]["path"].endswith("summer_palace.jpg")
    assert widgets["painting"]["props"]["value"]["path"].endswith("van_gogh_church_at_auvers_1890.webp")
    primary = [part for part in config["components"] if part["props"].get("variant") == "primary"]
    assert [part["props"]["value"] for part in primary] == [text.PAINT]


def test_on_a_telephone_button_and_result_come_before_the_settings(widgets):
    order = list(widgets)
    assert order.index("photo") < order.index("paint") < order.index("live") < order.index("status")
    assert all(order.index("status") < order.index(name) for name in FIELDS)


def test_every_control_has_the_words_the_default_and_the_bounds_of_its_setting(widgets):
    for name, field in FIELDS.items():
        props = widgets[name]["props"]
        assert props["label"] == setting_text.label(name)
        assert name in setting_text.LOOK or field.metadata["words"][1:] in props["info"]
        if "low" in field.metadata and name not in setting_widgets.LISTS:
            high = Limits().max_size if name == "size" else field.metadata["high"]
            assert (props["minimum"], props["maximum"]) == (field.metadata["low"], high)
        if field.metadata.get("choices"):
            assert [value for _, value in props["choices"]] == list(field.metadata["choices"])
        if name not in setting_widgets.LISTS:
            assert props["value"] == Settings().to_dict()[name]


def test_camera_and_clipboard_are_sources_and_the_limit_is_said_before_a_picture_is_chosen(widgets, options):
    for name in ("photo", "painting"):
        assert widgets[name]["props"]["sources"] == ["upload", "clipboard", "webcam"]
        assert f"up to {options['max_file_size'].removesuffix('mb')} MB" in widgets[name]["props"]["placeholder"]


def test_three_presets_and_one_for_print_where_there_is_the_memory(widgets):
    offered = [value for _, value in widgets["preset"]["props"]["choices"]]
    assert offered[:3] == ["draft", "standard", "fine"] and offered[3:] in ([], ["print"])


def test_two_endpoints_are_public(config):
    public = [event["api_name"] for event in config["dependencies"] if event["api_visibility"] == "public"]
    assert public == ["stylize", "explore"]


def test_heavy_handlers_share_one_place_in_the_queue(page):
    heavy = [event for event in page.fns.values() if event.concurrency_id == "painter"]
    assert {event.concurrency_limit for event in heavy} == {1}
    assert len(heavy) == 8  # the seven buttons and the endpoint


def test_no_event_makes_the_browser_update_many_components_that_do_not_change(config):
    """Gradio's script updates those that show progress, and the inputs, whenever any event begins, goes on or ends."""
    events = [event for event in config["dependencies"] if event["backend_fn"] and event["api_visibility"] == "private"]
    assert len(events) > 100 and max(len(event["inputs"]) for event in events) == 7
    told = [event["show_progress_on"] for event in events]
    assert None not in told and max(map(len, told)) == 1  # the status line of a run in the explorer


def test_one_event_writes_the_estimate_whatever_has_changed(config, widgets):
    """Of several, the answer to an earlier change could come last, and stay."""
    writing = [event for event in config["dependencies"] if widgets["estimate"]["id"] in event["outputs"]]
    assert sorted("/".join({kind for _, kind in event["targets"]}) for event in writing) == ["change", "load", "tick"]


def test_the_settings_as_one_are_those_of_the_components(config, widgets):
    gathered = next(part for part in config["components"] if part["type"] == "json")
    assert gathered["props"]["value"] == [widgets[name]["props"]["value"] for name in FIELDS]


def test_no_choice_is_lost_because_the_one_before_is_still_being_answered(config):
    widgets = {widget["id"]: widget["type"] for widget in config["components"]}
    choices = {"change", "input", "release", "select", "upload"}
    choosing = [
        event
        for event in config["dependencies"]
        if any(
            kind in choices and widgets[widget] != "tabitem" for widget, kind in event["targets"] if widget in widgets
        )
    ]
    assert len(choosing) > 30 and {event["trigger_mode"] for event in choosing} == {"always_last", "multiple"}


def test_a_slider_of_the_explorer_answers_the_keyboard_and_not_to_every_value_on_the_way(config, widgets):
    for name in ("in-amount", "in-percent", "in-kept-step"):
        events = [
            event for event in config["dependencies"] if (widgets[name]["id"], "input") in map(tuple, event["targets"])
        ]
        assert [event["trigger_mode"] for event in events] == ["always_last"], name


def test_every_word_that_cannot_be_marked_where_it_stands_is_explained_once_on_the_first_tab(widgets, config):
    parts = [part for part in config["components"] if part["id"] < widgets["inside"]["id"]]
    values = [str(part["props"].get("value")) for part in parts if part["type"] == "html"]
    marked = [word for value in values for word in re.findall('data-term="([^"]+)"', value)]
    assert {"content loss", "total variation", "L-BFGS"} <= set(marked)
    assert len(marked) == len(set(marked))


def test_nothing_is_fetched_from_elsewhere(options):
    look = (ROOT / "demo/style.css").read_text() + theme.HEAD + options["theme"]._get_theme_css()
    assert "http" not in look.replace("http://www.w3.org/2000/svg", "")  # a name, not an address
    assert options["theme"]._stylesheets == []


def test_a_password_without_a_name_is_refused_before_anything_opens(capsys):
    with pytest.raises(SystemExit) as end:
        cli.options(["--auth", "secret"])
    assert end.value.code == 2
    assert "name and a password" in capsys.readouterr().err


def test_the_version_is_told(capsys):
    with pytest.raises(SystemExit) as end:
        cli.options(["--version"])
    assert end.value.code == 0 and capsys.readouterr().out == f"{VERSION}\n"


def test_the_options_are_what_gradio_is_told():
    _, told = cli.options(["--share", "--host", "0.0.0.0", "--port", "8000", "--auth", "ada:se:cret"])
    assert told == {"share": True, "server_name": "0.0.0.0", "server_port": 8000, "auth": ("ada", "se:cret")}


@pytest.mark.parametrize(
    "variable, arguments, weights, norm",
    [
        (None, [], "oxford", "torchvision"),
        ("", [], "oxford", "torchvision"),
        ("torchvision", [], "torchvision", "torchvision"),
        ("torchvision", ["--weights", "mine.pth", "--weights-norm", "oxford"], "mine.pth", "oxford"),
    ],
)
def test_the_command_line_or_else_the_environment_chooses_the_weights(monkeypatch, variable, arguments, weights, norm):
    monkeypatch.delenv("NST_WEIGHTS", raising=False)
    if variable is not None:
        monkeypatch.setenv("NST_WEIGHTS", variable)
    chosen, _ = cli.options(arguments)
    assert chosen == {"weights": weights, "norm": norm}
    assert Worker(None, **chosen).weights == weights


def test_without_options_gradios_environment_variables_decide():
    assert cli.options([])[1] == {"share": None, "server_name": None, "server_port": None, "auth": None}
