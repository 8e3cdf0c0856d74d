"""What happens in the explorer: every event moves the visitor to another place, and the panels in view follow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import gradio as gr
from gradio.processing_utils import save_bytes_to_cache

from nst_core.errors import PictureError, SettingError
from nst_core.layers import LAYERS

from .. import transfer_actions
from ..guard import guarded
from ..machine import Machine
from ..transfer_wiring import LIGHT, PRIVATE, STRICT, heavy
from . import channels_actions, frame_actions, gram_actions, rebuild_actions, tour, words
from .explorer_tab import ADVANCED, ExplorerTab
from .panels import Bounded, Choices, File
from .place import IN_LINKS, TURNED, Place, from_query
from .shelf import Own, Shelf, small

Move = Callable[..., Place]


def wire(tab: ExplorerTab, machine: Machine) -> Wiring:
    wiring = Wiring(tab, Shelf(machine))
    wiring.pictures()
    wiring.layers()
    wiring.tour()
    wiring.channels()
    wiring.gram()
    wiring.others()
    wiring.rebuild()
    return wiring


class Wiring:
    """Joins the widgets of a tab with the actions. A handler answers with the widgets it changes, and no others."""

    def __init__(self, tab: ExplorerTab, shelf: Shelf) -> None:
        self.tab, self.shelf, self.parts = tab, shelf, tab.parts
        self.outputs = [tab.place, tab.own, tab.views, *tab.offers, *tab.parts.values()]

    # ---- one event

    def moves(self, event: Any, move: Move, *inputs: Any, **options: Any) -> Any:
        """On `event`, `move(place, own, *values)` says where to go, and what is in view there is shown."""

        @guarded
        def handler(place: Place, own: Own, *values: Any) -> dict[Any, Any]:
            changes = self.shown(move(place, own, *values), own, before=place)
            for widget in inputs:
                if isinstance(widget, gr.Number):  # it holds what was typed, and perhaps already the next figure
                    changes.pop(widget, None)
            return changes

        state = [self.tab.place, self.tab.own]
        return event(handler, [*state, *inputs], self.outputs, **{"trigger_mode": "always_last"} | STRICT | options)

    def clicks(self, image: Any, move: Callable[[Place, Own, float, float], Place]) -> None:
        @guarded
        def handler(place: Place, own: Own, event: gr.SelectData) -> dict[Any, Any]:
            return self.shown(move(place, own, *event.index), own, before=place)

        image.select(handler, [self.tab.place, self.tab.own], self.outputs, trigger_mode="always_last", **STRICT)

    def shown(self, place: Place, own: Own, before: Place | None = None) -> dict[Any, Any]:
        """The changes that bring the page to `place`."""
        panels = frame_actions.show(self.shelf, place, own)
        changes = {self.parts[name]: _change(self.parts[name], value) for name, value in panels.items()}
        changes[self.tab.place] = place
        if before is None or before.view != place.view:
            changes[self.tab.views] = gr.Tabs(selected=place.view)
        if before is None or (before.slot, before.pair) != (place.slot, place.pair):
            changes[self.parts["picture"]] = self.shelf.picture(place, own)
        if before is None or before.level != place.level:
            for name in ADVANCED:
                changes[self.parts[name]] = _visible(changes.get(self.parts[name]), place.level == "explore")
        if before is None or before.stop != place.stop:
            changes |= self._offers(place)
        return changes

    def _offers(self, place: Place) -> dict[Any, Any]:
        stop = tour.at(place)
        words_of = [offer.words for offer in stop.offers] if stop else []
        return {
            button: gr.update(value=words_of[n], visible=True) if n < len(words_of) else gr.update(visible=False)
            for n, button in enumerate(self.tab.offers)
        }

    # ---- the events

    def pictures(self) -> None:
        parts, state = self.parts, [self.tab.place, self.tab.own]

        @guarded
        def other(place: Place, own: Own, slot: str) -> dict[Any, Any]:
            moved = place.moved(slot=slot)
            try:
                return self.shown(moved, own, before=place)
            except PictureError as error:  # nothing to look at yet: the empty frame is where it can be dropped
                gr.Warning(str(error))
                return {self.tab.place: moved, parts["picture"]: self._picture(moved, own)}

        parts["slot"].input(other, [*state, parts["slot"]], self.outputs, trigger_mode="always_last", **STRICT)
        self.moves(parts["level"].input, lambda place, own, level: place.moved(level=level), parts["level"])

        @guarded
        def choose(place: Place, event: gr.SelectData) -> dict[Any, Any]:
            return self.brought(place.moved(pair=event.index), Own())

        parts["pairs_gallery"].select(choose, [self.tab.place], self.outputs, **STRICT)

        @guarded
        def upload(place: Place, own: Own, picture: Any) -> dict[Any, Any]:
            place = place.moved(row=-1, column=-1)
            own = replace(own, **{place.slot: small(picture)})
            try:
                return self.brought(place, own)
            except PictureError as error:  # the view lacks another picture; this one is kept
                gr.Warning(str(error))
                return {self.tab.own: own, self.tab.place: place}

        # A picture taken away leaves an empty frame to drop another one into; until then all stays as it is.
        changed = parts["picture"].upload(upload, [*state, parts["picture"]], self.outputs, **STRICT)
        changed.failure(self._picture, state, [parts["picture"]], **LIGHT)

    def _picture(self, place: Place, own: Own) -> Any:
        """The chosen picture; None while there is none."""
        try:
            return self.shelf.picture(place, own)
        except PictureError:
            return None

    def brought(self, place: Place, own: Own) -> dict[Any, Any]:
        """The page with other pictures in it."""
        changes = self.shown(place, own)
        changes[self.tab.own] = own
        return changes

    def layers(self) -> None:
        parts = self.parts

        def settled(place: Place, own: Own, layer: str) -> Place:
            return frame_actions.settled(self.shelf, place.moved(layer=layer), own)

        self.moves(parts["layer"].input, settled, parts["layer"])
        self.moves(parts["roles"].input, lambda p, o, roles: frame_actions.with_roles(p, roles), parts["roles"])

        @guarded
        def pick(place: Place, own: Own, event: gr.EventData) -> dict[Any, Any]:
            layer = getattr(event, "layer", None)
            moved = settled(place, own, layer) if layer in LAYERS else place
            return self.shown(moved, own, before=place)

        parts["ruler"].pick(pick, [self.tab.place, self.tab.own], self.outputs, trigger_mode="always_last", **STRICT)

    def tour(self) -> None:
        def stop(place: Place, own: Own, number: int) -> Place:
            return frame_actions.settled(self.shelf, tour.go(place, number), own)

        self.moves(self.parts["stop"].input, stop, self.parts["stop"])
        for n, button in enumerate(self.tab.offers):

            def take(place: Place, own: Own, number: int = n) -> Place:
                return frame_actions.take_offer(self.shelf, place, own, number)

            self.moves(button.click, take)
        for name, view_tab in self.tab.tabs.items():
            self.moves(view_tab.select, lambda place, own, view=name: place.moved(view=view))

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

        @guarded
        def npz(place: Place, own: Own) -> Any:
            return _change(parts["npz_file"], channels_actions.npz(self.shelf, place, own), visible=True)

        parts["npz"].click(npz, [self.tab.place, self.tab.own], [parts["npz_file"]], **STRICT)

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

        @guarded
        def from_table(place: Place, own: Own, rows: Any, event: gr.SelectData) -> dict[Any, Any]:
            first, second = (int(value) for value in rows.iloc[event.index[0], :2])
            moved = gram_actions.find(self.shelf, place.moved(first=first, second=second), own)
            return self.shown(moved, own, before=place)

        parts["pairs"].select(from_table, [self.tab.place, self.tab.own, parts["pairs"]], self.outputs, **STRICT)

    def others(self) -> None:
        parts = self.parts
        for name in ("change", "kind"):
            self.moves(parts[name].input, _set(name), parts[name])
        self.moves(parts["amount"].release, lambda p, o, v: p.moved(amount=_whole(v, p.amount)), parts["amount"])

    def rebuild(self) -> None:
        parts, session = self.parts, self.tab.session
        outputs = [parts["rebuilt"], parts["rebuild_status"]]

        @guarded
        def run(place: Place, own: Own, session: transfer_actions.Session) -> Iterator[dict[Any, Any]]:
            for panels in rebuild_actions.run(self.shelf, place, own, session):
                changes = {parts[name]: _change(parts[name], value) for name, value in (panels or {}).items()}
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
        job = start.then(run, [self.tab.place, self.tab.own, session], outputs, **options)
        for after in (job.then, job.failure):
            after(lambda: (gr.Button(interactive=True), gr.Button(visible=False)), None, buttons, **LIGHT)
        parts["stop_rebuild"].click(ask, [session], None, **LIGHT)

    # ---- doors

    def arrive(self, query: dict[str, str]) -> dict[Any, Any] | None:
        """What a link shows; None when it does not lead here."""
        place = from_query(query)
        if place is None:
            return None
        if not query.keys() & {IN_LINKS.get(name, name) for name in TURNED.get(place.view, ())}:
            place = frame_actions.settled(self.shelf, place, Own())
        return self.brought(place, Own())


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


def _change(widget: Any, value: Any, **more: Any) -> Any:
    """What Gradio should do with a widget to show a panel's value."""
    if isinstance(value, File):
        return gr.update(value=save_bytes_to_cache(value.data, value.name, widget.GRADIO_CACHE), **more)
    if isinstance(value, Choices):
        return gr.update(choices=list(value.options), value=value.value)
    if isinstance(value, Bounded):
        return gr.update(value=value.value, maximum=value.highest)
    return gr.update(value=value, **more)


def _visible(change: Any, visible: bool) -> Any:
    return {**(change or gr.update()), "visible": visible}
