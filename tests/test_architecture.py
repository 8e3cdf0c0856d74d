"""Who may import whom, read from the source: the import order is the reading order."""

import ast
from pathlib import Path

import pytest

from tests.support.source_imports import (
    CORE,
    DEMO,
    EXPLORE,
    EXPLORE_MODULES,
    MODULES,
    ROOT,
    WITHOUT_GRADIO,
    file_of,
    imports,
    outside,
    tree,
)

# The README's list. A module may import only what stands above it.
README = (ROOT / "README.md").read_text(encoding="utf-8")
LISTS = README.split("## The core, in reading order", 1)[1].split("```")
ORDER, EXPLORE_ORDER = ([line.split()[0] for line in LISTS[n].splitlines()[1:] if line.strip()] for n in (1, 3))
WORDS = ("errors", "layers", "gram_changes", "setting_values", "settings", "plan")  # no torch
THIN_CORE = (
    "devices",
    "operations",
    "vgg",
    "losses",
    "terms",
    "tile_grid",
    "tile_blocks",
    "tiles",
    "lbfgs",
    "adam",
    "gradient_descent",
    "optimize",
)  # torch only
LEAVES = ("images", "color", "weights")  # never import one another
# what `images` and `recipe` stand on
FILES = ("sources", "tiff_tags", "file_types", "image_files", "color_profiles", "pixels")


def core_imports(module: str) -> set[str]:
    """The modules of the core that a module of the core imports; the package itself counts as `__init__`."""
    found = set()
    for name in imports(CORE / f"{module}.py"):
        if name.split(".")[0] == "nst_core":
            part = [*name.split("."), ""][1]
            found.add(part if part in ORDER else "__init__")
    # `from . import errors` names the package only to name the module.
    return found - {"__init__"} if len(found) > 1 else found


def test_the_readme_lists_every_module_of_the_core_once_in_the_right_groups() -> None:
    assert sorted(ORDER) == sorted([*MODULES, "explore"])
    assert sorted(EXPLORE_ORDER) == EXPLORE_MODULES
    first = WORDS + THIN_CORE + FILES + LEAVES
    assert tuple(ORDER[: len(first)]) == first


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_what_stands_above_it(module: str) -> None:
    above = set(ORDER[: ORDER.index(module)])
    assert core_imports(module) <= above


@pytest.mark.parametrize("module", EXPLORE_MODULES)
def test_a_module_of_the_explorer_imports_only_what_stands_above_it(module: str) -> None:
    above, own, core = EXPLORE_ORDER[: EXPLORE_ORDER.index(module)], set(), set()
    for name in imports(EXPLORE / f"{module}.py"):
        parts = [*name.split("."), "", ""]
        if parts[:2] == ["nst_core", "explore"]:
            own.add(parts[2] or "__init__")
        elif parts[0] == "nst_core" and parts[1]:
            core.add(parts[1])
    assert own <= set(above)
    assert core <= set(ORDER[: ORDER.index("explore")])


@pytest.mark.parametrize("module", LEAVES)
def test_leaves_do_not_import_one_another(module: str) -> None:
    assert not core_imports(module) & set(LEAVES)


@pytest.mark.parametrize("module", WORDS)
def test_the_words_need_the_standard_library_only(module: str) -> None:
    assert outside(CORE / f"{module}.py") == set()


@pytest.mark.parametrize("module", THIN_CORE)
def test_the_thin_core_needs_torch_only(module: str) -> None:
    assert outside(CORE / f"{module}.py") <= {"torch"}


@pytest.mark.parametrize("module", MODULES)
def test_the_core_knows_no_interface_and_prints_nothing(module: str) -> None:
    path = CORE / f"{module}.py"
    core_knows_no_interface(path, may_print=module == "terminal")


@pytest.mark.parametrize("module", EXPLORE_MODULES)
def test_neither_does_the_explorer(module: str) -> None:
    core_knows_no_interface(EXPLORE / f"{module}.py", may_print=module == "command")


def core_knows_no_interface(path: Path, may_print: bool) -> None:
    assert not {"gradio", "demo", "app"} & {name.split(".")[0] for name in imports(path)}
    if not may_print:
        names = {node.id for node in ast.walk(tree(path)) if isinstance(node, ast.Name)}
        assert "print" not in names


def chain_to(target: str, module: str) -> list[str]:
    """The shortest chain of imports from a module of the project to the package `target`; empty when there is none."""
    chains, seen = [[module]], {module}
    while chains:
        chain = chains.pop(0)
        for name in {chain[-1].rpartition(".")[0], *imports(file_of(chain[-1]))}:  # its package runs first
            if name.split(".")[0] == target:
                return [*chain, name]
            if name and name not in seen and file_of(name):
                seen.add(name)
                chains.append([*chain, name])
    return []


def test_layout_has_no_arrays() -> None:
    for path in sorted(DEMO.rglob("*_tab.py")):
        assert not outside(path) & {"torch", "numpy"}, path.name


@pytest.mark.parametrize("module", WITHOUT_GRADIO)
def test_nothing_that_actions_or_the_worker_import_imports_gradio(module: str) -> None:
    assert chain_to("gradio", module.removesuffix(".__init__")) == []


def test_the_chain_of_imports_is_followed() -> None:
    assert chain_to("gradio", "demo.page")[-1] == "gradio"
    assert chain_to("gradio", "demo.tab_links")[-1].startswith("gradio")
    assert chain_to("numpy", "demo.paint.paint_actions")[-1] == "numpy"  # through nst_core.images


def test_the_packages_of_the_page_import_nothing() -> None:
    for package in (DEMO, DEMO / "paint", DEMO / "explorer", DEMO / "compute", DEMO / "serving"):
        assert list(imports(package / "__init__.py")) == [], package.name
