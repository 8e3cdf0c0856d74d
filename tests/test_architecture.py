"""Who may import whom, read from the source: the import order is the reading order."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CORE = ROOT / "nst_core"
DEMO = ROOT / "demo"

# The README's list. A module may import only what stands above it.
README = (ROOT / "README.md").read_text(encoding="utf-8")
LISTS = README.split("## The core, in reading order", 1)[1].split("```")
ORDER, EXPLORE_ORDER = ([line.split()[0] for line in LISTS[n].splitlines()[1:] if line.strip()] for n in (1, 3))
WORDS = ("errors", "layers", "setting_values", "settings", "plan")  # no torch
THIN_CORE = (
    "devices",
    "vgg",
    "losses",
    "terms",
    "bands",
    "lbfgs",
    "adam",
    "gradient_descent",
    "optimize",
)  # torch only
LEAVES = ("images", "color", "weights")  # never import one another
# what `images` and `recipe` stand on
FILES = ("sources", "tiff_tags", "file_types", "image_files", "color_profiles", "pixels")
MODULES = sorted(path.stem for path in CORE.glob("*.py"))
EXPLORE = CORE / "explore"
EXPLORE_MODULES = sorted(path.stem for path in EXPLORE.glob("*.py"))


def tree(path: Path) -> ast.AST:
    return ast.parse(path.read_text(encoding="utf-8"))


def nodes_that_run(node: ast.AST) -> Iterator[ast.AST]:
    """`node` and all below it, but for what stands under `if TYPE_CHECKING`."""
    if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from nodes_that_run(child)


def imports(path: Path) -> Iterator[str]:
    """Every module the file imports when it runs, also inside functions, as an absolute dotted name."""
    package = path.parent.relative_to(ROOT).parts
    for node in nodes_that_run(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            source = ".".join((*base, *(node.module or "").split("."))).strip(".")
            yield source
            yield from (f"{source}.{alias.name}" for alias in node.names)


def core_imports(module: str) -> set[str]:
    """The modules of the core that a module of the core imports; the package itself counts as `__init__`."""
    found = set()
    for name in imports(CORE / f"{module}.py"):
        if name.split(".")[0] == "nst_core":
            part = [*name.split("."), ""][1]
            found.add(part if part in ORDER else "__init__")
    # `from . import errors` names the package only to name the module.
    return found - {"__init__"} if len(found) > 1 else found


def outside(path: Path) -> set[str]:
    """The top-level packages that a file imports, other than the standard library and the project's."""
    return {name.split(".")[0] for name in imports(path)} - set(sys.stdlib_module_names) - {"nst_core", "demo"}


def test_the_readme_lists_every_module_of_the_core_once_in_the_right_groups() -> None:
    assert sorted(ORDER) == sorted([*MODULES, "explore"])
    assert sorted(EXPLORE_ORDER) == EXPLORE_MODULES
    assert tuple(ORDER[:23]) == WORDS + THIN_CORE + FILES + LEAVES


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


def file_of(module: str) -> Path | None:
    """The file of a module or package of the project; None for anything else."""
    path = ROOT / module.replace(".", "/")
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)


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


def modules_in(folder: Path, pattern: str) -> list[str]:
    return [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in sorted(folder.rglob(pattern))]


WITHOUT_GRADIO = modules_in(DEMO, "*_actions.py") + modules_in(DEMO / "compute", "*.py")


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


INTERNALS = DEMO / "serving" / "gradio_internals.py"
# Names of Gradio, uvicorn and Starlette that are private although they lack an underscore.
PRIVATE = {
    *("process_events", "preprocess_data", "postprocess_data", "process_api", "pending_messages_per_session"),
    *("event_queue_per_concurrency_id", "clean_events", "extra_startup_events", "server_state", "servers"),
    *("CURRENT_TUNNELS", "SessionState", "state_holder", "create_or_modify_pyi", "keep_in_cache", "GRADIO_CACHE"),
    *("save_bytes_to_cache", "queueing", "route_utils", "tunneling", "processing_utils", "component_meta"),
}
PUBLIC_MODULES = {
    *("gradio", "starlette.datastructures", "starlette.middleware", "starlette.middleware.body_limit"),
    *("starlette.requests", "starlette.responses", "starlette.routing", "starlette.types"),
}


def private_parts(path: Path) -> Iterator[str]:
    """Private attributes of other objects, private names and undocumented modules that a file uses."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute):
            own = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
            dunder = node.attr.startswith("__")
            if node.attr in PRIVATE or (node.attr.startswith("_") and not own and not dunder and node.attr != "_exit"):
                yield f"{path.name}:{node.lineno} {node.attr}"
        elif isinstance(node, ast.Assign) and any(isinstance(to, ast.Attribute) for to in node.targets):
            replaced = [ast.unparse(to) for to in node.targets if isinstance(to, ast.Attribute)]
            yield from (
                f"{path.name}:{node.lineno} {name} =" for name in replaced if name.split(".")[0] in ("gr", "gradio")
            )
    for name in imports(path):
        top = name.split(".")[0]
        if top in ("gradio", "gradio_client", "uvicorn", "starlette", "fastapi"):
            known = name in PUBLIC_MODULES or name.rpartition(".")[0] in PUBLIC_MODULES - {"gradio"}
            if not known:
                yield f"{path.name} imports {name}"


def test_private_parts_of_other_packages_are_touched_in_one_module_only() -> None:
    files = [ROOT / "app.py", *(path for path in sorted(DEMO.rglob("*.py")) if path != INTERNALS)]
    assert [part for path in files for part in private_parts(path)] == []
    assert len(list(private_parts(INTERNALS))) > 20


# Run in a new process: the modules that need no Gradio, then Gradio, the page, torch, and the modules that need torch.
# Gradio and torch are loaded beforehand: what they start is not ours. A pool that a widget of Gradio's opens and closes is
# over when the import is, and does not count.
WATCH = """
import importlib, json, sys, threading

STARTS = ("socket.bind", "socket.connect", "subprocess.Popen", "os.fork", "urllib.Request")
started, watching = [], False
sys.addaudithook(lambda event, arguments: started.append((module, event)) if watching and event in STARTS else None)


def watch(modules):
    global module, watching
    before, watching = threading.enumerate(), True
    for module in modules:
        importlib.import_module(module)
        started.extend((module, thread.name) for thread in threading.enumerate() if thread not in before)
    watching = False


without_gradio, with_torch = json.loads(sys.argv[1])
watch(without_gradio)
came_too = [name for name in ("gradio", "ray", "torch") if name in sys.modules]
import demo.serving.gradio_internals
watch(["app"])
import app
from demo.compute.worker import Worker
app.page.build(Worker())
built_with = [name for name in ("torch", "torchvision", "scipy") if name in sys.modules]
import torch, torchvision
watch(with_torch)
came_too += [name for name in ("ray",) if name in sys.modules and name not in came_too]
print(json.dumps([came_too, built_with, started]))
"""


@pytest.fixture(scope="module")
def imported() -> tuple[list[str], list[str], list[list[str]]]:
    """Which libraries come with modules that do not need them, and which with the page, once it is built; what the import of
    every module starts: [module, event or thread]."""
    core = ["nst_core", *(f"nst_core.{module}" for module in MODULES if not module.startswith("__"))]
    core += [
        "nst_core.explore",
        *(f"nst_core.explore.{module}" for module in EXPLORE_MODULES if module != "__init__"),
    ]
    with_torch = [module for module in WITHOUT_GRADIO if "torch" in outside(file_of(module))]
    without_gradio = [module.removesuffix(".__init__") for module in WITHOUT_GRADIO if module not in with_torch]
    # With the telemetry setting that a stranger's machine has.
    environment = {name: value for name, value in os.environ.items() if name != "GRADIO_ANALYTICS_ENABLED"}
    command = [sys.executable, "-c", WATCH, json.dumps([without_gradio, core + with_torch])]
    output = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    return tuple(json.loads(output.splitlines()[-1]))


def test_importing_actions_and_the_worker_leaves_gradio_ray_and_torch_out(imported) -> None:
    assert imported[0] == []


def test_the_page_is_built_without_torch_which_would_double_the_time_of_a_start(imported) -> None:
    assert imported[1] == []


def test_importing_starts_no_thread_no_server_and_no_process(imported) -> None:
    assert imported[2] == []
