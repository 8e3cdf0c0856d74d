"""What happens in the explorer: every event moves the visitor to another place, and the panels in view follow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import gradio as gr

from nst_core.errors import PictureError, SettingError
from nst_core.layers import LAYERS

from ..compute.worker import Worker
from ..errors import user_facing
from ..events import LIGHT, PRIVATE, STRICT, client_left, heavy
from ..paint import paint_actions
from . import frame_actions, labels, tour
from .explorer_tab import ExplorerTab
from .feature_cache import FeatureCache, Uploads, small
from .rendering import Renderer, change, visible
from .session import ExplorerSession, serialized
from .view_state import VIEWS, ViewState
from .views import channels_actions, gram_actions, rebuild_actions

Move = Callable[..., ViewState]
# Gradio's "always_last" would send the place of the first click again, or what the answer before has set the control to.
EACH: dict[str, Any] = {"trigger_mode": "multiple"} | STRICT
# A button of the tour changes what may stand below the screen's edge.
TO_WHAT_CHANGED = """() => {
    const cell = document.querySelector('#in-cell'), open = cell && cell.offsetParent;
    const shown = open ? cell : document.querySelector('#in-views');
    const {top, bottom} = shown.getBoundingClientRect();
    if (top > innerHeight * 0.65 || (open && bottom > innerHeight))
        shown.scrollIntoView({block: open ? 'center' : 'start'});
}"""


def wire(tab: ExplorerTab, worker: Worker) -> Renderer:
    renderer = Renderer(tab, FeatureCache(worker))
    wiring = Wiring(renderer)
    wiring.pictures()
    wiring.layers()
    wiring.tour()
    wiring.channels()
    wiring.gram()
    wiring.others()
    wiring.rebuild()
    return renderer


class Wiring:
    """Joins the widgets of a tab with the actions. A handler answers with the widgets it changes, and no others."""

    def __init__(self, renderer: Renderer) -> None:
        self.renderer, self.tab, self.cache, self.parts = renderer, renderer.tab, renderer.cache, renderer.tab.parts

    # ---- one event

    def moves(self, event: Any, move: Move, *inputs: Any) -> Any:
        """On `event`, `move(state, uploads, *values)` says where to go, and what is in view there is shown. Returns what
        can be followed by more."""

        @serialized
        def handler(session: ExplorerSession, *values: Any) -> dict[Any, Any]:
            changes = self.renderer.show(session, move(session.state, session.uploads, *values))
            for widget in inputs:
                if isinstance(widget, gr.Number):  # it holds what was typed, and perhaps already the next figure
                    changes.pop(widget, None)
            return changes

        return event(handler, [self.tab.session, *inputs], self.renderer.outputs, **EACH)

    def clicks(self, image: Any, move: Callable[[ViewState, Uploads, float, float], ViewState]) -> None:
        @serialized
        def handler(session: ExplorerSession, event: gr.SelectData) -> dict[Any, Any]:
            return self.renderer.show(session, move(session.state, session.uploads, *event.index))

        image.select(handler, [self.tab.session], self.renderer.outputs, **EACH)

    # ---- the events

    def pictures(self) -> None:
        parts, state = self.parts, [self.tab.session]

        @serialized
        def other(session: ExplorerSession, slot: str) -> dict[Any, Any]:
            updated = session.state.updated(slot=slot)
            if self.renderer.picture(updated, session.uploads) is not None:
                return self.renderer.show(session, updated)
            gr.Warning(labels.NO_RESULT)  # nothing to look at yet: the empty frame is where it can be dropped
            session.state = updated
            return {parts["picture"]: None}

        parts["slot"].input(other, [*state, parts["slot"]], self.renderer.outputs, **EACH)
        self.moves(parts["level"].input, lambda state, uploads, level: state.updated(level=level), parts["level"])

        @serialized
        def choose(session: ExplorerSession, event: gr.SelectData) -> dict[Any, Any]:
            return self.renderer.load(session, session.state.updated(pair=event.index), Uploads())

        parts["pairs_gallery"].select(choose, state, self.renderer.outputs, **EACH)

        @serialized
        def upload(session: ExplorerSession, picture: Any) -> dict[Any, Any]:
            state = session.state.updated(row=-1, column=-1)
            uploads = replace(session.uploads, **{state.slot: small(picture)})
            try:
                return self.renderer.load(session, state, uploads)
            except PictureError as error:  # the view lacks another picture; this one is kept
                gr.Warning(str(error))
                session.state, session.uploads = state, uploads
                return {parts["picture"]: gr.skip()}

        # A picture taken away leaves an empty frame to drop another one into; until then all stays as it is.
        uploads = {"trigger_mode": "always_last"} | STRICT
        changed = parts["picture"].upload(upload, [*state, parts["picture"]], self.renderer.outputs, **uploads)
        changed.failure(
            lambda session: self.renderer.picture(session.state, session.uploads), state, [parts["picture"]], **LIGHT
        )

    def layers(self) -> None:
        parts = self.parts

        def settled(state: ViewState, uploads: Uploads, layer: str) -> ViewState:
            return frame_actions.settled(self.cache, state.updated(layer=layer), uploads)

        self.moves(parts["layer"].input, settled, parts["layer"])
        self.moves(parts["roles"].input, lambda p, o, roles: frame_actions.with_roles(p, roles), parts["roles"])

        @serialized
        def pick(session: ExplorerSession, event: gr.EventData) -> dict[Any, Any]:
            layer = getattr(event, "layer", None)
            state, uploads = session.state, session.uploads
            return self.renderer.show(session, settled(state, uploads, layer) if layer in LAYERS else state)

        parts["ruler"].pick(pick, [self.tab.session], self.renderer.outputs, **EACH)

    def tour(self) -> None:
        def stop(state: ViewState, uploads: Uploads, number: int) -> ViewState:
            return frame_actions.settled(self.cache, tour.go(state, number), uploads)

        self.moves(self.parts["stop"].input, stop, self.parts["stop"])
        for n, button in enumerate(self.tab.offers):

            def take(state: ViewState, uploads: Uploads, number: int = n) -> ViewState:
                return frame_actions.take_offer(self.cache, state, uploads, number)

            self.moves(button.click, take).then(None, None, None, js=TO_WHAT_CHANGED, **PRIVATE)

        @serialized
        def turn_to(session: ExplorerSession, event: gr.SelectData) -> dict[Any, Any]:
            return self.renderer.show(session, session.state.updated(view=VIEWS[event.index]))

        # Not the select event of each gr.Tab: it also follows every answer that opens a tab.
        self.tab.views.select(turn_to, [self.tab.session], self.renderer.outputs, **EACH)

    def channels(self) -> None:
        parts = self.parts
        for name in ("sort", "scale"):
            self.moves(parts[name].input, _set(name, page=0), parts[name])
        self.moves(parts["page"].input, lambda p, o, v: p.updated(page=_whole(v, p.page + 1) - 1), parts["page"])

        def channel(state: ViewState, uploads: Uploads, value: Any) -> ViewState:
            updated = state.updated(channel=_channel(value, state, state.channel))
            return channels_actions.find(self.cache, updated, uploads)

        for part in ("channel", "partners"):
            self.moves(parts[part].input, channel, parts[part])
        self.clicks(parts["sheet"], lambda *where: channels_actions.click_sheet(self.cache, *where))
        self.clicks(parts["card"], lambda *where: channels_actions.click_card(self.cache, *where))

        @serialized
        def npz(session: ExplorerSession) -> Any:
            file = channels_actions.npz(self.cache, session.state, session.uploads)
            return visible(change(parts["npz_file"], file), True)

        parts["npz"].click(npz, [self.tab.session], [parts["npz_file"]], **STRICT)

    def gram(self) -> None:
        parts = self.parts
        for name in ("mode", "curve", "pairs_by"):
            self.moves(parts[name].input, _set(name), parts[name])
        self.clicks(parts["whole"], lambda state, uploads, x, y: gram_actions.click_whole(state, x, y))
        self.clicks(parts["window"], lambda *where: gram_actions.click_window(self.cache, *where))
        for name in ("first", "second"):

            def pair(state: ViewState, uploads: Uploads, value: Any, name: str = name) -> ViewState:
                updated = state.updated(**{name: _channel(value, state, getattr(state, name))})
                return gram_actions.find(self.cache, updated, uploads)

            self.moves(parts[name].input, pair, parts[name])
        self.moves(parts["shuffle"].click, lambda state, uploads: state.updated(shuffle=0 if state.shuffle else 1))

        @serialized
        def from_table(session: ExplorerSession, rows: Any, event: gr.SelectData) -> dict[Any, Any]:
            first, second = (int(value) for value in rows.iloc[event.index[0], :2])
            updated = session.state.updated(first=first, second=second)
            return self.renderer.show(session, gram_actions.find(self.cache, updated, session.uploads))

        parts["pairs"].select(from_table, [self.tab.session, parts["pairs"]], self.renderer.outputs, **EACH)

    def others(self) -> None:
        parts = self.parts
        for name in ("change", "kind"):
            self.moves(parts[name].input, _set(name), parts[name])
        self.moves(parts["amount"].release, lambda p, o, v: p.updated(amount=_whole(v, p.amount)), parts["amount"])

    def rebuild(self) -> None:
        parts, paint_session = self.parts, self.tab.paint_session
        outputs = [parts["rebuilt"], parts["rebuild_status"]]

        @user_facing
        def run(session: ExplorerSession, paint_session: paint_actions.PaintSession) -> Iterator[dict[Any, Any]]:
            for panels in rebuild_actions.run(
                self.cache, session.state, session.uploads, paint_session, client_left.get()
            ):
                changes = {parts[name]: change(parts[name], value) for name, value in (panels or {}).items()}
                yield changes or {parts["rebuilt"]: gr.skip()}  # Gradio takes an empty answer for a missing one

        def begin(paint_session: paint_actions.PaintSession) -> tuple[Any, Any]:
            paint_session.stop = False
            return gr.Button(interactive=False), gr.Button(visible=True)

        def ask(paint_session: paint_actions.PaintSession) -> None:
            paint_session.stop = True

        buttons = [parts["rebuild"], parts["stop_rebuild"]]
        start = parts["rebuild"].click(begin, [paint_session], buttons, **LIGHT)
        options = {
            "show_progress": "minimal",
            "show_progress_on": [parts["rebuild_status"]],
            **heavy(self.cache.worker),
            **PRIVATE,
        }
        job = start.then(run, [self.tab.session, paint_session], outputs, **options)
        for after in (job.then, job.failure):
            after(lambda: (gr.Button(interactive=True), gr.Button(visible=False)), None, buttons, **LIGHT)
        parts["stop_rebuild"].click(ask, [paint_session], None, **LIGHT)


def _set(name: str, **also: Any) -> Move:
    return lambda state, uploads, value: state.updated(**{name: value} | also)


def _whole(value: Any, otherwise: int) -> int:
    """A number from a field; `otherwise` while it is empty."""
    try:
        return otherwise if value is None or value == "" else int(value)
    except (TypeError, ValueError, OverflowError):
        raise SettingError(labels.NOT_WHOLE) from None


def _channel(value: Any, state: ViewState, otherwise: int) -> int:
    number = _whole(value, otherwise)
    if not 0 <= number < state.channels:
        raise SettingError(labels.WRONG_CHANNEL.format(state.channels - 1))
    return number
