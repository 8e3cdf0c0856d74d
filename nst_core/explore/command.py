"""The command `python -m nst_core explore PICTURE --layer relu4_1 -o DIR`: what VGG19 computes in one layer, as files."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from nst_core.errors import NSTError, PictureError
from nst_core.images import load_picture
from nst_core.layers import NORMS
from nst_core.saving import write_file
from nst_core.weights import load_encoder

from .channels import SORTS
from .files import Shown, layer_files
from .grams import MODES
from .look import SIZE, look
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
    parser.add_argument("--mode", choices=MODES, default="gram", help="reading of the Gram matrix (default: gram)")
    parser.add_argument(
        "--order-of",
        metavar="PICTURE",
        help="take the order of the Gram matrix from this picture; --sort difference compares with it",
    )
    parser.add_argument("--weights", default="oxford", help="oxford, torchvision, or a state dict (default: oxford)")
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
    for file in files:
        if (folder / file).exists() and not options.force:
            raise PictureError(f"{file!r} exists already. Choose another folder, or replace it with --force.")
    for file, data in files.items():
        write_file(folder / file, data)
    return [folder / file for file in files]


def _base_name(options: argparse.Namespace) -> str:
    """What the names of all files begin with: picture and layer, and the options that change the numbers."""
    name = f"{Path(options.picture).stem}-{options.layer}"
    name += f"-{options.size}px" if options.size != SIZE else ""
    return name + (f"-order-of-{Path(options.order_of).stem}" if options.order_of else "")
