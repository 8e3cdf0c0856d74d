"""Keeps the picture of a run for its visitor, whatever ends the run."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from PIL import Image

from nst_core.step import Step

from .. import status_line
from ..compute.kept_results import KeptPicture, KeptResult, KeptResults
from ..error_log import log_error
from . import kept_text, regions_actions
from .file_names import FILE, file_name
from .painted import preview
from .updates import Finished, Run, Update

THUMBNAIL_SIDE = 160  # pixels on the longer side


def keeping(views: Iterator[Update], run: Run, key: str | None, left: Callable[[], bool]) -> Iterator[Update]:
    """Yields the `views` of `run` unchanged, and keeps its result for the visitor with this `key`, however the run ends.

    A run that ends before its first evaluation has no result. `left()` says whether the client has left. Without a key
    nothing is kept.
    """
    if key is None:
        yield from views
        return
    kept = _KeptRun(run, run.worker.kept, key)
    ended = over = False
    try:
        with closing(views):  # type: ignore[type-var]
            for view in views:
                if isinstance(view, Finished):
                    ended = True
                    kept.add(view, left())
                yield view
    except GeneratorExit:
        # The client has left between two evaluations. Gradio closes generators in its event loop, where making a PNG
        # would hold up everybody.
        if not ended:
            over = True
            threading.Thread(target=kept.add_left, daemon=True).start()
        raise
    finally:
        if not over:
            kept.end()


class _KeptRun:
    """Puts the result of one run into the store. An error here is logged and does not disturb the run."""

    def __init__(self, run: Run, store: KeptResults, key: str) -> None:
        self._run, self._store, self._key = run, store, key
        self._pictures: list[KeptPicture] = []
        store.begin(key)
        self._safely(self._read)  # the files may be deleted during a long run

    def end(self) -> None:
        """The run is over."""
        self._store.end(self._key)

    def add(self, view: Finished, left: bool) -> None:
        """Keep the result, if there is any. `left`: the visitor was away."""
        if view.step.evaluation and self._pictures:
            self._safely(lambda: self._store.add(self._key, self._result(view, left)))

    def add_left(self) -> None:
        """Keep what the run had reached when its visitor left, and end it."""
        step = self._run.step
        if step is not None and step.evaluation:
            self._safely(lambda: self.add(self._run.finished(step), left=True))
        self.end()

    def _read(self) -> None:
        pictures = [self._run.photo, *self._run.paintings]
        self._pictures = [self._store.picture(file_name(picture), _file(picture)) for picture in pictures]

    def _result(self, view: Finished, left: bool) -> KeptResult:
        step = view.step
        photo, *paintings = self._pictures
        return KeptResult(
            photo=photo,
            paintings=tuple(paintings),
            settings=self._run.settings,
            png=view.png,
            filename=view.filename,
            thumbnail=_webp(preview(view.picture, THUMBNAIL_SIDE)),
            width=step.width,
            height=step.height,
            evaluation=step.evaluation,
            evaluations=step.evaluations,
            ended="left" if left else step.ended or "stopped",
            status=_away(step) if left else view.status,
            recipe=view.recipe,
            by_term=view.by_term,
            by_layer=view.by_layer,
            losses_csv=view.losses,
            reached=self._run.evaluations(step),
            share=self._run.share,
            losses=self._run.history.last,
            drawn=regions_actions.png(self._run.drawn) if self._run.drawn else b"",
        )

    def _safely(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:
            log_error(error)


def _away(step: Step) -> str:
    words = kept_text.away(step.evaluation, step.evaluations)
    return status_line.status(words, step.evaluation / max(step.evaluations, 1))


def _file(picture: Image.Image) -> bytes:
    """The file that was uploaded; a PNG of a picture that did not come from a file."""
    return Path(picture.info[FILE]).read_bytes() if FILE in picture.info else _encoded(picture, "PNG")


def _webp(picture: Image.Image) -> bytes:
    return _encoded(picture, "WEBP")


def _encoded(picture: Image.Image, kind: str) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind)
    return file.getvalue()
