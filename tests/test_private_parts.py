"""Private parts of Gradio, uvicorn and Starlette are touched in one module only, read from the source."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.support.source_imports import DEMO, ROOT, imports, tree

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
