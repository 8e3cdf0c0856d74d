"""The options of the command `python -m nst_core batch`."""

from __future__ import annotations

import argparse

from .options import Parser, add_network_options, add_setting_options, program
from .saving import ENDINGS

PICTURES = "files, folders, or patterns such as 'trip/*.jpg'"


def batch_parser() -> argparse.ArgumentParser:
    """The parser of the command. A setting whose flag is not given has no attribute in its result."""
    parser = Parser(
        prog=f"{program()} batch",
        description="Paint many photographs, each in the style of each painting. Run again, it goes on where it stopped: "
        "what the folder holds already, by the recipe in each picture, is not painted again.",
    )
    parser.add_argument("photos", metavar="PHOTO", nargs="+", help=f"the photographs: {PICTURES}")
    parser.add_argument("--style", metavar="PAINTING", nargs="+", required=True, help=f"the paintings: {PICTURES}")
    parser.add_argument(
        "-o", "--output", metavar="FOLDER", required=True, help="folder for the pictures and report.jsonl"
    )
    parser.add_argument("--pair", action="store_true", help="the first photo with the first painting, and so on")
    parser.add_argument(
        "--format",
        choices=[ending[1:] for ending in ENDINGS],
        default="png",
        help="format of the pictures (default: png)",
    )
    parser.add_argument("--bits", type=int, choices=(8, 16), default=8, help="bits a channel; 16 for tif (default: 8)")
    add_setting_options(parser, start_picture=False)
    add_network_options(parser)
    parser.add_argument(
        "--ray",
        metavar="auto|ADDRESS",
        help="paint on the machines of a Ray cluster: auto finds the one that runs on this machine, an address is its head "
        "node's, such as 10.0.0.1:6379, and local starts one here (pip install -r requirements-ray.txt)",
    )
    parser.add_argument(
        "--ray-cpus",
        type=int,
        default=1,
        metavar="N",
        help="processors of each worker of the cluster (default: 1); with a graphics card a worker has one card",
    )
    return parser
