"""The command line: python -m nst_core CONTENT STYLE -o OUT.png, and python -m nst_core explore PICTURE -o DIR.

`pip install .` gives it the name `nst`. Exit codes: 0 done, 1 saved elsewhere than asked or ended by an error, 2 bad input,
128 + the signal's number when stopped (130 by Ctrl-C). What is true of the picture is true of a time-lapse.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from PIL import Image

from .advice import warnings_for
from .devices import choose_precision
from .errors import NSTError, PictureError
from .explore import command as explore
from .images import load_picture, picture_sha256
from .memory import check_memory
from .options import parser
from .output import Output, check_output
from .plan import plan_levels
from .preview import Preview
from .process_memory import keep_freed_memory, peak_mb
from .recipe import finite, make_recipe, read_recipe, style_hashes
from .saving import encode
from .settings import FIELDS, STYLE_WEIGHTS, Settings
from .stop_signals import StopSignals
from .terminal import ProgressBar, fill_closed_streams, say, tell
from .time_lapse_file import TimeLapseFile
from .transfer import Step, transfer
from .vgg import Encoder
from .weights import SOURCES, load_encoder

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
            return _run(parser().parse_args(arguments), stop)
        except NSTError as error:
            say(f"error: {error}")
            return 2
        except KeyboardInterrupt:
            say("Stopped; nothing was saved.")
            return stop.exit_code


def _settings(recipe: dict[str, Any], given: dict[str, Any], photo: Image.Image) -> Settings:
    """The recipe's settings, overridden by the flags that were given; size "photo" is the photo's, within the bounds."""
    if given.get("size") == "photo":
        bounds = FIELDS["size"].metadata
        given = {**given, "size": min(max(*photo.size, bounds["low"]), bounds["high"])}
    taken = dict(recipe.get("settings", {}))
    # Another objective has another scale and gets its own default style_weight, unless the recipe's was chosen by hand.
    if "objective" in given and taken.get("style_weight") == STYLE_WEIGHTS.get(str(taken.get("objective"))):
        taken.pop("style_weight", None)
    return Settings.from_dict({**taken, **given})


def _run(options: argparse.Namespace, stop: StopSignals) -> int:
    keep_freed_memory()
    inputs = (options.content, *options.style, options.recipe, options.weights)
    output = check_output(options.output, inputs, options.force)
    if options.bits == 16 and output.kind != "TIFF":
        raise PictureError(
            "Only a TIFF has 16 bits a channel here. Give the output the ending .tif, or leave --bits out."
        )
    if output.path is None and options.json:
        raise PictureError("-o - and --json both write to standard output. Choose one of them.")
    recipe = read_recipe(options.recipe) if options.recipe else {}
    given = {name: value for name, value in vars(options).items() if name in FIELDS}
    content, styles = _pictures(options)
    settings = _settings(recipe, given, content)
    settings.shares(len(styles))  # raises an error when mix has another number of weights
    size = plan_levels(settings, *content.size)[-1].size
    preview = Preview(options.preview, size, options.force) if options.preview else None
    time_lapse = TimeLapseFile.of(options, output, inputs)
    encoder = load_encoder(options.weights or _recipe_weights(recipe), options.device, options.weights_norm)
    if encoder.device.type == "cpu":
        check_memory(settings, *content.size)
    _compare(recipe, content, styles, encoder, settings)
    for words in warnings_for(content, styles, settings):
        say(f"note: {words}")
    watchers = [watcher for watcher in (preview, time_lapse) if watcher]
    step, failure = _paint(content, styles, settings, encoder, watchers, stop)
    data = encode(
        step.best if options.bits == 16 else step.picture(),
        make_recipe(settings, content, styles, encoder, step),
        output.kind,
    )
    code = _save(data, step, output, failure)
    if time_lapse:
        code = max(code, time_lapse.save(step))
    if options.json:
        tell(json.dumps(_summary(step, settings)))
    return stop.exit_code if stop() and not step.done else code


def _pictures(options: argparse.Namespace) -> tuple[Image.Image, list[Image.Image]]:
    """The photo and the paintings; one of them may come from standard input."""
    names = [options.content, *options.style]
    if names.count("-") > 1:
        raise PictureError("Standard input can be one picture only. Give the paths of the others.")
    if "-" in names and sys.stdin is None:
        raise PictureError("Standard input is closed. Give the path of a picture.")
    content, *styles = (load_picture(sys.stdin.buffer if name == "-" else name) for name in names)
    return content, styles


def _paint(
    content: Image.Image,
    styles: list[Image.Image],
    settings: Settings,
    encoder: Encoder,
    watchers: Sequence[Preview | TimeLapseFile],
    stop: StopSignals,
) -> tuple[Step, str]:
    """The last step, and the error that ended the run, in words ("" when none did).

    After the first evaluation a signal ends the run by `stop`, and so does an error: the picture so far is then saved.
    """
    step, failure = None, ""
    with ProgressBar(settings.evaluations) as bar:
        try:
            for step in transfer(content, styles, settings, encoder, stop):
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


def _recipe_weights(recipe: dict[str, Any]) -> str:
    name = str(recipe.get("weights", {}).get("name", "oxford"))
    if name not in SOURCES:
        raise PictureError(f"The recipe used the weights file {name!r}. Give it, or others, with --weights.")
    return name


def _compare(
    recipe: dict[str, Any], content: Image.Image, styles: list[Image.Image], encoder: Encoder, settings: Settings
) -> None:
    """Print what differs from the run that the recipe is of: the result will then differ too."""
    used = {
        "photo": (recipe.get("content_sha256"), picture_sha256(content)),
        **_paintings_used(style_hashes(recipe), styles),
        "VGG19": (recipe.get("weights", {}).get("sha256"), encoder.sha256),
        "precision": (recipe.get("result", {}).get("precision"), choose_precision(settings.precision, encoder.device)),
    }
    for what, (then, now) in used.items():
        if then and then != now:
            say(f"note: the recipe was made with another {what}; the result will differ.")


def _paintings_used(then: list[str], styles: list[Image.Image]) -> dict[str, tuple[str | None, str | None]]:
    """{words for a painting: (its hash in the recipe, its hash now)}; None where there are fewer."""
    now = [picture_sha256(style) for style in styles]
    if len(then) == len(now) == 1:
        return {"painting": (then[0], now[0])}
    pairs = zip_longest(then, now)
    return {f"painting {number}": pair for number, pair in enumerate(pairs, start=1)}


if __name__ == "__main__":
    sys.exit(main())
