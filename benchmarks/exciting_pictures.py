"""Make the pictures of assets/exciting: what excites a few channels, ready for the explorer's first screen.

Run `python -m benchmarks.exciting_pictures` after the list in demo/explorer/ready_pictures.py or the weights have changed
(about two minutes).
"""

from __future__ import annotations

from demo.explorer.ready_pictures import CHANNELS, FOLDER, file_name
from nst_core.explore.drawing import side_by_side
from nst_core.explore.excite import excite
from nst_core.weights import load_oxford

EVALUATIONS = 40  # more make the pictures no clearer, only harder in contrast
QUALITY = 60  # of WebP


def main() -> None:
    """Write a file for every channel of the list and print their size."""
    encoder = load_oxford().with_precision("auto")
    FOLDER.mkdir(exist_ok=True)
    size = 0
    for conv, channels in CHANNELS.items():
        for channel in channels:
            *_, last = excite(encoder, conv, {channel: 1.0}, evaluations=EVALUATIONS)
            path = FOLDER / file_name(conv, channel)
            side_by_side(last.pictures(), gap=0).save(path, quality=QUALITY, method=6)
            size += path.stat().st_size
            print(path.name, flush=True)
    print(f"{FOLDER}: {size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
