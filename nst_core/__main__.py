"""The command line: python -m nst_core CONTENT STYLE -o OUT.png, and its commands batch and explore.

`pip install .` gives it the name `nst`. Exit codes: 0 done, 1 saved elsewhere than asked or ended by an error, 2 bad input,
128 + the signal's number when stopped (130 by Ctrl-C). A time-lapse that cannot be saved counts like a picture.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from PIL import Image

from . import batch
from .advice import warnings_for
from .errors import NSTError, PictureError
from .explore import command as explore
from .given_settings import given_settings, recipe_weights
from .images import ALPHA, load_picture
from .memory import check_memory
from .options import parser, start_picture
from .output import Output, check_output
from .plan import plan_levels, sides_needed
from .preview import Preview
from .process_memory import keep_freed_memory, peak_mb
from .recipe import finite, make_recipe, read_recipe
from .recipe_differences import differences
from .region_options import given_regions, region_difference, region_notes
from .saving import encode
from .settings import FIELDS, Settings
from .stop_signals import StopSignals
from .terminal import ProgressBar, fill_closed_streams, say, tell
from .time_lapse_file import TimeLapseFile
from .transfer import Step, transfer
from .weights import load_encoder

# Why a run was over before all its evaluations: the values of `Step.ended`.
ENDINGS = {
    "time": "Ended after {0} of {1} evaluations: the time is over.",
    "converged": "Ended after {0} of {1} evaluations: the loss falls no further.",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line with `arguments` (default: those of the process); returns the exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    fill_closed_streams()
    with StopSignals() as stop:
        try:
            if arguments and arguments[0] == "explore":
                return explore.main(arguments[1:])
            if arguments and arguments[0] == "batch":
                return batch.main(arguments[1:])
            return _run(parser().parse_args(arguments), stop)
        except NSTError as error:
            say(f"error: {error}")
            return 2
        except KeyboardInterrupt:
            say("Stopped; nothing was saved.")
            return stop.exit_code


def _run(options: argparse.Namespace, stop: StopSignals) -> int:
    keep_freed_memory()
    inputs = (options.content, *options.style, start_picture(options), options.recipe, options.weights, options.regions)
    output = check_output(options.output, inputs, options.force)
    if options.bits == 16 and output.kind != "TIFF":
        raise PictureError(
            "Only a TIFF has 16 bits a channel here. Give the output the ending .tif, or leave --bits out."
        )
    if output.path is None and options.json:
        raise PictureError("-o - and --json both write to standard output. Choose one of them.")
    recipe = read_recipe(options.recipe) if options.recipe else {}
    given = {name: value for name, value in vars(options).items() if name in FIELDS}
    if start_picture(options):
        del given["init"]
    content, styles, init = _pictures(options, given_settings(recipe, given))
    settings = given_settings(recipe, given, content)
    settings.shares(len(styles))  # raises an error when mix has another number of weights
    size = plan_levels(settings, *content.size, start=init.size if init else None)[-1].size
    regions = given_regions(options, recipe, content, len(styles))
    preview = Preview(options.preview, size, options.force) if options.preview else None
    time_lapse = TimeLapseFile.of(options, output, inputs)
    encoder = load_encoder(options.weights or recipe_weights(recipe), options.device, options.weights_norm)
    if encoder.device.type == "cpu":
        check_memory(settings, *content.size, regions is not None)
    notes = [*differences(recipe, content, styles, init, encoder, settings), *region_difference(recipe, regions)]
    notes += [*warnings_for(content, styles, settings), *region_notes(content, len(styles), settings, regions)]
    if ALPHA in content.info and output.kind == "JPEG":
        notes.append("A JPEG has no transparency: the transparent places of the photo will be white.")
    for words in notes:
        say(f"note: {words}")
    steps = transfer(content, styles, settings, encoder, stop, regions=regions, init=init)
    watchers = [watcher for watcher in (preview, time_lapse) if watcher]
    step, failure = _paint(steps, settings, watchers, stop)
    data = encode(
        step.best if options.bits == 16 else step.picture(),
        make_recipe(settings, content, styles, encoder, step, regions, init),
        output.kind,
        step.alpha,
    )
    code = _save(data, step, output, failure)
    if time_lapse:
        code = max(code, time_lapse.save(step))
    if options.json:
        tell(json.dumps(_summary(step, settings)))
    return stop.exit_code if stop() and not step.done else code


def _pictures(
    options: argparse.Namespace, settings: Settings
) -> tuple[Image.Image, list[Image.Image], Image.Image | None]:
    """The photo, the paintings and the picture to start with; one of them may come from standard input.

    Each is read as large as the run needs it.
    """
    init = start_picture(options)
    names = [options.content, *options.style, *([init] if init else [])]
    if names.count("-") > 1:
        raise PictureError("Standard input can be one picture only. Give the paths of the others.")
    if "-" in names and sys.stdin is None:
        raise PictureError("Standard input is closed. Give the path of a picture.")
    of_photo, of_painting = sides_needed(settings, getattr(options, "size", None) == "photo")
    sides = [of_photo, *[of_painting] * len(options.style), of_photo]
    content, *others = (
        load_picture(sys.stdin.buffer if name == "-" else name, side) for name, side in zip(names, sides, strict=False)
    )
    return (content, others[:-1], others[-1]) if init else (content, others, None)


def _paint(
    steps: Iterable[Step], settings: Settings, watchers: Sequence[Preview | TimeLapseFile], stop: StopSignals
) -> tuple[Step, str]:
    """The last of `steps`, and the error that ended the run, in words ("" when none did).

    After the first evaluation a signal ends the run by `stop`, and so does an error: the picture so far is then saved.
    """
    step, failure = None, ""
    with ProgressBar(settings.evaluations) as bar:
        try:
            for step in steps:
                if step.evaluation:
                    stop.hold()
                bar.show(step)
                for watcher in watchers:
                    watcher.show(step)
        except KeyboardInterrupt:  # just before `hold`
            if step is None or not step.evaluation:
                raise
        except Exception as error:
            if step is None or not step.evaluation:
                raise
            failure = f"{type(error).__name__}: {error}"
    if step is None or not step.evaluation:
        raise KeyboardInterrupt
    return (step if step.done else replace(step, ended="stopped")), failure


def _save(data: bytes, step: Step, output: Output, failure: str) -> int:
    """Save the picture's file and say what there is to say; returns the exit code of a run that no signal ended."""
    where, why = output.save(data)
    if failure:
        say(f"error: the run ended early ({failure}).")
    if step.ended in ENDINGS:
        say(ENDINGS[step.ended].format(step.evaluation, step.evaluations))
    if step.ended == "stopped":
        say(f"Stopped. The picture so far is in {where}.")
    if why:
        say(f"{why} The picture is in {where}.")
    return 1 if failure or why else 0


def _summary(step: Step, settings: Settings) -> dict[str, Any]:
    peak = peak_mb()
    return {
        "width": step.width,
        "height": step.height,
        "evaluations": step.evaluation,
        "ended": step.ended,
        "seconds": round(step.elapsed, 2),
        "losses": {"total": finite(step.total)} | {str(term): finite(value) for term, value in step.terms.items()},
        "peak_rss_mb": peak and round(peak),
        "settings": settings.to_dict(),
    }


if __name__ == "__main__":
    sys.exit(main())
