"""The options of the command line: a flag for every setting, and a few besides."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, NoReturn

from .errors import PictureError
from .layers import NORMS, SOURCES
from .recipe import VERSION
from .region_options import add_region_options
from .settings import FIELDS
from .sources import shown
from .time_lapse import LONGEST, SECONDS, SHORTEST

OUTPUT = (
    "the picture to write: .png (also when there is no ending), .jpg, .webp or .tif; - writes a PNG to standard output"
)

INITS = FIELDS["init"].metadata["choices"]
METAVARS = {"init": f"{{{','.join(INITS)}}}|PICTURE"}
MORE = {"size": "; photo: the photo's", "init": "; or a picture of the photo's proportions to go on from"}


def parser() -> argparse.ArgumentParser:
    """The parser of `python -m nst_core`. A setting whose flag is not given has no attribute in its result."""
    parser = Parser(
        prog=program(),
        description="Paint a photograph in the style of a painting (VGG19, Gatys et al.).",
        epilog=f"{program()} batch --help: many pictures, on one machine or many. "
        f"{program()} explore --help: feature maps and Gram matrices of a picture, as files.",
    )
    parser.add_argument("content", metavar="CONTENT", help="the photograph; - reads standard input")
    parser.add_argument("style", metavar="STYLE", nargs="+", help="the painting; several are mixed")
    parser.add_argument("-o", "--output", metavar="OUT", required=True, help=OUTPUT)
    add_region_options(parser)
    parser.add_argument("--bits", type=int, choices=(8, 16), default=8, help="bits a channel; 16 for .tif (default: 8)")
    parser.add_argument("--force", action="store_true", help="replace a file, or previews, that exist already")
    add_setting_options(parser)
    add_network_options(parser)
    parser.add_argument(
        "--preview", metavar="DIR", help="write the picture so far into this folder about once a second"
    )
    parser.add_argument(
        "--time-lapse", metavar="FILE", help="write a film of the run: .mp4 (also when there is no ending) or .webp"
    )
    parser.add_argument(
        "--time-lapse-seconds",
        type=float,
        metavar="SECONDS",
        default=SECONDS,
        help=f"length of the time-lapse, {SHORTEST:g} to {LONGEST:g} (default: {SECONDS:g})",
    )
    parser.add_argument("--json", action="store_true", help="print one line of JSON on stdout at the end")
    parser.add_argument("--version", action="version", version=f"nst_core {VERSION}")
    return parser


def add_setting_options(parser: argparse.ArgumentParser, start_picture: bool = True) -> None:
    """Add --recipe and a flag for every setting. One that is not given has no attribute in the parser's result.

    `start_picture` is whether --init may also be a picture.
    """
    for name, field in FIELDS.items():
        free = name == "init" and start_picture
        choices = None if free else field.metadata.get("choices")
        default = "" if field.default in (None, ()) else f" (default: {_shown(field.default)})"
        parser.add_argument(
            f"--{name.replace('_', '-')}",
            default=argparse.SUPPRESS,
            choices=choices,
            metavar=None if choices else METAVARS.get(name) or name.split("_")[-1].upper(),
            help=field.metadata["words"].replace("%", "%%") + (MORE.get(name, "") if not choices else "") + default,
        )
    parser.add_argument(
        "--recipe", metavar="OUT.png", help="take the settings from a picture this program painted; flags override"
    )


def add_network_options(parser: argparse.ArgumentParser) -> None:
    """Add --weights, --weights-norm and --device."""
    parser.add_argument(
        "--weights", metavar="NAME|PATH", help=f"{', '.join(SOURCES)}, or a state dict (default: oxford)"
    )
    parser.add_argument(
        "--weights-norm", choices=sorted(NORMS), default="torchvision", help="normalisation that a state dict expects"
    )
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps (default: auto)")


def start_picture(options: argparse.Namespace) -> str | None:
    """The path given with --init, - for standard input; None when it was one of the words, or not given.

    Raises `PictureError` for what is neither: a misspelt word should not be called a missing file.
    """
    given: str | None = getattr(options, "init", None)
    if given is None or given in INITS:
        return None
    if given != "-" and not Path(given).exists():
        raise PictureError(f"{shown(Path(given))} is no file, nor one of {', '.join(INITS)}. Start with one of these.")
    return given


class Parser(argparse.ArgumentParser):
    """Ends the program with one sentence for arguments that it does not understand."""

    def error(self, message: str) -> NoReturn:
        """Exit with code 2 and one sentence, without the list of all flags that argparse prints before it."""
        self.exit(2, f"error: {message}. See {self.prog} --help.\n")


def program() -> str:
    """How this program was started: with the installed command `nst`, or as a module."""
    return "nst" if Path(sys.argv[0]).stem == "nst" else "python -m nst_core"


def _shown(default: Any) -> str:
    if isinstance(default, tuple):
        return ",".join(default)
    return f"{default:g}" if isinstance(default, float) else str(default)
