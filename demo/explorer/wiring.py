"""What happens in the explorer: every event moves the visitor to another place, and the panels in view follow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import gradio as gr

from nst_core.errors import PictureError, SettingError
from nst_core.layers import LAYERS

from .. import transfer_actions
from ..guard import guarded
from ..machine import Machine
from ..transfer_wiring import LIGHT, PRIVATE, STRICT, heavy
from . import channels_actions, frame_actions, gram_actions, rebuild_actions, tour, words
from .explorer_tab import ExplorerTab
from .guide import Guide, change, visible
from .place import VIEWS, Place
from .shelf import Own, Shelf, small
from .visitor import Visitor, in_turn

Move = Callable[..., Place]
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


def wire(tab: ExplorerTab, machine: Machine) -> Guide:
    guide = Guide(tab, Shelf(machine))
    wiring = Wiring(guide)
    wiring.pictures()
    wiring.layers()
    wiring.tour()
    wiring.channels()
    wiring.gram()
    wiring.others()
    wiring.rebuild()
    return guide


class Wiring:
    """Joins the widgets of a tab with the actions. A handler answers with the widgets it changes, and no others."""

    def __init__(self, guide: Guide) -> None:
        self.guide, self.tab, self.shelf, self.parts = guide, guide.tab, guide.shelf, guide.tab.parts

    # ---- one event

    def moves(self, event: Any, move: Move, *inputs: Any) -> Any:
        """On `event`, `move(place, own, *values)` says where to go, and what is in view there is shown. Returns what can be
        followed by more."""

        @in_turn
        def handler(visitor: Visitor, *values: Any) -> dict[Any, Any]:
            changes = self.guide.go(visitor, move(visitor.place, visitor.own, *values))
            for widget in inputs:
                if isinstance(widget, gr.Number):  # it holds what was typed, and perhaps already the next figure
                    changes.pop(widget, None)
            return changes

        return event(handler, [self.tab.visitor, *inputs], self.guide.outputs, **EACH)

    def clicks(self, image: Any, move: Callable[[Place, Own, float, float], Place]) -> None:
        @in_turn
        def handler(visitor: Visitor, event: gr.SelectData) -> dict[Any, Any]:
            return self.guide.go(visitor, move(visitor.place, visitor.own, *event.index))

        image.select(handler, [self.tab.visitor], self.guide.outputs, **EACH)

    # ---- the events

    def pictures(self) -> None:
        parts, state = self.parts, [self.tab.visitor]

        @in_turn
        def other(visitor: Visitor, slot: str) -> dict[Any, Any]:
            moved = visitor.place.moved(slot=slot)
            if self.guide.picture(moved, visitor.own) is not None:
                return self.guide.go(visitor, moved)
            gr.Warning(words.NO_RESULT)  # nothing to look at yet: the empty frame is where it can be dropped
            visitor.place = moved
            return {parts["picture"]: None}

        parts["slot"].input(other, [*state, parts["slot"]], self.guide.outputs, **EACH)
        self.moves(parts["level"].input, lambda place, own, level: place.moved(level=level), parts["level"])

        @in_turn
        def choose(visitor: Visitor, event: gr.SelectData) -> dict[Any, Any]:
            return self.guide.bring(visitor, visitor.place.moved(pair=event.index), Own())

        parts["pairs_gallery"].select(choose, state, self.guide.outputs, **EACH)

        @in_turn
        def upload(visitor: Visitor, picture: Any) -> dict[Any, Any]:
            place = visitor.place.moved(row=-1, column=-1)
            own = replace(visitor.own, **{place.slot: small(picture)})
            try:
                return self.guide.bring(visitor, place, own)
            except PictureError as error:  # the view lacks another picture; this one is kept
                gr.Warning(str(error))
                visitor.place, visitor.own = place, own
                return {parts["picture"]: gr.skip()}

        # A picture taken away leaves an empty frame to drop another one into; until then all stays as it is.
        uploads = {"trigger_mode": "always_last"} | STRICT
        changed = parts["picture"].upload(upload, [*state, parts["picture"]], self.guide.outputs, **uploads)
        changed.failure(
            lambda visitor: self.guide.picture(visitor.place, visitor.own), state, [parts["picture"]], **LIGHT
        )

    def layers(self) -> None:
        parts = self.parts

        def settled(place: Place, own: Own, layer: str) -> Place:
            return frame_actions.settled(self.shelf, place.moved(layer=layer), own)

        self.moves(parts["layer"].input, settled, parts["layer"])
        self.moves(parts["roles"].input, lambda p, o, roles: frame_actions.with_roles(p, roles), parts["roles"])

        @in_turn
        def pick(visitor: Visitor, event: gr.EventData) -> dict[Any, Any]:
            layer = getattr(event, "layer", None)
            place, own = visitor.place, visitor.own
            return self.guide.go(visitor, settled(place, own, layer) if layer in LAYERS else place)

        parts["ruler"].pick(pick, [self.tab.visitor], self.guide.outputs, **EACH)

    def tour(self) -> None:
        def stop(place: Place, own: Own, number: int) -> Place:
            return frame_actions.settled(self.shelf, tour.go(place, number), own)

        self.moves(self.parts["stop"].input, stop, self.parts["stop"])
        for n, button in enumerate(self.tab.offers):

            def take(place: Place, own: Own, number: int = n) -> Place:
                return frame_actions.take_offer(self.shelf, place, own, number)

            self.moves(button.click, take).then(None, None, None, js=TO_WHAT_CHANGED, **PRIVATE)

        @in_turn
        def turn_to(visitor: Visitor, event: gr.SelectData) -> dict[Any, Any]:
            return self.guide.go(visitor, visitor.place.moved(view=VIEWS[event.index]))

        # Not the select event of each gr.Tab: it also follows every answer that opens a tab.
        self.tab.views.select(turn_to, [self.tab.visitor], self.guide.outputs, **EACH)

    def channels(self) -> None:
        parts = self.parts
        for name in ("sort", "scale"):
            self.moves(parts[name].input, _set(name, page=0), parts[name])
        self.moves(parts["page"].input, lambda p, o, v: p.moved(page=_whole(v, p.page + 1) - 1), parts["page"])

        def channel(place: Place, own: Own, value: Any) -> Place:
            moved = place.moved(channel=_channel(value, place, place.channel))
            return channels_actions.find(self.shelf, moved, own)

        for part in ("channel", "partners"):
            self.moves(parts[part].input, channel, parts[part])
        self.clicks(parts["sheet"], lambda *where: channels_actions.click_sheet(self.shelf, *where))
        self.clicks(parts["card"], lambda *where: channels_actions.click_card(self.shelf, *where))

        @in_turn
        def npz(visitor: Visitor) -> Any:
            file = channels_actions.npz(self.shelf, visitor.place, visitor.own)
            return visible(change(parts["npz_file"], file), True)

        parts["npz"].click(npz, [self.tab.visitor], [parts["npz_file"]], **STRICT)

    def gram(self) -> None:
        parts = self.parts
        for name in ("mode", "curve", "pairs_by"):
            self.moves(parts[name].input, _set(name), parts[name])
        self.clicks(parts["whole"], lambda place, own, x, y: gram_actions.click_whole(place, x, y))
        self.clicks(parts["window"], lambda *where: gram_actions.click_window(self.shelf, *where))
        for name in ("first", "second"):

            def pair(place: Place, own: Own, value: Any, name: str = name) -> Place:
                moved = place.moved(**{name: _channel(value, place, getattr(place, name))})
                return gram_actions.find(self.shelf, moved, own)

            self.moves(parts[name].input, pair, parts[name])
        self.moves(parts["shuffle"].click, lambda place, own: place.moved(shuffle=0 if place.shuffle else 1))

        @in_turn
        def from_table(visitor: Visitor, rows: Any, event: gr.SelectData) -> dict[Any, Any]:
            first, second = (int(value) for value in rows.iloc[event.index[0], :2])
            moved = visitor.place.moved(first=first, second=second)
            return self.guide.go(visitor, gram_actions.find(self.shelf, moved, visitor.own))

        parts["pairs"].select(from_table, [self.tab.visitor, parts["pairs"]], self.guide.outputs, **EACH)

    def others(self) -> None:
        parts = self.parts
        for name in ("change", "kind"):
            self.moves(parts[name].input, _set(name), parts[name])
        self.moves(parts["amount"].release, lambda p, o, v: p.moved(amount=_whole(v, p.amount)), parts["amount"])

    def rebuild(self) -> None:
        parts, session = self.parts, self.tab.session
        outputs = [parts["rebuilt"], parts["rebuild_status"]]

        @guarded
        def run(visitor: Visitor, session: transfer_actions.Session) -> Iterator[dict[Any, Any]]:
            for panels in rebuild_actions.run(self.shelf, visitor.place, visitor.own, session):
                changes = {parts[name]: change(parts[name], value) for name, value in (panels or {}).items()}
                yield changes or {parts["rebuilt"]: gr.skip()}  # Gradio takes an empty answer for a missing one

        def begin(session: transfer_actions.Session) -> tuple[Any, Any]:
            session.stop = False
            return gr.Button(interactive=False), gr.Button(visible=True)

        def ask(session: transfer_actions.Session) -> None:
            session.stop = True

        buttons = [parts["rebuild"], parts["stop_rebuild"]]
        start = parts["rebuild"].click(begin, [session], buttons, **LIGHT)
        options = {
            "show_progress": "minimal",
            "show_progress_on": [parts["rebuild_status"]],
            **heavy(self.shelf.machine),
            **PRIVATE,
        }
        job = start.then(run, [self.tab.visitor, session], outputs, **options)
        for after in (job.then, job.failure):
            after(lambda: (gr.Button(interactive=True), gr.Button(visible=False)), None, buttons, **LIGHT)
        parts["stop_rebuild"].click(ask, [session], None, **LIGHT)


def _set(name: str, **also: Any) -> Move:
    return lambda place, own, value: place.moved(**{name: value} | also)


def _whole(value: Any, otherwise: int) -> int:
    """A number from a field; `otherwise` while it is empty."""
    try:
        return otherwise if value is None or value == "" else int(value)
    except (TypeError, ValueError, OverflowError):
        raise SettingError(words.NOT_WHOLE) from None


def _channel(value: Any, place: Place, otherwise: int) -> int:
    number = _whole(value, otherwise)
    if not 0 <= number < place.channels:
        raise SettingError(words.WRONG_CHANNEL.format(place.channels - 1))
    return number
