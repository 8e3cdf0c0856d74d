"""What can be done with kept results, without gradio: show one again, compare two, put all into a ZIP file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from nst_core.advice import Sample
from nst_core.images import load_picture, resize

from ..compute.kept_results import KeptPicture, KeptResult
from ..compute.reached import Reached
from .curve_files import Curves
from .file_names import NAME
from .kept_strip import Strip
from .painted import Painted, painted_of
from .regions_actions import drawing_for

ZIP_NAME = "pictures.zip"


@dataclass(frozen=True)
class Reopened:
    """A kept result to show again: the picture, and the photo at its size. `painted` is for the explorer, and `reached` to
    go on from, with the regions that were `drawn`."""

    photo: Image.Image
    picture: Image.Image
    painted: Painted
    reached: Reached
    drawn: Image.Image | None


def reopened(result: KeptResult) -> Reopened:
    """The pictures of `result`."""
    photo, *paintings = (_loaded(kept) for kept in result.pictures)
    picture = picture_of(result)
    painted = painted_of(photo, paintings, picture, result.settings, bool(result.drawn), result.losses)
    reached = Reached(picture, result.reached, Sample.of(photo), result.share)
    drawn = drawing_for(load_picture(result.drawn), reached.photo) if result.drawn else None
    return Reopened(resize(photo, *picture.size), picture, painted, reached, drawn)


def _loaded(kept: KeptPicture) -> Image.Image:
    picture = load_picture(kept.data)
    picture.info[NAME] = kept.name
    return picture


def picture_of(result: KeptResult) -> Image.Image:
    """The painted picture, which may be larger than what `load_picture` takes from a visitor."""
    with Image.open(io.BytesIO(result.png)) as picture:
        return picture.convert("RGB")


def pair(left: KeptResult, right: KeptResult) -> tuple[Image.Image, Image.Image]:
    """Two results for the slider. If their proportions agree within 2 %, the smaller one is enlarged to the other's size."""
    pictures = [picture_of(result) for result in (left, right)]
    widest = max(pictures, key=lambda picture: picture.width)
    shape = widest.width / widest.height
    same = all(abs(picture.width / picture.height / shape - 1) < 0.02 for picture in pictures)
    one, other = (resize(picture, *widest.size) if same else picture for picture in pictures)
    return one, other


def other_than(results: Sequence[KeptResult], number: int | None) -> int | None:
    """The result to compare result `number` with: the next older one, or else the next newer one; None without another."""
    numbers = [result.number for result in results if result.number != number]
    older = [each for each in numbers if number is not None and each < number]
    return next(iter(older or reversed(numbers)), None)


def chosen_of(results: Sequence[KeptResult], strip: Strip) -> KeptResult | None:
    """The result that is on the page."""
    return next((result for result in results if result.number == strip.chosen), None)


def curves_of(result: KeptResult) -> Curves:
    """The loss curves of `result` as files."""
    return Curves(result.by_term, result.by_layer, result.losses_csv, result.filename)


def zip_of(results: Sequence[KeptResult]) -> bytes:
    """A ZIP file of the PNGs, each with its recipe inside, and of their loss curves; results' numbers begin the names."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:  # PNGs cannot be compressed further
        for result in reversed(results):
            for name, data in {result.filename: result.png, **curves_of(result).files()}.items():
                archive.writestr(f"{result.number:02}-{name}", data)
    return file.getvalue()
