"""The events of the strip of kept results: coming back, showing one again, comparing two, all as a ZIP file."""

from __future__ import annotations

from typing import Any

import gradio as gr
from PIL import Image

from .. import text
from ..compute.kept_results import KeptResult
from ..compute.worker import Worker
from ..error_log import log_error
from ..errors import user_facing
from ..events import LIGHT, PRIVATE, STRICT, sent
from ..serving import gradio_internals
from . import kept_actions as actions
from . import kept_strip, kept_text, picture_files, setting_widgets
from .paint_actions import PaintSession
from .paint_tab import PaintTab

Changes = dict[Any, Any]  # component -> its new value or properties
SAVE = "() => setTimeout(() => document.querySelector('#archive').click(), 100)"  # once the link has its new address
EACH: dict[str, Any] = {"trigger_mode": "multiple"}  # every press counts


def wire(tab: PaintTab, worker: Worker, page: gr.Blocks, runs: list[Any]) -> None:
    """Add the events of the strip of `tab`; `runs` are the events after which a run of this tab is over."""
    wiring = _KeptWiring(tab, worker)
    wiring.wire_returning(page, runs)
    wiring.wire_presses()


class _KeptWiring:
    """The handlers, which share the components and the store."""

    def __init__(self, tab: PaintTab, worker: Worker) -> None:
        self.tab, self.kept, self.store, self.limits = tab, tab.kept, worker.kept, worker.limits
        pictures = [tab.empty, tab.live, tab.compare, tab.status, tab.by_term, tab.by_layer]
        inputs = [tab.photo, tab.painting, tab.others, tab.pair, *tab.settings]
        self.strip_parts = [self.kept.pictures, self.kept.buttons, self.kept.compare, self.kept.poll]
        outcome = [*pictures, tab.download, tab.recipe, tab.going_on.row, tab.going_on.more, tab.regions.drawn]
        self.all_parts = [*outcome, *inputs, *self.strip_parts]

    def wire_returning(self, page: gr.Blocks, runs: list[Any]) -> None:
        """Events that show what is kept: the page is opened or seen again, or a run is over, here or in another tab."""
        tab, kept = self.tab, self.kept
        who = [tab.session, kept.visitor]
        # In two events: nearly always there is nothing, and no other component has to be updated.
        page.load(self.come_back, who, [*self.strip_parts, kept.visitor, kept.returned], **STRICT)
        kept.returned.change(user_facing(self.return_to), [tab.session, kept.returned], self.all_parts, **STRICT)
        kept.poll.tick(user_facing(self.look_again), [tab.session], self.all_parts, **STRICT)
        kept.pictures.seen(self.seen, who, self.strip_parts, **EACH, **LIGHT)
        for over in runs:
            over(self.show_newest, [tab.session], self.strip_parts, **LIGHT)

    def wire_presses(self) -> None:
        """Events of the small pictures and of the buttons below them."""
        tab, kept = self.tab, self.kept
        kept.pictures.pick(user_facing(self.pick), [tab.session], self.all_parts, **EACH, **STRICT)
        kept.compare.click(user_facing(self.compare), [tab.session], self.all_parts, **STRICT)
        kept.forget.click(self.forget, [tab.session], self.strip_parts, **LIGHT)
        made = kept.all.click(user_facing(self.archive), [tab.session], [kept.archive], **STRICT)
        made.success(None, None, None, js=SAVE, **PRIVATE)

    def come_back(self, session: PaintSession, given: Any) -> Changes:
        """The page is opened: what this browser's visitor has painted."""
        session.visitor = self.store.key(given)
        key = gr.skip() if session.visitor == given else session.visitor
        newest, running = next(iter(self.store.of(session.visitor)), None), self.store.running(session.visitor)
        returned = newest.number if newest and not running else None
        return {self.kept.visitor: key, self.kept.returned: returned} | self.strip(session)

    def return_to(self, session: PaintSession, number: Any) -> Changes:
        """The page was opened by a visitor who has painted: the newest result as it was."""
        result = self.store.get(session.visitor, number)
        return (self.opened(session, result) if result else {}) | self.strip(session)

    def look_again(self, session: PaintSession) -> Changes:
        """Asked every two seconds while a run goes on elsewhere: once it is over it is in the strip.

        If it ended because this page was reloaded, and nothing was painted here since, its picture is shown, too.
        """
        if self.store.running(session.visitor):
            return {self.kept.poll: gr.skip()}
        newest, changes = next(iter(self.store.of(session.visitor)), None), {}
        if newest and newest.ended == "left" and not session.painted:
            changes = self.opened(session, newest)
        return changes | self.strip(session)

    def seen(self, session: PaintSession, given: Any) -> Changes:
        """The tab is open or shown again. The browser's key is read anew if Gradio has dropped the session meanwhile."""
        session.visitor = session.visitor or self.store.key(given)
        return self.strip(session)

    def show_newest(self, session: PaintSession) -> Changes:
        """A run of this tab is over: its picture stands in the strip."""
        session.strip.busy, session.strip.against = False, None
        results = self.store.of(session.visitor)
        session.strip.chosen = results[0].number if results else None
        return self.strip(session)

    def pick(self, session: PaintSession, event: gr.EventData) -> Changes:
        """A small picture was pressed: show it, or put it on the right of the one that is shown."""
        result = self.store.get(session.visitor, sent(event, "number"))
        if session.strip.busy or result is None:
            gr.Info(kept_text.BUSY if session.strip.busy else kept_text.GONE)
            return self.strip(session)
        left = actions.chosen_of(self.store.of(session.visitor), session.strip)
        if session.strip.against and left and left is not result:
            return self.side_by_side(session, left, result)
        return self.opened(session, result) | self.strip(session)

    def compare(self, session: PaintSession) -> Changes:
        """Compare the shown result with another, or no more."""
        results, shown = self.store.of(session.visitor), session.strip
        left = actions.chosen_of(results, shown) or next(iter(results), None)
        right = self.store.get(session.visitor, actions.other_than(results, left.number if left else None))
        if shown.busy or left is None or right is None:
            gr.Info(kept_text.BUSY if shown.busy else kept_text.GONE)
            return self.strip(session)
        if shown.against:
            return self.opened(session, left) | self.strip(session)
        changes = {} if shown.chosen else self.opened(session, left)
        return changes | self.side_by_side(session, left, right)

    def archive(self, session: PaintSession) -> Any:
        """All results as a file."""
        data = actions.zip_of(self.store.of(session.visitor))
        return gradio_internals.saved_file(data, actions.ZIP_NAME, self.kept.archive)

    def forget(self, session: PaintSession) -> Changes:
        """Delete the results from the server's memory."""
        self.store.forget(session.visitor)
        session.strip.against = session.strip.chosen = None
        return self.strip(session)

    def side_by_side(self, session: PaintSession, left: KeptResult, right: KeptResult) -> Changes:
        """Two results in the slider."""
        session.strip.chosen, session.strip.against = left.number, right.number
        label = kept_text.pair(left.number, right.number)
        return {self.tab.compare: self.slider(actions.pair(left, right), label)} | self.strip(session)

    def strip(self, session: PaintSession) -> Changes:
        """The strip as it is now."""
        results, running = self.store.of(session.visitor), self.store.running(session.visitor)
        shown, elsewhere = session.strip, running > session.strip.busy
        return {
            self.kept.pictures: kept_strip.strip(results, shown, running, self.limits.keep_minutes),
            self.kept.buttons: gr.Row(visible=bool(results)),
            self.kept.compare: gr.Button(
                kept_text.COMPARE_NO_MORE if shown.against else kept_text.COMPARE_TWO, visible=len(results) > 1
            ),
            self.kept.poll: gr.Timer(active=elsewhere),
        }

    def opened(self, session: PaintSession, result: KeptResult) -> Changes:
        """All that the page shows of a finished run, and what it was painted from; on a full disk nothing, and why."""
        shown = actions.reopened(result)
        try:
            changes = self.shown_again(result, shown)
        except OSError as error:
            log_error(error)
            gr.Warning(kept_text.NOT_ON_DISK)
            return {}
        session.last, session.reached, session.painted = shown.painted, shown.reached, True
        session.curves = actions.curves_of(result)
        session.strip.chosen, session.strip.against = result.number, None
        return changes

    def shown_again(self, result: KeptResult, shown: actions.Reopened) -> Changes:
        """The values of all components for `result`. Raises `OSError` where its files cannot be written."""
        tab = self.tab
        photo, painting, *others = (
            gradio_internals.saved_file(kept.data, kept.name, tab.photo) for kept in result.pictures
        )
        png = gradio_internals.saved_file(result.png, result.filename, tab.download)
        return {
            tab.empty: gr.HTML(visible=False),
            tab.live: gr.Image(visible=False),
            tab.compare: self.slider((shown.photo, shown.picture), text.COMPARE),
            tab.status: result.status,
            tab.by_term: result.by_term,
            tab.by_layer: result.by_layer,
            tab.download: gr.DownloadButton(value=png, interactive=True),
            tab.recipe: result.recipe,
            tab.regions.drawn: shown.drawn,
            tab.going_on.row: gr.Row(visible=True),
            tab.going_on.more: result.share,
            tab.photo: photo,
            tab.painting: painting,
            tab.others: others or None,
            tab.pair: text.OWN_PICTURES,
            **dict(zip(tab.settings, setting_widgets.shown(result.settings), strict=True)),
        }

    def slider(self, pictures: tuple[Image.Image, Image.Image], label: str) -> Any:
        """Two pictures in the slider: the left one and the right one."""
        left, right = (picture_files.shown_file(picture, self.tab.compare) for picture in pictures)
        return gr.ImageSlider((left, right), visible=True, label=label)
