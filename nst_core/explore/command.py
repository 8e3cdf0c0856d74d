"""The command `python -m nst_core explore PICTURE --layer relu4_1 -o DIR`: what VGG19 computes in one layer, as files."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from nst_core.errors import NSTError, PictureError
from nst_core.gram_changes import read_changes
from nst_core.images import load_picture
from nst_core.layers import NORMS
from nst_core.saving import write_file
from nst_core.vgg import Encoder
from nst_core.weights import load_encoder

from . import figures
from .channels import SORTS
from .files import Shown, layer_files
from .grams import MODES
from .grid import COLUMNS
from .look import SIZE, Look, look
from .notebook import notebook
from .sheet import SCALES

SMALLEST_SIZE, LARGEST_SIZE = 32, 2048  # pixels


def main(arguments: Sequence[str]) -> int:
    """Write the files, print their paths, and return the exit code: 0 done, 2 bad input."""
    options = parser().parse_args(arguments)
    try:
        for path in _write_files(options):
            print(path)
    except NSTError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def parser() -> argparse.ArgumentParser:
    """The command's options; the help explains every choice in the words of its table."""
    tables = {"--sort": SORTS, "--scale": SCALES, "--mode": MODES}
    parser = argparse.ArgumentParser(
        prog="python -m nst_core explore",
        description="Write the feature maps and the Gram matrix of a picture in one layer of VGG19 as files.",
        epilog="\n\n".join(_choices_in_words(option, table) for option, table in tables.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("picture", metavar="PICTURE")
    parser.add_argument("--layer", default="relu4_1", help="any of VGG19's 37 layers (default: relu4_1)")
    parser.add_argument("-o", "--output", metavar="DIR", required=True, help="folder for the files")
    parser.add_argument("--force", action="store_true", help="replace files that exist already")
    parser.add_argument("--size", type=int, default=SIZE, help=f"longer side in pixels (default: {SIZE})")
    parser.add_argument("--sort", choices=SORTS, default="mean", help="order of the sheet (default: mean)")
    parser.add_argument("--scale", choices=SCALES, default="own", help="brightness of the sheet (default: own)")
    parser.add_argument("--channel", type=int, metavar="N", help="also write the map of this channel, from 0")
    parser.add_argument("--kernels", action="store_true", help="also write the kernels of that channel (0 without one)")
    parser.add_argument(
        "--unit", type=_unit, metavar="ROW,COLUMN", help="also write the sum of that unit of the channel, from 0"
    )
    parser.add_argument(
        "--gradient",
        nargs=2,
        metavar=("PHOTO", "PAINTING"),
        help="also write which way content and style want PICTURE changed, a result of these two",
    )
    parser.add_argument(
        "--change",
        nargs=2,
        metavar=("PHOTO", "CHANGES"),
        help="also write drafts of PHOTO, painted after PICTURE without and with these changes of its Gram matrices, as "
        "--gram-changes takes them (seconds)",
    )
    parser.add_argument(
        "--steps", metavar="PAINTING", help="also paint PICTURE after this from noise, and write steps of it (seconds)"
    )
    parser.add_argument(
        "--grid", metavar="PAINTING", help="also paint PICTURE with it, as a sheet of small drafts (minutes)"
    )
    parser.add_argument(
        "--grid-by", choices=COLUMNS, default="weight", help="what the columns of that sheet change (default: weight)"
    )
    parser.add_argument("--excite", action="store_true", help="also write pictures that excite that channel (seconds)")
    parser.add_argument(
        "--notebook", action="store_true", help="also write a Jupyter notebook that makes these pictures"
    )
    parser.add_argument("--mode", choices=MODES, default="gram", help="reading of the Gram matrix (default: gram)")
    parser.add_argument(
        "--order-of",
        metavar="PICTURE",
        help="take the order of the Gram matrix from this picture; --sort difference compares with it",
    )
    parser.add_argument("--weights", default="oxford", help="oxford, torchvision, untrained, or a state dict")
    parser.add_argument(
        "--weights-norm", choices=sorted(NORMS), default="torchvision", help="normalisation that a state dict expects"
    )
    return parser


def _choices_in_words(option: str, table: dict[str, str]) -> str:
    width = max(map(len, table)) + 2
    return "\n".join([f"{option}:", *(f"  {name:{width}}{words}" for name, words in table.items())])


def _write_files(options: argparse.Namespace) -> list[Path]:
    shown = Shown(options.layer, options.sort, options.scale, options.mode, options.channel)
    if not SMALLEST_SIZE <= options.size <= LARGEST_SIZE:
        raise PictureError(f"--size is {options.size}; choose {SMALLEST_SIZE} to {LARGEST_SIZE} pixels.")
    if options.sort == "difference" and not options.order_of:
        raise PictureError("--sort difference needs another picture to differ from. Name one with --order-of.")
    picture = load_picture(options.picture)
    other = load_picture(options.order_of) if options.order_of else None
    folder = Path(options.output)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PictureError(f"The folder {folder.name!r} cannot be made ({error.strerror}). Choose another.") from None
    encoder = load_encoder(options.weights, norm=options.weights_norm)
    view = look(picture, encoder, options.size)
    files = layer_files(view, shown, _base_name(options), look(other, encoder, options.size) if other else None)
    files |= _asked_for(options, view, encoder, _base_name(options))
    for file in files:
        if (folder / file).exists() and not options.force:
            raise PictureError(f"{file!r} exists already. Choose another folder, or replace it with --force.")
    for file, data in files.items():
        write_file(folder / file, data)
    return [folder / file for file in files]


def _unit(text: str) -> tuple[int, int]:
    """ "10,12" -> (10, 12). Raises ValueError for anything else, which argparse reports."""
    row, column = map(int, text.split(","))
    return row, column


def _asked_for(options: argparse.Namespace, view: Look, encoder: Encoder, name: str) -> dict[str, bytes]:
    """File name -> PNG of what is written only when its option is given. Raises `PictureError`."""
    files, channel = {}, options.channel or 0
    if options.kernels:
        files[f"{name}-kernels-{channel}.png"] = figures.kernels_png(encoder, options.layer, channel)
    if options.unit:
        row, column = options.unit
        unit = figures.unit_png(view, encoder, options.layer, channel, options.unit)
        files[f"{name}-unit-{channel}-{row}-{column}.png"] = unit
    if options.steps:
        both = load_picture(options.picture), load_picture(options.steps)
        steps = figures.steps_png(both, encoder, options.layer, channel, options.size)
        files |= {f"{name}-step-{number:03}-{channel}.png": data for number, data in steps.items()}
    if options.excite:
        files[f"{name}-excite-{channel}.png"] = figures.excite_png(encoder, options.layer, channel)
    if options.notebook:
        files[f"{name}.ipynb"] = _notebook(options, view)
    if options.change:
        photo, changes = load_picture(options.change[0]), read_changes("--change", options.change[1])
        files[f"{name}-drafts.png"] = figures.drafts_png(view, photo, load_picture(options.picture), encoder, changes)
    if options.gradient:
        pictures = [load_picture(path) for path in (options.picture, *options.gradient)]
        files[f"{name}-gradient.png"] = figures.gradient_png(pictures, encoder, options.size)
    if options.grid:
        photo, painting = load_picture(options.picture), load_picture(options.grid)
        files[f"{name}-grid-{options.grid_by}.png"] = figures.grid_png(photo, painting, options.grid_by, encoder)
    return files


def _notebook(options: argparse.Namespace, view: Look) -> bytes:
    """A notebook with the picture inside that makes the first page of the sheet and the Gram matrix."""
    encoder = f"encoder = load_encoder({options.weights!r}, norm={options.weights_norm!r})"
    features = f"features = explore.look(picture, encoder, {options.size}).features({options.layer!r})"
    sheet = ["about = explore.statistics(features)", "order = explore.sort_channels('mean', about)"]
    matrix = ["order = explore.cluster_order(features)"]
    matrix.append(f"matrix = explore.gram_reading(features, {options.mode!r})[order][:, order]")
    cells = [
        ["from nst_core import explore, load_encoder", encoder, features],
        [*sheet, f"explore.sheet(features, about, order, 0, {options.scale!r}, signed={options.layer[:4] == 'conv'})"],
        [*matrix, f"explore.heat(matrix, 512, explore.gram_scale(matrix, {options.mode!r}))"],
    ]
    return notebook(
        f"Inside {options.layer}", [view.words(options.layer)], {"picture": view.picture}, map("\n".join, cells)
    )


def _base_name(options: argparse.Namespace) -> str:
    """What the names of all files begin with: picture and layer, and the options that change the numbers."""
    name = f"{Path(options.picture).stem}-{options.layer}"
    name += f"-{options.size}px" if options.size != SIZE else ""
    return name + (f"-order-of-{Path(options.order_of).stem}" if options.order_of else "")
