"""The ways between the two tabs: from a painted picture into the explorer, from the explorer's layers to a painting, and
from a link into the explorer."""

from __future__ import annotations

from typing import Any

import gradio as gr

from nst_core.errors import PictureError, SettingError
from nst_core.settings import FIELDS

from . import text
from .errors import user_facing
from .events import LATEST, LIGHT, PRIVATE, STRICT
from .explorer import labels, paint_pictures, style_target
from .explorer.feature_cache import Uploads
from .explorer.rendering import Renderer
from .explorer.session import ExplorerSession, serialized
from .explorer.updates import Changes
from .explorer.view_events import EACH, ViewEvents, pixel
from .explorer.view_state import ViewState
from .explorer.views import edit_actions, edit_text, grid_actions, grid_text, steps_tab, steps_text
from .paint import setting_widgets, settings_wiring
from .paint.paint_actions import PaintSession
from .paint.paint_tab import PaintTab

LEFT_TO_PAINT = ("size", "mix")  # the settings that a draft leaves as they are in Paint
SCROLL_TO_PAINT = "() => { if (document.querySelector('#paint')?.offsetParent) scrollTo({top: 0}) }"
# Presses Paint once the settings have arrived, and waits until that is under way.
PRESS_PAINT = """() => new Promise(done => {
    const paint = document.querySelector('#paint');
    setTimeout(() => paint.click(), 200);
    const waiting = setInterval(() => { if (paint.disabled) end(); }, 100), end = () => { clearInterval(waiting); done(); };
    setTimeout(end, 5000);
})"""
LOUD = 142  # a channel of relu3_1 that responds strongly to most bundled pictures
SCROLL_TO_TOP = "() => { scrollTo({top: 0}) }"


def open_between(page: gr.Blocks, pages: gr.Tabs, inside: gr.Tab, paint: PaintTab, explorer: Renderer) -> None:
    """Connect the buttons that lead from one tab to the other, and what opens the explorer.

    `pages` are the two tabs, `inside` is the explorer's.
    """
    _wire_look_inside(pages, paint, explorer)
    _wire_paint_with(pages, paint, explorer)
    _wire_use_change(pages, paint, explorer)
    _wire_drafts(pages, paint, explorer)
    _wire_paint_pictures(paint, explorer)
    _wire_steps(paint, explorer)
    _wire_opening(page, pages, inside, paint, explorer)


def _wire_look_inside(pages: gr.Tabs, paint: PaintTab, explorer: Renderer) -> None:
    @serialized
    def look_inside(session: ExplorerSession, paint_session: PaintSession) -> Changes:
        """The run that goes on, or the last one; before there is one, the example that is shown in its place."""
        last, uploads = paint_session.last, Uploads()
        state = session.state.updated(slot="result", layer="relu3_1", pair=paint_session.pair)
        if paint_session.strip.busy:
            watched = state.updated(view="steps", step=0, channel=LOUD)
            return _with_boxes(explorer, session, watched, paint_session) | {pages: gr.Tabs(selected="inside")}
        state = state.updated(view="compare", stop=5)
        if last is not None:
            uploads = style_target.uploads_of(last)
            # A loss of weight 0 may have no layers.
            content, style = last.settings.content_layers, last.settings.style_layers
            state = state.updated(content=content or state.content, style=style or state.style)
        return explorer.load(session, state, uploads) | {pages: gr.Tabs(selected="inside")}

    button = paint.look_inside
    button.click(lambda: gr.Button(text.LOOKING, interactive=False), None, [button], **LATEST, **LIGHT)
    inputs, outputs = [explorer.tab.session, paint.session], [pages, *explorer.outputs()]
    opened = button.click(look_inside, inputs, outputs, **STRICT)
    for ended in (opened.then, opened.failure):
        ended(_look_inside_again, [paint.session], [button], **LIGHT)
    opened.then(None, None, None, js=SCROLL_TO_TOP, **PRIVATE)


def _look_inside_again(session: PaintSession) -> gr.Button:
    return gr.Button(text.WATCH_INSIDE if session.strip.busy else text.LOOK_INSIDE, interactive=True)


def _wire_paint_with(pages: gr.Tabs, paint: PaintTab, explorer: Renderer) -> None:
    def paint_with(session: ExplorerSession) -> tuple[gr.Tabs, list[str], list[str]]:
        gr.Info(text.LAYERS_TAKEN)
        return gr.Tabs(selected="paint"), list(session.state.content), list(session.state.style)

    settings: dict[str, Any] = dict(zip(FIELDS, paint.settings, strict=True))
    outputs = [pages, settings["content_layers"], settings["style_layers"]]
    explorer.tab.frame.listener("paint_with", "click")(paint_with, [explorer.tab.session], outputs, **STRICT)


def _wire_use_change(pages: gr.Tabs, paint: PaintTab, explorer: Renderer) -> None:
    settings: dict[str, Any] = dict(zip(FIELDS, paint.settings, strict=True))

    @serialized
    def use_change(session: ExplorerSession) -> Changes:
        """The change of the Gram matrix that the view "edit" shows, with the layers of its drafts, for the first tab."""
        state = session.state
        if state.layer not in state.style:
            raise PictureError(edit_text.no_style_layer(state))
        change = str(edit_actions.change_of(explorer.cache, state, session.uploads))
        gr.Info(text.CHANGE_TAKEN)
        taken = {"content_layers": list(state.content), "style_layers": list(state.style), "gram_changes": change}
        return {pages: gr.Tabs(selected="paint")} | {settings[name]: value for name, value in taken.items()}

    outputs = [pages, *(settings[name] for name in ("content_layers", "style_layers", "gram_changes"))]
    press = explorer.tab.views["edit"].listener("use_change", "click")
    press(use_change, [explorer.tab.session], outputs, **STRICT)


def _wire_drafts(pages: gr.Tabs, paint: PaintTab, explorer: Renderer) -> None:
    """A draft of the grid that is pressed, or chosen in the list, gives Paint its settings."""
    settings: dict[str, Any] = dict(zip(FIELDS, paint.settings, strict=True))
    chosen = {name: widget for name, widget in settings.items() if name not in LEFT_TO_PAINT}
    view = explorer.tab.views["grid"]
    outputs = [pages, view["draft"], *chosen.values()]

    def take(state: ViewState, cell: tuple[int, int] | None) -> Changes:
        if cell is None:
            return {pages: gr.skip()}
        gr.Info(grid_text.taken(state.grid_by, cell))
        values = dict(zip(FIELDS, setting_widgets.shown(grid_actions.settings_of(state, cell)), strict=True))
        changes: Changes = {widget: values[name] for name, widget in chosen.items()}
        return changes | {pages: gr.Tabs(selected="paint"), view["draft"]: None}

    @serialized
    def press(session: ExplorerSession, event: gr.EventData) -> Changes:
        cell = grid_actions.pressed(explorer.cache, session.state, session.uploads, *pixel(event))
        return take(session.state, cell)

    @serialized
    def choose(session: ExplorerSession, name: Any) -> Changes:
        return take(session.state, grid_actions.named(session.state, name))

    session = explorer.tab.session
    pressed = view.listener("drafts", "select")(press, [session], outputs, **EACH)
    chosen_by_name = view.listener("draft", "input")(choose, [session, view["draft"]], outputs, **EACH)
    for taken in (pressed, chosen_by_name):
        taken.success(None, None, None, js=SCROLL_TO_PAINT, **PRIVATE)


def _wire_paint_pictures(paint: PaintTab, explorer: Renderer) -> None:
    @serialized
    def take(session: ExplorerSession, paint_session: PaintSession) -> Changes:
        if not paint_session.boxes:
            gr.Info(labels.NO_PAINT_PICTURES)
            return {explorer.tab.tabs: gr.skip()}
        return _with_boxes(explorer, session, session.state, paint_session)

    press = explorer.tab.frame.listener("paint_pictures", "click")
    press(take, [explorer.tab.session, paint.session], explorer.outputs(), **STRICT)


def _with_boxes(explorer: Renderer, session: ExplorerSession, state: ViewState, paint_session: PaintSession) -> Changes:
    """Bring `session` to `state` with the pictures in the boxes of the first tab; to the first view if it needs a result
    and there is none."""
    state, uploads = paint_pictures.taken(state, paint_session.boxes)
    try:
        return explorer.load(session, state, uploads)
    except PictureError:
        return explorer.load(session, state.updated(view=ViewState().view), uploads)


def _wire_steps(paint: PaintTab, explorer: Renderer) -> None:
    """Have the view "steps" follow the run of the first tab, and start one as in the article."""
    view = ViewEvents(explorer, "steps")
    look = steps_tab.follow(view, paint.session)

    @user_facing
    def article(session: PaintSession) -> tuple[Any, ...]:
        if session.strip.busy:
            raise SettingError(steps_text.BUSY)
        return tuple(settings_wiring.article(explorer.cache.worker.limits.max_size))

    press = view.parts.listener("paint_article", "click")
    set_all = press(article, [paint.session], [*paint.settings, paint.article_words], **STRICT)
    set_all.success(None, None, None, js=PRESS_PAINT, **PRIVATE).then(*look, **STRICT)


def _wire_opening(page: gr.Blocks, pages: gr.Tabs, inside: gr.Tab, paint: PaintTab, explorer: Renderer) -> None:
    session, outputs = explorer.tab.session, [pages, *explorer.outputs()]
    # The link in an event of its own: without one, nearly always, no component of the explorer has to be updated.
    link = gr.State({})

    def read_link(request: gr.Request) -> dict[str, str]:
        return dict(request.query_params)

    page.load(read_link, None, [link], **STRICT)  # in the queue, or Gradio does not tell of the change

    @serialized
    def follow_link(session: ExplorerSession, query: dict[str, str]) -> Changes:
        changes = explorer.from_link(session, query)
        return {pages: gr.skip()} if changes is None else changes | {pages: gr.Tabs(selected="inside")}

    link.change(follow_link, [session, link], outputs, **STRICT)

    @serialized
    def fill(session: ExplorerSession, paint_session: PaintSession) -> Changes:
        """Show the explorer, of the pictures in the first tab, when its tab is first opened, and not before: that needs
        a forward pass."""
        if session.rendered:
            return {pages: gr.skip()}
        return _with_boxes(explorer, session, session.state.updated(pair=paint_session.pair), paint_session)

    inside.select(fill, [session, paint.session], outputs, **STRICT)
