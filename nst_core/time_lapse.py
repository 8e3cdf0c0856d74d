"""A time-lapse of a run: frames kept while it goes on, written at its end as an MP4 or an animated WebP."""

from __future__ import annotations

import io
import tempfile
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from PIL import Image

from .errors import PictureError, SettingError
from .images import resize
from .plan import fit

if TYPE_CHECKING:
    from .transfer import Step

ENDINGS = {".mp4": "MP4", ".webp": "WEBP"}  # the ending of a file's name -> its format
SECONDS, SHORTEST, LONGEST = 10.0, 2.0, 60.0  # the length of a time-lapse: the default, the least, the most
HOLD = 1.0  # seconds for which the finished picture is shown at the end
RATES = {"MP4": 25, "WEBP": 10}  # pictures a second; a WebP holds every picture whole, and would be large with more
SIDE = 960  # pixels on the longer side of a frame
MOST_FRAMES = 160
MOST_BYTES = 8_000_000  # of all frames together, which are kept as JPEGs
SHARE = 0.02  # of the run's time: no more is spent on keeping frames
# CRF 17: constant quality, where textures of brush strokes look as in the result (default of x264: 23).
X264 = {"crf": "17", "preset": "veryfast"}
BT709 = 1  # of color primaries, transfer and matrix: what players expect of H.264


def check_time_lapse(kind: str, seconds: float) -> None:
    """Raise `SettingError` for a length out of bounds, and `PictureError` when the format `kind` cannot be written here."""
    if kind == "MP4":
        _av()
    if not SHORTEST <= seconds <= LONGEST:  # also for nan
        raise SettingError(f"A time-lapse takes {SHORTEST:g} to {LONGEST:g} seconds, not {seconds:g}.")


class Frames:
    """The frames of a run, at most `MOST_FRAMES` and `MOST_BYTES`: when there are more, every second one is dropped.

    After that frames are kept half as often, so that they stay evenly spread over the run.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        """No frame yet. `clock` returns seconds, by which the time spent here is measured."""
        self._clock, self._spent = clock, 0.0
        self._every = 1  # evaluations from one frame to the next
        self._next = 0
        self._frames: list[tuple[int, bytes]] = []  # (evaluation, JPEG), by evaluation

    def __len__(self) -> int:
        """How many frames are kept."""
        return len(self._frames)

    @property
    def byte_count(self) -> int:
        """Their size in memory, in bytes."""
        return sum(len(jpeg) for _, jpeg in self._frames)

    @property
    def evaluations(self) -> list[int]:
        """The evaluations that they are from."""
        return [evaluation for evaluation, _ in self._frames]

    def add(self, step: Step, last: bool = False) -> None:
        """Keep the picture of `step` if a frame is due and keeping frames has taken less than `SHARE` of the run's time.

        The `last` step of a run is always kept, and replaces a frame of the same evaluation.
        """
        if not last and (step.evaluation < self._next or self._spent > SHARE * step.elapsed):
            return
        began = self._clock()
        picture = step.picture()
        if max(picture.size) > SIDE:
            picture = resize(picture, *fit(*picture.size, SIDE))
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=90, subsampling=0)
        if last:
            self._frames = [frame for frame in self._frames if frame[0] < step.evaluation]
        self._frames.append((step.evaluation, file.getvalue()))
        while len(self) > 2 and (len(self) > MOST_FRAMES or self.byte_count > MOST_BYTES):
            self._frames = self._frames[:-1][::2] + self._frames[-1:] if last else self._frames[::2]
            self._every *= 2
        self._next = self._frames[-1][0] + self._every
        self._spent += self._clock() - began

    def encode(self, kind: str, seconds: float = SECONDS) -> bytes:
        """The file of a time-lapse of so many seconds (`SHORTEST` to `LONGEST`), in the format `kind`, a value of `ENDINGS`.

        It has the size of the last frame, its sides rounded down to even numbers, and shows that frame for `HOLD` seconds
        at the end, which is part of the length. Every evaluation takes the same time in the film, and each frame fades into
        the next. Raises `SettingError` for another length, and `PictureError` when there is no frame or no encoder.
        """
        check_time_lapse(kind, seconds)
        if not self._frames:
            raise PictureError("There is no time-lapse: no picture of the run was kept. Paint first.")
        return {"MP4": _mp4, "WEBP": _webp}[kind](self.pictures(seconds, RATES[kind]))

    def pictures(self, seconds: float, rate: int) -> Iterator[Image.Image]:
        """The pictures of a time-lapse without the hold at its end, `rate` a second; all of one even size, 8-bit RGB."""
        places = self.evaluations
        size = _even(_decoded(self._frames[-1][1]).size)
        count = max(1, round((seconds - HOLD) * rate))
        shown, pair = -1, (Image.new("RGB", size),) * 2
        for number in range(count + 1):
            place = places[0] + (places[-1] - places[0]) * number / count
            first = min(bisect_right(places, place) - 1, max(len(places) - 2, 0))
            if first != shown:
                one, other = (self._frames[min(first + n, len(places) - 1)][1] for n in (0, 1))
                shown, pair = first, (_fitted(one, size), _fitted(other, size))
            start, end = places[first], places[min(first + 1, len(places) - 1)]
            yield Image.blend(*pair, (place - start) / (end - start) if end > start else 1.0)


def _decoded(jpeg: bytes) -> Image.Image:
    return Image.open(io.BytesIO(jpeg)).convert("RGB")


def _fitted(jpeg: bytes, size: tuple[int, int]) -> Image.Image:
    """A frame at `size`: those of coarse levels are enlarged."""
    return resize(_decoded(jpeg), *size)


def _even(size: tuple[int, int]) -> tuple[int, int]:
    """`size` with even sides, as H.264 with colours at half the resolution needs them."""
    return max(2, size[0] // 2 * 2), max(2, size[1] // 2 * 2)


def _webp(pictures: Iterator[Image.Image]) -> bytes:
    first, *others = pictures
    durations = [1000 // RATES["WEBP"]] * len(others) + [round(1000 * HOLD)]
    file = io.BytesIO()
    first.save(file, "WEBP", save_all=True, append_images=others, duration=durations, loop=0, quality=75, method=2)
    return file.getvalue()


def _av() -> ModuleType:
    """PyAV. It is imported when a film is made: a hundred megabytes of libraries, which nothing else needs."""
    try:
        import av
    except ImportError:
        raise PictureError(
            "MP4 cannot be written here: the package av is missing. Choose WebP, or install av."
        ) from None
    return av


def _mp4(pictures: Iterator[Image.Image]) -> bytes:
    """H.264 in yuv420p, with the index before the pictures ("faststart"), as messengers on telephones play it."""
    av = _av()
    with tempfile.TemporaryDirectory() as folder:  # faststart writes the file a second time, so it must have a path
        path = Path(folder) / "time-lapse.mp4"
        with av.open(str(path), "w", options={"movflags": "faststart"}) as container:
            stream: Any = None
            for number, picture in enumerate(_held(pictures, RATES["MP4"])):
                if stream is None:
                    stream = container.add_stream("libx264", rate=RATES["MP4"], options=X264)
                    stream.width, stream.height, stream.pix_fmt = *picture.size, "yuv420p"
                    context = stream.codec_context
                    context.colorspace = context.color_primaries = context.color_trc = BT709
                frame = av.VideoFrame.from_image(picture).reformat(format="yuv420p", dst_colorspace=BT709)
                frame.pts = number
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        return path.read_bytes()


def _held(pictures: Iterator[Image.Image], rate: int) -> Iterator[Image.Image]:
    """`pictures`, and the last again for `HOLD` seconds in all."""
    for picture in pictures:
        yield picture
    for _ in range(round(HOLD * rate) - 1):
        yield picture
