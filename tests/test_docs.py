"""The README is held to the code: front matter, commands, tables, lists."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from nst_core.batch_options import batch_parser
from nst_core.explore import command as explore
from nst_core.layers import LAYERS
from nst_core.options import parser
from nst_core.settings import FIELDS, STYLE_WEIGHTS, Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
REQUIREMENTS = (ROOT / "requirements.txt").read_text(encoding="utf-8")
TICKS = chr(96)


def blocks(language):
    fences = re.findall(rf"^{TICKS * 3}(\w*)\n(.*?)^{TICKS * 3}$", README, re.S | re.M)
    return [text for name, text in fences if name == language]


def rows():
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in README.splitlines() if line[:1] == "|"]


def test_the_front_matter_is_what_a_space_needs():
    lines = README.split("---\n")[1].splitlines()
    matter = {key: value.strip().strip('"') for key, _, value in (line.partition(":") for line in lines)}
    assert matter["sdk"] == "gradio" and matter["license"] == "mit"
    assert f"gradio=={matter['sdk_version']}\n" in REQUIREMENTS
    assert (ROOT / matter["app_file"]).is_file()
    assert re.fullmatch(r"3\.1[0-3]", matter["python_version"])
    assert 0 < len(matter["short_description"]) <= 60
    assert matter["title"] and matter["emoji"]


def test_the_two_commands_stand_in_the_readme():
    commands = [block.strip() for block in blocks("")]
    assert "pip install -r requirements.txt && python app.py" in commands
    assert "pip install -r requirements-dev.txt && python -m pytest" in commands
    assert (ROOT / "requirements-dev.txt").read_text().count("-r requirements.txt") == 1


def test_the_settings_table_is_the_settings():
    table = {row[0].split("`")[1]: row for row in rows() if len(row) == 5 and row[1].startswith("`--")}
    assert list(table) == list(FIELDS)
    for name, field in FIELDS.items():
        about, flag, default, allowed, words = table[name]
        assert flag == f"`--{name.replace('_', '-')}`" and words == field.metadata["words"]
        assert field.metadata.get("symbol", "") in about
        for bound in (field.metadata.get("low"), field.metadata.get("high")):
            assert bound is None or f"{bound:,.15g}" in allowed
        assert all(choice in allowed for choice in field.metadata.get("choices", ()))
        expected = field.default
        if name == "style_weight":
            expected = "by objective"
        elif isinstance(expected, tuple):
            expected = ", ".join(expected) or ("none" if {"layers", "changes"} & field.metadata.keys() else "equal")
        assert default == (expected if isinstance(expected, str) else f"{expected:g}")


def test_the_style_weight_of_each_objective_is_told():
    told = re.search(r"`style_weight` by objective: (.*?), at", README).group(1)
    assert told == ", ".join(f"{weight:g} for {name}" for name, weight in STYLE_WEIGHTS.items())


def test_the_layer_table_is_the_network():
    table = [row for row in rows() if re.match(r"`(conv|pool)\d", row[0])]
    assert sum(len(row[0].split(",")) for row in table) == len(LAYERS) == 37
    for row in table:
        for name in row[0].replace("`", "").split(", "):
            layer = LAYERS[name]
            assert row[1:4] == [str(layer.channels), str(layer.stride), str(layer.receptive_field)]
        assert row[4] == f"{LAYERS[row[0].split('`')[1]].parameters:,}"


def test_the_command_lines_are_understood():
    commands = [line for block in blocks("") for line in block.splitlines() if "nst_core" in line]
    assert len(commands) >= 2
    for command in commands:
        arguments = shlex.split(command)[3:]
        if arguments[0] == "explore":
            explore.parser().parse_args(arguments[1:])
        elif arguments[0] == "batch":
            batch_parser().parse_args(arguments[1:])
        else:
            parser().parse_args(arguments)


def test_the_three_lines_of_python_run(tmp_path, monkeypatch):
    code, *_ = blocks("python")
    assert len([line for line in code.splitlines() if line.strip()]) == 3
    for name, source in (("photo", "photos/coffee.jpg"), ("painting", "photos/chelsea.jpg")):
        shutil.copy(ROOT / "assets" / source, tmp_path / f"{name}.jpg")
    monkeypatch.chdir(tmp_path)
    small = code.replace("(photo, painting)", "(photo, painting, Settings(size=64, evaluations=2))")
    exec(compile(small, "README.md", "exec"), {"Settings": Settings})
    assert (tmp_path / "painted.png").is_file()


def test_the_eight_lines_of_python_run(tmp_path, monkeypatch):
    _, code, _ = blocks("python")
    assert len([line for line in code.splitlines() if line.strip()]) == 8
    monkeypatch.chdir(ROOT)
    small = code.replace("size=256", "size=64, evaluations=2").replace("painted.png", str(tmp_path / "painted.png"))
    exec(compile(small, "README.md", "exec"), {})
    assert (tmp_path / "painted.png").is_file()


def test_the_lines_that_look_inside_run(monkeypatch, capsys):
    *_, code = blocks("python")
    monkeypatch.chdir(ROOT)
    exec(compile(code, "README.md", "exec"), {})
    pairs, numbers = capsys.readouterr().out.splitlines()
    assert pairs.count("Pair(") == 3
    assert abs(float(numbers.split()[-1])) < 1  # of some thousands: the mean of the product is the cell


HEADINGS = [
    *("What you can do", "Where the code differs from the paper", "The core, in reading order", "Python"),
    *("Command line", "Settings", "Layers", "Measured", "Weights, pictures, licences"),
]


def test_the_readme_leads_from_what_it_does_to_the_references():
    assert re.findall(r"^## (.*)$", README, re.M) == HEADINGS
    first = README.index("## What you can do")
    strip, page, tests, python = (
        README.index(text) for text in ("strip.jpg", "python app.py", "python -m pytest", "stylize")
    )
    assert strip < page < tests < python < first
    assert len(re.findall(r"^- \*\*", README.split("## Measured")[1].split("\n## ")[0], re.M)) == 5


@pytest.mark.parametrize("name", ["README.md", "DEPLOY.md", "CONTRIBUTING.md", "CHANGELOG.md", "benchmarks/README.md"])
def test_every_file_that_a_document_points_to_exists(name):
    document = (ROOT / name).read_text(encoding="utf-8")
    scripts = [part.replace(".", "/") + ".py" for part in re.findall(r"python -m ((?:benchmarks|fuzz)\.\w+)", document)]
    links = [str((ROOT / name).parent / link) for link in re.findall(r"\]\(([^)#:]+)\)", document)]
    for target in scripts + links:
        assert (ROOT / target).is_file(), target


def test_every_benchmark_is_described():
    described = (ROOT / "benchmarks/README.md").read_text(encoding="utf-8")
    helpers = {"__init__", "pictures", "contact_sheet", "bundled_patches", "exciting_pictures", "looks", "studio"}
    scripts = {path.stem for path in (ROOT / "benchmarks").glob("*.py")} - helpers
    assert scripts == set(re.findall(r"python -m benchmarks\.(\w+)", described))
