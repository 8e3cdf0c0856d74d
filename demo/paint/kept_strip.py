"""The strip of kept results as HTML: small pictures, newest first, and which of them the page shows."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from nst_core.settings import FIELDS, STYLE_WEIGHTS, Settings

from ..compute.kept_results import KeptResult
from . import kept_text, setting_text

# JavaScript of the component. A press on a small picture triggers "pick". "seen" comes when the tab is shown again, and
# every five minutes while it is: the server then keeps the results for longer, and answers with those of other tabs.
EVENTS = """
element.addEventListener('click', event => {
    const button = event.target.closest('[data-number]');
    if (button) trigger('pick', {number: Number(button.dataset.number)});
});
const seen = () => { if (!document.hidden && element.isConnected) trigger('seen'); };
document.addEventListener('visibilitychange', seen);
setInterval(seen, 300000);
"""
SAID_OTHERWISE = ("size", "max_seconds")  # by the pixels, and by the status line


@dataclass
class Strip:
    """The numbers of the results that one browser tab shows: the `chosen` one, and the one it is compared with.

    `busy`: a run of this tab waits or goes on, beside which no other result can be shown.
    """

    chosen: int | None = None
    against: int | None = None
    busy: bool = False


def strip(results: Sequence[KeptResult], shown: Strip, running: int, minutes: int) -> str:
    """HTML: `results` as buttons, newest first; a note when one of the `running` runs of the visitor is in another tab.

    `minutes` is how long results are kept. page.js reads `data-kept` and `data-running`, so they are there even when 0.
    """
    words = [_sides(results, shown)] if shown.against else []
    words += [f"<p>{kept_text.RUNNING}</p>"] * (running > 0 and not shown.busy)
    if results:
        items = "".join(_item(result, shown) for result in results)
        about = escape(kept_text.kept_for(minutes))
        words += [
            f'<h2>{kept_text.TITLE}</h2><ol aria-label="{kept_text.TITLE}">{items}</ol><p class="about">{about}</p>'
        ]
    return f'<div data-kept="{len(results)}" data-running="{running}">{"".join(words)}</div>'


def described(result: KeptResult) -> str:
    """How a result was painted: "β 3 · 512 px", the settings that are not the usual ones, and its longer side."""
    usual = Settings().to_dict() | {"style_weight": STYLE_WEIGHTS[result.settings.objective]}
    changed = [
        f"{FIELDS[name].metadata.get('symbol') or setting_text.label(name)} {setting_text.value_text(name, value)}"
        for name, value in result.settings.to_dict().items()
        if name not in SAID_OTHERWISE and value != usual[name]
    ]
    return " · ".join([*changed, f"{max(result.width, result.height)} px"])


def _item(result: KeptResult, shown: Strip) -> str:
    about = described(result)
    side = ""
    if shown.against:
        side = {shown.chosen: kept_text.LEFT, shown.against: kept_text.RIGHT}.get(result.number, "")
    name = ", ".join(filter(None, [kept_text.picture(result.number), about, side]))
    pressed = str(result.number in (shown.chosen, shown.against)).lower()
    data = base64.b64encode(result.thumbnail).decode()
    return (
        f'<li><button type="button" data-number="{result.number}" aria-pressed="{pressed}" aria-label="{escape(name)}" '
        f'title="{escape(name)}"><img alt="" src="data:image/webp;base64,{data}">'
        f"<span><b>{result.number}</b> {escape(side or about)}</span></button></li>"
    )


def _sides(results: Sequence[KeptResult], shown: Strip) -> str:
    """HTML: which result is left and which is right of the slider."""
    by_number = {result.number: result for result in results}
    sides = []
    for side, number in ((kept_text.LEFT, shown.chosen), (kept_text.RIGHT, shown.against)):
        about = f" ({escape(described(by_number[number]))})" if number in by_number else ""
        sides.append(f"{side.capitalize()}: <b>{kept_text.picture(number)}</b>{about}.")
    return f'<p class="sides">{" ".join(sides)} {kept_text.OTHER_RIGHT}</p>'
