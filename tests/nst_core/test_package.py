"""The package as others see it: its public names, its version, its size, and what `pip install .` gives."""

from __future__ import annotations

import ast
import inspect
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement

import nst_core
import nst_core.explore

ROOT = Path(__file__).parents[2]
CORE = ROOT / "nst_core"
# The modules whose messages only those read who typed a command.
COMMANDS = ("__main__", "batch", "batch_files", "given_settings", "output", "preview", "ray_cluster", "region_options")
COMMANDS += ("time_lapse_file", "explore/command")
COMMAND_LINE = {CORE / f"{name}.py" for name in COMMANDS}
PACKAGES = pytest.mark.parametrize("package", [nst_core, nst_core.explore], ids=lambda package: package.__name__)


def imported_names(package: ModuleType) -> set[str]:
    """The names that the package's `__init__` imports from its modules."""
    tree = ast.parse(inspect.getsource(package))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level]
    return {alias.asname or alias.name for node in imports for alias in node.names}


def commented_constants(package: ModuleType) -> set[str]:
    """The names that are assigned at the top of a module of the package and have a comment, on their line or above it."""
    found = set()
    for path in Path(package.__path__[0]).glob("*.py"):
        lines = ["", *path.read_text(encoding="utf-8").splitlines()]
        for node in ast.parse("\n".join(lines[1:])).body:
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            if "#" in lines[node.lineno] or lines[node.lineno - 1].startswith("#"):
                found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found


@PACKAGES
def test_all_lists_what_the_package_imports_and_nothing_else(package: ModuleType) -> None:
    assert sorted(package.__all__) == sorted(imported_names(package))
    assert len(set(package.__all__)) == len(package.__all__)


@PACKAGES
def test_every_public_name_exists_and_is_documented(package: ModuleType) -> None:
    told = inspect.getdoc(package) or ""
    constants = commented_constants(package)
    for name in package.__all__:
        value = getattr(package, name)
        if callable(value):
            # Of its own: a dataclass without a docstring gets one that lists its fields.
            assert value.__doc__ and not value.__doc__.startswith(f"{name}("), name
        else:
            assert f"`{name}`" in told or name in constants, name


def test_every_module_is_documented() -> None:
    for path in CORE.rglob("*.py"):
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path


def test_every_error_of_the_library_is_public_and_one_of_ours() -> None:
    errors = [value for value in vars(nst_core.errors).values() if inspect.isclass(value)]
    assert len(errors) > 5
    for error in errors:
        assert issubclass(error, nst_core.NSTError) and issubclass(error, ValueError)
        assert error.__name__ in nst_core.__all__


def test_no_message_of_the_library_names_a_flag_of_the_command_line() -> None:
    for path in set(CORE.rglob("*.py")) - COMMAND_LINE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Raise):
                words = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]
                assert not any("--" in str(word) for word in words), f"{path.name}, line {node.lineno}"


def test_the_thin_core_can_be_read_in_one_sitting() -> None:
    lines = [(CORE / f"{name}.py").read_text(encoding="utf-8").count("\n") for name in ("vgg", "losses", "optimize")]
    assert sum(lines) <= 400


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """The folder of what `pip install .` installs, without dependencies and without a network."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("target")
    for name in ("pyproject.toml", "requirements.txt", "LICENSE"):  # a copy: the build leaves files beside its source
        shutil.copy(ROOT / name, source)
    shutil.copytree(CORE, source / "nst_core", ignore=shutil.ignore_patterns("__pycache__"))
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check"]
    command = [sys.executable, "-m", "pip", "install", *options, "--target", str(target), str(source)]
    subprocess.run(command, check=True, capture_output=True)
    return target


def test_the_installed_command_tells_the_version(installed: Path, tmp_path: Path) -> None:
    (command,) = (installed / "bin").glob("nst*")
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    told = subprocess.check_output([command, "--version"], cwd=tmp_path, env=environment, text=True)
    assert told == f"nst_core {nst_core.__version__}\n"


def test_only_the_core_is_installed_with_the_version_and_the_dependencies_of_the_project(installed: Path) -> None:
    (about,) = installed.glob("*.dist-info")
    assert {path.name for path in installed.iterdir()} - {"bin"} == {"nst_core", about.name}
    assert {path.parent.name for path in (installed / "nst_core").rglob("*.py")} == {"nst_core", "explore"}
    metadata = (about / "METADATA").read_text(encoding="utf-8").splitlines()
    assert f"Version: {nst_core.__version__}" in metadata
    listed = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    wanted = [line for line in listed if line and not line.startswith("#")]
    needed = [line.removeprefix("Requires-Dist: ") for line in metadata if line.startswith("Requires-Dist: ")]
    assert [Requirement(line) for line in needed] == [Requirement(line) for line in wanted]
