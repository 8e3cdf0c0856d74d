"""A whole run, coarse to fine: start, objective and search of every level. `transfer` is the way in."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from PIL import Image
from torch import Tensor

from .devices import choose_precision
from .gram_cache import GramCache
from .images import ALPHA, load_picture, load_pictures, to_image
from .lbfgs import Evaluation
from .objective import Interrupted, Objective
from .optimize import OPTIMIZERS, Search, minimize
from .photo_colors import PhotoColors
from .places import Where, on_ground
from .plan import Level, plan_levels, sides_needed
from .process_memory import prepare_heap
from .progress import Clock
from .search_memory import SearchMemory, loss_key
from .settings import Settings
from .start import Start
from .step import Step
from .tiles import is_large
from .vgg import Encoder
from .weights import load_encoder


def steps(
    content: Any,
    style: Any,
    settings: Settings,
    encoder: Encoder | None,
    interrupted: Callable[[], bool],
    regions: Any,
    init: Any,
    memory: SearchMemory | None,
    grams: GramCache | None,
) -> Generator[Step, None, None]:
    """The steps of `transfer`, which describes the arguments. Needs torch in its usual modes (`in_usual_torch`)."""
    of_photo, of_painting = sides_needed(settings)
    photo, styles = load_picture(content, of_photo), load_pictures(style, of_painting)
    init = None if init is None else load_picture(init, of_photo)
    colors = PhotoColors(on_ground(photo), settings.colors)
    content, styles = colors.prepare_pictures(styles)
    levels = plan_levels(settings, *photo.size, start=init and init.size)
    where = Where(photo, content, regions, settings.shares(len(styles)))
    encoder = encoder or load_encoder()
    start = Start(content, styles, settings, where, init and colors.prepare_start(on_ground(init)))
    loss = loss_key(content, styles, settings.at_level(len(levels), len(levels)), encoder, where.regions)

    def delivered(picture: Tensor) -> Tensor:
        """The picture that is handed out, made from that of the run."""
        return where.apply_to_result(colors.apply_to_result(picture))

    if memory and not (memory.loss == loss and _shows(delivered(memory.picture.to(encoder.device)), init)):
        memory = None
    for step in _paint(start, levels, encoder, interrupted, loss, memory, grams):
        yield replace(step, best=delivered(step.best), alpha=photo.info.get(ALPHA))


def _shows(picture: Tensor, image: Image.Image | None) -> bool:
    """Whether `image` is `picture` (1, 3, H, W), rounded to 8 bits."""
    rounded = to_image(picture)
    return image is not None and rounded.size == image.size and rounded.tobytes() == image.tobytes()


def _paint(
    start: Start,
    levels: list[Level],
    encoder: Encoder,
    interrupted: Callable[[], bool],
    loss: tuple[Any, ...],
    memory: SearchMemory | None,
    grams: GramCache | None,
) -> Iterator[Step]:
    """The steps of a run, with the pictures of the search. Levels without evaluations are left out."""
    settings, ended, clock = start.settings, "finished", Clock(start.settings, levels)
    painted = [(number, level) for number, level in enumerate(levels, start=1) if level.evaluations]
    step = Step(
        level=painted[0][0],
        levels=len(levels),
        width=painted[0][1].width,
        height=painted[0][1].height,
        evaluations=settings.evaluations,
        best=(memory.picture if memory else start.first(painted[0][1])).to(encoder.device),
        memory=memory,
    )
    yield step
    with suppress(Interrupted):
        for number, level in painted:
            clock.enter(number - 1)
            picture, places = start.enlarged(step.best, level), start.where.at(level.size)
            prepare_heap(is_large(picture))
            begun = replace(step, level=number, width=level.width, height=level.height, best=picture)
            left, used = level.evaluations, settings.at_level(number, len(levels))
            for precision, network in _networks(encoder, memory.precision if memory else settings.precision):
                if not left or clock.level_is_over:
                    break
                objective = Objective(start.content, start.styles, used, level, network, interrupted, places, grams)
                search = _search(memory, begun.best, settings.optimizer)
                learned = SearchMemory(search, precision, loss) if level is levels[-1] else None
                memory, begun = None, replace(begun, memory=learned)
                step = _measured(begun, search.best, objective) if search.best else begun
                for step in paint_level(begun, objective, search, left, clock):
                    yield step
                    left -= 1
                begun = replace(begun, best=step.best)
                del objective, search, learned  # their memory, before the next ones are made
            if left:
                ended = "time" if clock.level_is_over or ended == "time" else "converged"
        best = start.enlarged(step.best, levels[-1])  # unchanged unless the time ran out
        width, height = levels[-1].size
        step = replace(step, best=best, width=width, height=height, elapsed=clock.elapsed, remaining=0.0)
        yield replace(step, done=True, ended=ended)


def _search(memory: SearchMemory | None, start: Tensor, optimizer: str) -> Search:
    """A search from `start`, or one that goes on where the `memory` was left, which stays as it is."""
    if memory:
        return memory.search.copied_to(start.device)
    return Search(OPTIMIZERS[optimizer](start.detach().clamp(0, 1)))


def _networks(encoder: Encoder, precision: str) -> Iterator[tuple[str, Encoder]]:
    """`encoder` in `precision`, then in float32: there a new search begins when one in bfloat16 cannot lower the loss more.

    Near the minimum the rounding errors of bfloat16 are larger than what a step still gains. With each network comes the
    name of its precision.
    """
    chosen = choose_precision(precision, encoder.device)
    for name in dict.fromkeys((chosen, "float32")):
        yield name, encoder.with_precision(name)


def paint_level(step: Step, objective: Objective, search: Search, evaluations: int, clock: Clock) -> Iterator[Step]:
    """Let `search` minimize `objective`; yields `step` with what has changed after every evaluation."""
    for found in minimize(objective, search, evaluations=evaluations):
        clock.count()
        done = _measured(step, found, objective)
        yield replace(done, evaluation=clock.evaluations, elapsed=clock.elapsed, remaining=clock.remaining)
        if clock.level_is_over:
            return


def _measured(step: Step, found: Evaluation, objective: Objective) -> Step:
    """`step` with the picture and the losses of `found`."""
    relative = objective.relative(found.terms)
    return replace(step, total=found.total, terms=found.terms, relative=relative, best=found.picture)
