"""What is drawn on the photo, as regions of a run, called as plain Python on a tiny encoder."""

import base64
import io
import re
from dataclasses import replace
from itertools import count

import numpy as np
import pytest
from PIL import Image

from demo.compute import cost, kept_results
from demo.compute.worker import Worker
from demo.paint import kept_actions, paint_actions
from demo.paint import regions_actions as actions
from nst_core.advice import Sample
from nst_core.errors import PictureError
from nst_core.images import ALPHA, load_picture, resize
from nst_core.recipe import read_recipe
from nst_core.regions import MIXED
from nst_core.settings import Settings

SMALL = Settings(size=80, evaluations=3, levels=1)


def drawing(**strokes: tuple[int, int, int, int]) -> Image.Image:
    """What the editor sends: strokes {colour: box} on a transparent layer of 80x56 pixels."""
    layer = Image.new("RGBA", (80, 56), (0, 0, 0, 0))
    for color, box in strokes.items():
        layer.paste(color, box)
    return load_picture(layer)


def paint(tiny, photo, paintings, drawn, session=None, settings=SMALL):
    session = session or paint_actions.PaintSession()
    views = paint_actions.paint(Worker(tiny), photo, paintings, settings, session, clock=count().__next__, drawn=drawn)
    return list(views)[-1]


def test_the_photo_to_draw_on_is_small_grey_and_dark():
    canvas = actions.canvas(Image.new("RGB", (1000, 700), (255, 200, 200)))
    assert canvas.size == (512, 358) and canvas.mode == "L" and 100 < canvas.getpixel((5, 5)) < 0.72 * 255
    assert actions.canvas(Image.new("RGB", (80, 56))).size == (80, 56)


def sent(image: Image.Image) -> str:
    """What the page sends of a drawing."""
    file = io.BytesIO()
    image.save(file, "PNG")
    return actions.PNG + base64.b64encode(file.getvalue()).decode()


def test_what_is_drawn_is_read_and_comes_back_on_the_sheet(photo):
    layer = Image.new("RGBA", (80, 56), (0, 0, 0, 0))
    assert actions.read_drawing(sent(layer)) is None and actions.drawn_regions(None, photo, 2) is None
    layer.paste("red", (10, 10, 30, 30))
    drawn = actions.read_drawing(sent(layer))
    back = re.search('data-drawn="([^"]+)"', actions.sheet(photo, 2, drawn)).group(1)
    shown = Image.open(io.BytesIO(base64.b64decode(back[len(actions.PNG) :])))
    assert shown.getchannel("A").tobytes() == layer.getchannel("A").tobytes()
    assert shown.getpixel((20, 20)) == (255, 0, 0, 255)
    assert 'data-drawn=""' in actions.sheet(photo, 2, None) and actions.sheet(None, 2, drawn) == ""
    assert actions.read_drawing(sent(Image.new("RGB", (80, 56), "red"))).size == (80, 56)


@pytest.mark.parametrize(
    "data",
    [
        *(None, 7, "", "data:image/png;base64,", "data:image/png;base64,@@@", "http://127.0.0.1/x.png", "/etc/passwd"),
        *(
            sent(Image.new("RGB", (513, 20))),
            sent(Image.new("RGB", (60, 40))) + "A" * 400_000,
            actions.PNG + "anVuaw==",
        ),
    ],
)
def test_what_the_page_would_not_send_is_refused(data):
    with pytest.raises(PictureError):
        actions.read_drawing(data)


def test_the_colours_of_the_brush_are_those_of_the_paintings(photo):
    strokes = dict(zip(actions.COLORS, [(n * 20, 0, n * 20 + 10, 56) for n in range(4)], strict=True))
    regions = actions.drawn_regions(drawing(**strokes), photo, 4)
    assert [regions.labels.getpixel((n * 20 + 5, 20)) for n in range(4)] == [0, 1, 2, 3]
    assert regions.labels.getpixel((15, 20)) == MIXED
    with pytest.raises(PictureError, match="painting 4, and there are 2"):
        actions.drawn_regions(drawing(**strokes), photo, 2)


def test_what_was_kept_is_the_photo_and_the_recipe_knows(tiny, photo, painting):
    drawn = drawing(**{actions.KEEP: (40, 0, 80, 56)})
    end = paint(tiny, photo, [painting], drawn)
    assert np.array_equal(np.asarray(end.picture)[:, 41:], np.asarray(photo)[:, 41:])
    assert not np.array_equal(np.asarray(end.picture)[:, :36], np.asarray(photo)[:, :36])
    assert len(read_recipe(end.png)["regions_sha256"]) == 64
    assert "regions_sha256" not in read_recipe(paint(tiny, photo, [painting], None).png)
    with pytest.raises(PictureError, match="nothing is left to paint"):
        paint(tiny, photo, [painting], drawing(**{actions.KEEP: (0, 0, 80, 56)}))


def test_regions_too_small_for_a_layer_are_said_beside_the_button(tiny, photo, painting):
    session = paint_actions.PaintSession()
    paint(tiny, photo, [painting, painting.rotate(90)], drawing(red=(20, 20, 30, 30)), session)
    assert "The region of painting 1 is too small for" in session.region_note and "<p" in session.region_note
    paint(tiny, photo, [painting], None, session)
    assert session.region_note == ""


@pytest.mark.parametrize(("size", "least", "most"), [(512, 130, 150), (1024, 120, 251)])
def test_a_run_with_regions_needs_more_memory_and_time(tiny, size, least, most):
    """What was measured with two regions or more; the larger picture is computed in tiles, with two to four regions."""
    worker = Worker(tiny)
    plain, with_regions = (worker.estimate(Settings(size=size), 600, 400, regions=regions) for regions in (False, True))
    assert least <= with_regions.needed_mb - plain.needed_mb <= most
    assert with_regions.seconds == pytest.approx(1.3 * plain.seconds)


def test_others_wait_longer_for_a_run_with_regions_and_the_pace_is_not_said_to_be_lower(
    tiny, photo, painting, monkeypatch
):
    worker, seconds = Worker(tiny), []
    monkeypatch.setattr(worker.waiting_time, "update", lambda run, left: seconds.append(left))
    counted, evaluation = [], cost.evaluation
    monkeypatch.setattr(cost, "evaluation", lambda *given: counted.append(evaluation(*given)) or counted[-1])
    settings = Settings(size=64, evaluations=1)
    regions = actions.drawn_regions(drawing(red=(0, 0, 40, 56)), photo, 2)
    for given in (None, regions):
        list(worker.steps(photo, [painting, painting.rotate(90)], settings, regions=given))
    per_run = len(counted) // 2
    assert counted[-1] == pytest.approx(1.3 * counted[-1 - per_run])
    assert seconds[len(seconds) // 2] == pytest.approx(1.3 * seconds[0])


def test_a_transparent_photo_downloads_as_a_transparent_png(tiny, photo, painting):
    image = photo.convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 30, 56))
    end = paint(tiny, load_picture(image), [painting], None)
    png = Image.open(io.BytesIO(end.png))
    assert png.mode == "RGBA" and png.getchannel("A").tobytes() == image.getchannel("A").tobytes()
    assert end.preview.getpixel((5, 20)) == (255, 255, 255) and ALPHA in end.picture.info
    assert resize(end.photo, 80, 56).getpixel((5, 20)) == (255, 255, 255)


def test_the_brush_has_a_colour_for_each_painting_where_there_are_several(photo):
    assert re.findall('data-color="([^"]+)"', actions.sheet(photo, 1, None)) == [actions.KEEP, "erase"]
    assert re.findall('data-color="([^"]+)"', actions.sheet(photo, 3, None)) == [
        actions.KEEP,
        *actions.COLORS[:3],
        "erase",
    ]


def test_a_drawing_stays_with_the_photo_that_it_was_drawn_on(photo):
    drawn = actions.drawing_for(drawing(red=(0, 0, 30, 56)), Sample.of(photo))
    assert actions.still_on(drawn, photo.copy()) is drawn
    assert actions.still_on(drawn, photo.rotate(180)) is None and actions.still_on(drawn, None) is None
    assert actions.still_on(None, photo) is None and actions.still_on(drawing(red=(0, 0, 9, 9)), photo) is None


def test_a_kept_result_comes_back_with_what_was_drawn(tiny, photo, painting):
    worker = Worker(tiny)
    session = paint_actions.PaintSession(visitor=worker.kept.key())
    drawn = drawing(white=(0, 0, 30, 56))
    list(paint_actions.paint(worker, photo, [painting], SMALL, session, drawn=drawn))
    (result,) = worker.kept.of(session.visitor)
    shown = kept_actions.reopened(result)
    assert actions.still_on(shown.drawn, photo) is shown.drawn
    regions = [actions.drawn_regions(each, photo, 1) for each in (drawn, shown.drawn)]
    assert regions[0].sha256 == regions[1].sha256
    assert kept_results.size([result]) > kept_results.size([replace(result, drawn=b"")])
