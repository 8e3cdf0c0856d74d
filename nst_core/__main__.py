"""The command line: python -m nst_core CONTENT STYLE -o OUT.png, and python -m nst_core explore PICTURE -o DIR.

`pip install .` gives it the name `nst`. Exit codes: 0 done, 2 bad input, 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image
from tqdm import tqdm

from .devices import choose_precision
from .errors import NSTError, PictureError
from .explore import command as explore
from .images import load_picture, picture_sha256
from .options import parser
from .plan import plan_levels
from .process_memory import keep_freed_memory, peak_mb
from .progress import Throttle
from .recipe import finite, make_recipe, part_of, read_recipe, save_png
from .settings import FIELDS, STYLE_WEIGHTS, Settings
from .transfer import Step, transfer
from .vgg import Encoder
from .weights import SOURCES, load_encoder

PREVIEW_SECONDS = 1.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line with `arguments` (default: those of the process); returns the exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        if arguments and arguments[0] == "explore":
            return explore.main(arguments[1:])
        return _run(parser().parse_args(arguments))
    except NSTError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped; nothing was saved.", file=sys.stderr)
        return 130


def _settings(recipe: dict[str, Any], given: dict[str, Any]) -> Settings:
    """The recipe's settings, overridden by the flags that were given."""
    taken = dict(recipe.get("settings", {}))
    # Another objective has another scale and gets its own default style_weight, unless the recipe's was chosen by hand.
    if "objective" in given and taken.get("style_weight") == STYLE_WEIGHTS.get(str(taken.get("objective"))):
        taken.pop("style_weight", None)
    return Settings.from_dict({**taken, **given})


def _run(options: argparse.Namespace) -> int:
    keep_freed_memory()
    recipe = read_recipe(options.recipe) if options.recipe else {}
    given = {name: value for name, value in vars(options).items() if name in FIELDS}
    settings = _settings(recipe, given)
    content, style = load_picture(options.content), load_picture(options.style)
    plan_levels(settings, *content.size)
    output, preview = _writable_png(options.output), _folder(options.preview)
    encoder = load_encoder(options.weights or _recipe_weights(recipe), options.device, options.weights_norm)
    _compare(recipe, content, style, encoder, settings)
    step, stopped = _paint(content, style, settings, encoder, preview)
    save_png(step.picture(), output, make_recipe(settings, content, style, encoder, step))
    if stopped:
        print(f"Stopped. The picture so far is in {options.output}.", file=sys.stderr)
    if options.json:
        print(json.dumps(_summary(step, settings)), flush=True)
    return 130 if stopped else 0


def _paint(
    content: Image.Image, style: Image.Image, settings: Settings, encoder: Encoder, preview: Path | None
) -> tuple[Step, bool]:
    """The last step, and whether Ctrl-C ended the run."""
    preview_is_due, count = Throttle(PREVIEW_SECONDS), 0
    with tqdm(total=settings.evaluations, bar_format="{desc} |{bar}| {n_fmt}/{total_fmt}{postfix}") as bar:
        try:
            for step in transfer(content, style, settings, encoder):
                bar.update(step.evaluation - bar.n)
                bar.set_description_str(f"level {step.level} of {step.levels}", refresh=False)
                if step.evaluation:
                    bar.set_postfix_str(f"loss {step.total:.3g}, {step.remaining:.0f} s left", refresh=False)
                if preview and (preview_is_due() or step.done):
                    try:
                        step.picture().save(preview / f"{count:05d}.jpg", quality=90)
                    except OSError as error:  # no reason to end the run
                        print(f"note: no more previews, they cannot be written ({error.strerror}).", file=sys.stderr)
                        preview = None
                    count += 1
        except KeyboardInterrupt:
            if bar.n == 0:
                raise
            return step, True
    return step, False


def _summary(step: Step, settings: Settings) -> dict[str, Any]:
    peak = peak_mb()
    return {
        "width": step.width,
        "height": step.height,
        "evaluations": step.evaluation,
        "seconds": round(step.elapsed, 2),
        "losses": {"total": finite(step.total)} | {str(term): finite(value) for term, value in step.terms.items()},
        "peak_rss_mb": peak and round(peak),
        "settings": settings.to_dict(),
    }


def _writable_png(name: str) -> Path:
    """The path of the PNG to write, checked before the run: nobody should wait for a picture that cannot be saved."""
    path = Path(name)
    if path.suffix.lower() != ".png":
        raise PictureError(f"The result is a PNG; {path.name!r} does not end in .png. Rename it.")
    try:
        if path.is_dir():
            raise IsADirectoryError
        part = part_of(path)
        part.touch()
        part.unlink()
    except (OSError, ValueError):
        raise PictureError(f"{path.name!r} cannot be written there. Choose another folder or file name.") from None
    return path


def _folder(name: str | None) -> Path | None:
    if name is None:
        return None
    try:
        Path(name).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PictureError(f"The preview folder {name!r} cannot be made ({error.strerror}). Choose another.") from None
    return Path(name)


def _recipe_weights(recipe: dict[str, Any]) -> str:
    name = str(recipe.get("weights", {}).get("name", "oxford"))
    if name not in SOURCES:
        raise PictureError(f"The recipe used the weights file {name!r}. Give it, or others, with --weights.")
    return name


def _compare(
    recipe: dict[str, Any], content: Image.Image, style: Image.Image, encoder: Encoder, settings: Settings
) -> None:
    """Print what differs from the run that the recipe is of: the result will then differ too."""
    used = {
        "photo": (recipe.get("content_sha256"), picture_sha256(content)),
        "painting": (recipe.get("style_sha256"), picture_sha256(style)),
        "VGG19": (recipe.get("weights", {}).get("sha256"), encoder.sha256),
        "precision": (recipe.get("result", {}).get("precision"), choose_precision(settings.precision, encoder.device)),
    }
    for what, (then, now) in used.items():
        if then and then != now:
            print(f"note: the recipe was painted with another {what}; the result will differ.", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
