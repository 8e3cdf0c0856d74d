"""The built page without a browser and without a server: its events by the ids of components."""

from types import SimpleNamespace
from typing import Any

from demo.serving import gradio_internals  # noqa: F401  # before gradio, whose import takes half the time then

# isort: split
import gradio as gr

from demo.compute.worker import Worker
from demo.explorer.feature_cache import Uploads
from demo.explorer.session import ExplorerSession
from demo.explorer.view_state import ViewState
from demo.explorer.views import VIEWS
from demo.page import build
from nst_core.vgg import Encoder


class BuiltPage:
    """Calls the handlers of a page with a session and with what a browser would send."""

    def __init__(self, encoder: Encoder) -> None:
        """Build it."""
        self.page = build(Worker(encoder))
        self.parts = {block.elem_id: block for block in self.page.blocks.values() if getattr(block, "elem_id", None)}
        # The tabs of the page by name.
        self.parts |= {block.id: block for block in self.page.blocks.values() if isinstance(block, gr.Tab) and block.id}
        self.parts["link"] = self.handler("", "load").outputs[0]

    def handler(self, name: str, event: str) -> Any:
        """The last handler of `event` of the component with the id `name`; "" is the page itself."""
        target = self.parts[name]._id if name else self.page._id
        return [f for f in self.page.fns.values() if (target, event) in f.targets and f.fn is not None][-1]

    def outputs(self, name: str, event: str) -> set[str]:
        """The ids of the components that an answer to the event may change."""
        return {component.elem_id for component in self.handler(name, event).outputs}

    def on(self, session: ExplorerSession, name: str, event: str, *values: Any) -> dict[str, Any]:
        """What the handler changes: {id: value}."""
        function = self.handler(name, event)
        changes = function.fn(session, *values)
        if not isinstance(changes, dict) or "__type__" in changes:  # values in the order of the outputs
            answers = changes if isinstance(changes, tuple) else (changes,)
            changes = dict(zip(function.outputs, answers, strict=True))
        assert changes, "Gradio takes an empty dictionary for a missing value"
        assert changes.keys() <= set(function.outputs)
        return {component.elem_id: value for component, value in changes.items()}

    def opened(self, session: ExplorerSession, query: dict[str, str]) -> dict[str, Any]:
        """What the address of the page with this `query` changes: {id: value}."""
        read = self.handler("", "load").fn(SimpleNamespace(query_params=query))
        return self.on(session, "link", "change", read)


def tab_click(view: str) -> tuple[str, str, Any]:
    """The click on a view's tab, for `BuiltPage.on`."""
    return "in-tabs", "select", SimpleNamespace(index=list(VIEWS).index(view))


def value(change: Any) -> Any:
    """The value in a change of a component."""
    return change["value"] if isinstance(change, dict) else change


def at(state: ViewState, uploads: Uploads | None = None) -> ExplorerSession:
    """A session whose page shows this state."""
    session = ExplorerSession(state, uploads)
    session.rendered = True
    return session


PLACE = ViewState(layer="relu2_1", channel=1, stop=0)
# One panel of each view, which is filled again whenever the state changes within that view.
FILLED = {
    "channels": "in-sheet",
    "kernels": "in-unit-sum",
    "excite": "in-excite-words",
    "gram": "in-whole",
    "edit": "in-edit-whole",
    "lesson": "in-changed",
    "steps": "in-steps-words",
    "compare": "in-grams",
    "errors": "in-errors",
    "gradient": "in-descent",
    "untrained": "in-both-grams",
    "losses": "in-shares",
    "grid": "in-drafts",
    "rebuild": "in-rebuild-words",
}
FRAME = {"in-tabs", "in-stop", "in-level", "in-story", "in-slot", "in-picture", "in-ruler"}
FRAME |= {"in-layer", "in-roles", "in-facts", "in-words", "in-link", "in-code"}

# (view, id, event, value, field, the field afterwards) of every control, at `PLACE`.
CONTROLS = [
    ("channels", "in-layer", "input", "conv4_2", "layer", "conv4_2"),
    ("channels", "in-slot", "input", "painting", "slot", "painting"),
    ("channels", "in-level", "input", "explore", "level", "explore"),
    ("channels", "in-sort", "input", "cluster", "sort", "cluster"),
    ("channels", "in-scale", "input", "shared", "scale", "shared"),
    ("channels", "in-channel", "input", 3, "channel", 3),
    ("channels", "in-channel", "input", None, "channel", 1),
    ("channels", "in-partners", "input", 2, "channel", 2),
    ("channels", "in-page", "input", 1, "sheet_page", 0),
    ("kernels", "in-kernel-channel", "input", 3, "channel", 3),
    ("excite", "in-target", "input", "pair", "target", "pair"),
    ("gram", "in-mode", "input", "correlation", "mode", "correlation"),
    ("gram", "in-curve", "input", "log", "curve", "log"),
    ("gram", "in-first", "input", 3, "first", 3),
    ("gram", "in-second", "input", 2, "second", 2),
    ("gram", "in-pairs-by", "input", "difference", "pairs_by", "difference"),
    ("edit", "in-touched", "input", "layer", "touched", "layer"),
    ("edit", "in-percent", "input", 200, "percent", 200),
    ("edit", "in-edit-first", "input", 3, "first", 3),
    ("edit", "in-edit-second", "input", 2, "second", 2),
    ("lesson", "in-change", "input", "grey", "change", "grey"),
    ("lesson", "in-amount", "input", 40, "amount", 40),
    ("grid", "in-grid-by", "input", "brush", "grid_by", "brush"),
    ("steps", "in-kept-step", "input", 1, "step", 0),
    ("rebuild", "in-kind", "input", "style", "kind", "style"),
    ("channels", "in-roles", "input", ["style"], "style", ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")),
]
