"""The lines of Python that make the figure of the present view, and a notebook of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nst_core.explore.notebook import notebook

from .. import examples
from .feature_cache import SLOTS, FeatureCache, Uploads
from .panels import File
from .views import VIEWS

if TYPE_CHECKING:
    from .view_state import ViewState

MIXED = "# The style on the page is that of several mixed paintings; these lines take the first."


def snippet(cache: FeatureCache, state: ViewState, uploads: Uploads) -> str:
    """A program that makes the view's figure: imports, pictures from files, and the view's own lines."""
    own = _lines(state, uploads)
    loaded = [f'{slot} = load_picture("{_path(state, uploads, slot)}")' for slot in _used(own)]
    end = ['figure.save("figure.png")'] if any(line.startswith("figure =") for line in own) else []
    return "\n".join([_imports(own, pictures=True), *_encoder(cache, own), *loaded, *own, *end])


def notebook_of(cache: FeatureCache, state: ViewState, uploads: Uploads) -> File:
    """A notebook of the present view, with its pictures inside."""
    own, view = _lines(state, uploads), VIEWS[state.view]
    pictures = {slot: cache.picture(state, uploads, slot) for slot in _used(own)}
    end = ["figure"] if any(line.startswith("figure =") for line in own) else []
    cells = ["\n".join([_imports(own), *_encoder(cache, own)]), "\n".join([*own, *end])]
    words = [view.about, f"`{state.link()}` behind the address of the page opens the same view."]
    return File(notebook(view.title, words, pictures, cells), f"vgg19-{state.layer}-{state.view}.ipynb")


def _lines(state: ViewState, uploads: Uploads) -> Sequence[str]:
    own = list(VIEWS[state.view].code(state))
    return [MIXED, *own] if uploads.others and "painting" in _used(own) else own


def _used(own: Sequence[str]) -> list[str]:
    """The pictures that the lines use, by the names of their variables."""
    return [slot for slot in SLOTS if any(re.search(rf"\b{slot}\b", re.sub('".*?"', "", line)) for line in own)]


def _imports(own: Sequence[str], pictures: bool = False) -> str:
    names = ["explore", "load_encoder"] + ["load_picture"] * pictures
    names += [name for name in ("stylize", "transfer", "Settings") if any(f"{name}(" in line for line in own)]
    return f"from nst_core import {', '.join(names)}"


def _encoder(cache: FeatureCache, own: Sequence[str]) -> list[str]:
    """The line that loads the network with the page's weights."""
    name = cache.worker.encoder.name
    return [f"encoder = load_encoder({'' if name == 'oxford' else repr(name)})"] * any(
        "encoder" in line for line in own
    )


def _path(state: ViewState, uploads: Uploads, slot: str) -> str:
    """A bundled picture's path in the project's folder; for an uploaded one a name to be replaced by the visitor's."""
    if getattr(uploads, slot) is not None:
        return f"{slot}.png"
    path = Path(getattr(examples.PAIRS[state.pair], slot))
    return path.relative_to(examples.ASSETS.parent).as_posix()
