"""The program: paint a photograph in the style of a painting (Gatys, Ecker & Bethge 2016), coarse to fine."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from PIL import Image
from torch import Tensor

from .devices import choose_precision, usual_torch
from .gram_cache import GramCache
from .images import ALPHA, load_picture, load_pictures, to_image
from .lbfgs import Evaluation
from .objective import Interrupted, Objective, never
from .optimize import OPTIMIZERS, Search, minimize
from .photo_colors import PhotoColors
from .places import Where, on_ground
from .plan import Level, plan_levels
from .progress import Clock
from .search_memory import SearchMemory, loss_key
from .settings import Settings
from .start import Start
from .step import Step
from .vgg import Encoder
from .weights import load_encoder


def stylize(
    content: Any,
    style: Any,
    settings: Settings | None = None,
    encoder: Encoder | None = None,
    *,
    regions: Any = None,
) -> Image.Image:
    """Run `transfer`, with its arguments and errors, to the end; returns the picture, 8-bit RGB (see `Step.picture`)."""
    for step in transfer(content, style, settings, encoder, regions=regions):
        last = step
    return last.picture()


def transfer(
    content: Any,
    style: Any,
    settings: Settings | None = None,
    encoder: Encoder | None = None,
    interrupted: Callable[[], bool] = never,
    *,
    regions: Any = None,
    init: Any = None,
    memory: SearchMemory | None = None,
    grams: GramCache | None = None,
) -> Generator[Step, None, None]:
    """Paint `content` in the style of `style`; yields a `Step` after every evaluation.

    Both are anything that `load_picture` takes; `style` may also be a list of several paintings, which are mixed.
    The first step comes before any evaluation; the last has `done` set, the size asked for, and the reason in `ended`.
    Closing the generator ends the run within one evaluation; the steps yielded before stay valid. `interrupted` is called
    before every convolution, forward and backward; once it returns True, the generator ends without a step that is `done`.
    `encoder` defaults to `load_encoder()`. `regions` says which painting is used where: `Regions`, or a map in the usual
    colours, as `read_regions` takes it. The places where the photo is transparent stay so.

    `init` is a picture to start with, of the photo's proportions, instead of what `settings.init` says. With the picture
    and the `memory` of the last step of another run, M evaluations are bit for bit the M that would have followed at its
    last level. `memory` is ignored, and the run starts from `init` alone, unless `init` is its picture, and the pictures,
    weights and settings that the loss depends on are the same. Gram matrices of the paintings that are in `grams` from
    another run are not computed again.

    Errors come with the first step, not with the call. Raises `PictureError` for a photo too narrow for the chosen layers
    or transparent everywhere and for an `init` of other proportions, and `SettingError` when `settings.mix` has another
    number of weights than there are paintings; otherwise as `load_picture`, `read_regions` and `load_encoder`.
    """
    steps = _steps(content, style, settings or Settings(), encoder, interrupted, regions, init, memory, grams)
    try:
        while True:
            with usual_torch():
                step = next(steps, None)
            if step is None:
                return
            yield step
    finally:
        steps.close()


def _steps(
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
    photo, styles = load_picture(content), load_pictures(style)
    init = None if init is None else load_picture(init)
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
