"""The project's modules and what they import, read from the source."""

import ast
import functools
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
CORE = ROOT / "nst_core"
EXPLORE = CORE / "explore"
DEMO = ROOT / "demo"
MODULES = sorted(path.stem for path in CORE.glob("*.py"))
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


@functools.cache
def imports(path: Path) -> tuple[str, ...]:
    """Every module the file imports when it runs, also inside functions, as an absolute dotted name."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    package = path.parent.relative_to(ROOT).parts
    for node in nodes_that_run(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            source = ".".join((*base, *(node.module or "").split("."))).strip(".")
            yield source
            yield from (f"{source}.{alias.name}" for alias in node.names)


def outside(path: Path) -> set[str]:
    """The top-level packages that a file imports, other than the standard library and the project's."""
    return {name.split(".")[0] for name in imports(path)} - set(sys.stdlib_module_names) - {"nst_core", "demo"}


def file_of(module: str) -> Path | None:
    """The file of a module or package of the project; None for anything else."""
    path = ROOT / module.replace(".", "/")
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)


def modules_in(folder: Path, pattern: str) -> list[str]:
    return [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in sorted(folder.rglob(pattern))]


# What the page computes with.
WITHOUT_GRADIO = modules_in(DEMO, "*_actions.py") + modules_in(DEMO / "compute", "*.py")
