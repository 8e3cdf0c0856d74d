"""What visitors read in the explorer, as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from nst_core.explore.scales import six_figures, three_figures
from nst_core.layers import get_layer

from . import comparisons, labels

if TYPE_CHECKING:
    from .view_state import ViewState

DIAGRAM_KEY = (
    'Click a layer. <b class="style">Style layers</b>, <b class="content">content layers</b>; framed: the one shown. '
    "A block's height is the size of the layer's maps, its width their number."
)
# JavaScript of the component: a click on its button copies the text. (`gr.Code` would make every answer half as slow again.)
COPIES = """
element.addEventListener('click', event => {
    const button = event.target.closest('button');
    if (button) navigator.clipboard?.writeText(element.querySelector('pre').textContent)
        .then(() => { button.textContent = button.dataset.copied; });
});
"""
MISMATCHES = (
    "<h3>Mismatch with the painting, layer by layer</h3><p>‖G−A‖² / ‖A‖²: 0 is the painting's style, 1 as far off as a "
    "layer of zeros.</p>"
)
OBJECTIVES = {
    "gatys": "<h3>Gatys, the article</h3><p>Σ(G−A)² / 4C²</p>",
    "johnson": "<h3>Johnson, most tutorials</h3><p>mean of (G/C − A/C)²</p>",
    "balanced": "<h3>Balanced, ours</h3><p>‖G−A‖² / ‖A‖²</p>",
}


def story(title: str, text: str) -> str:
    """A heading and a paragraph: of a stop of the tour, or of a view."""
    return f"<h2>{title}</h2><p>{text}</p>"


def link(state: ViewState) -> str:
    """The link that opens the same view."""
    return f'<a href="{state.link()}" target="_blank">{labels.LINK}</a> <span>{labels.LINK_NOTE}</span>'


def code(lines: str) -> str:
    """Lines of Python and the button that copies them."""
    name = escape(labels.CODE_LABEL)
    return (
        f'<button class="copy" data-copied="{labels.COPIED}">{labels.COPY}</button>'
        f'<pre role="region" aria-label="{name}" tabindex="0">{escape(lines)}</pre>'
    )


def facts(rows: Mapping[str, str]) -> str:
    """Names and values in one line."""
    cells = "".join(f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>" for name, value in rows.items())
    return f'<dl class="facts">{cells}</dl>'


def channel(rows: Mapping[str, str], silent: bool) -> str:
    """The statistics of a channel."""
    return facts(rows) + ("<p>Silent for this picture.</p>" if silent else "")


def equation(state: ViewState, mean: float, readings: Mapping[str, float], places: int, note: str = "") -> str:
    """The arithmetic of one cell of the Gram matrix; `readings` by mode. `note` says which places these are."""
    shuffled = (
        "<p>The places are shuffled: no shape is left, but the number is the same. Style does not depend on where things "
        "are.</p>"
    )
    return (
        f'<p class="equation">mean of F<sub>{state.first}</sub> · F<sub>{state.second}</sub> over {places:,} places = '
        f"<b>{six_figures(mean)}</b> <span>= G[{state.first}, {state.second}] = {six_figures(readings['gram'])}</span></p>"
        f"<p>With the strength of both channels divided out, the cosine is <b>{readings['cosine']:.3f}</b>; with their "
        f"averages subtracted as well, the correlation is <b>{readings['correlation']:+.3f}</b>: "
        f"{comparisons.pair((state.first, state.second), readings['correlation'])}</p>"
        + (f"<p>{escape(note)}</p>" if note else "")
        + (shuffled if state.shuffle else "")
    )


def lesson(change: str, content: Mapping[str, float], style: Mapping[str, float]) -> str:
    """What was done to the picture, and which of the two losses that changes."""
    return (
        f'<p class="say">What was done: {labels.CHANGES[change]}. {comparisons.lesson(change, content, style)} 0 is no '
        "change, 1 is as far off as a layer of zeros. The bars are of the layers of both losses, whichever layer is chosen "
        "above.</p>"
    )


def spectrum(dimensions: Mapping[str, float], places: int, state: ViewState) -> str:
    """The effective dimension of each picture, and what the curves below show; none of them has more than `places`."""
    values = ", ".join(f'<span class="{slot}">{slot} {value:.1f}</span>' for slot, value in dimensions.items())
    return (
        f"<h3>Spectrum of {state.layer}</h3><p>Effective dimension of the features, their mean subtracted: {values}. "
        "It is (Σλ)² / Σλ² of the eigenvalues λ. "
        "(The first eigenvector of the Gram matrix itself is mostly the mean.) At most "
        f"{min(places - 1, state.channels)} eigenvalues are not zero.</p>"
    )


def errors(state: ViewState, content: float, style: float, ended: Mapping[str, float]) -> str:
    """The mismatches that the result keeps in the chosen layer, and what the two maps show; `ended`: those of the run."""
    roles = [name for name in ("content", "style") if state.layer in getattr(state, name)]
    role = f"is a {' and '.join(roles)} layer of the loss" if roles else "is not used by the loss"
    last = " and ".join(f"{three_figures(value)} in {kind}" for kind, value in ended.items())
    run = f" (The run ended with {last}, at the size and with the edge that it was painted with.)" if ended else ""
    return (
        f"<p>{state.layer} {role}. In this layer the result has a relative mismatch of <b>{labels.relative(content)}</b> "
        f"in content and <b>{labels.relative(style)}</b> in style.{run} The style error of a place is ‖(G−A)F‖ / C²M: the "
        "size of the style loss's gradient there. Content error remains where strokes have replaced the photo's "
        "shapes.</p>"
    )


def shares(by_objective: Mapping[str, Mapping[str, float]]) -> str:
    """What the bars of the layers' shares are of, and which layer has most."""
    return (
        "<h2>How much does each layer add to the style loss?</h2><p>Photo against painting, every layer with the same "
        f"weight. {comparisons.shares(by_objective)}</p>"
    )


def nearest(state: ViewState, found: Sequence[tuple[str, float, Mapping[str, float]]]) -> str:
    """A table of the bundled paintings, nearest style first: (title, mean cosine, {layer: cosine})."""
    layers = list(found[0][2]) if found else []
    best = {layer: max(row[2][layer] for row in found) for layer in layers}
    head = "".join(f"<th>{layer}</th>" for layer in layers)
    rows = "".join(
        f"<tr><th>{escape(name)}</th>"
        + "".join(f"<td{' class=best' if by[layer] == best[layer] else ''}>{by[layer]:.3f}</td>" for layer in layers)
        + f"<td>{mean:.3f}</td></tr>"
        for name, mean, by in found
    )
    table = f"<table><thead><tr><th></th>{head}<th>mean</th></tr></thead><tbody>{rows}</tbody></table>"
    title = "Nearest style among the bundled paintings"
    return (
        f"<h2>{title}</h2><p>Cosine between the Gram matrices of the {labels.SLOTS[state.slot].lower()} and of each "
        "painting, layer by layer; 1 is equal up to a factor. These are few pictures: a hint, not a proof.</p>"
        # On a narrow screen the table scrolls sideways, by the keyboard, too.
        f'<div class="scroll" role="region" aria-label="{title}" tabindex="0">{table}</div>'
    )


def rebuild(state: ViewState, style_layers: Sequence[str], size: tuple[int, int]) -> str:
    """What is matched, and what can be expected of it, for a picture of `size` pixels."""
    if state.kind == "content":
        return (
            f"<p>Only the features of {state.layer} are matched. Early layers give the picture back; deep ones keep "
            "what is where, but not exactly how it looked (Gatys et al. 2016, figure 1).</p>"
        )
    layer = get_layer(state.layer)
    places = (size[0] // layer.stride) * (size[1] // layer.stride)
    return (
        f"<p>Only Gram matrices are matched: {', '.join(style_layers)}. They do not say what is where, so a texture comes "
        "back, with larger shapes from deeper layers (Gatys et al. 2016, figure 1)."
        f"{comparisons.rebuilt(state.layer, places, state.channels)}</p>"
    )
