"""One picture of a batch, and how the time that is left is estimated."""

from __future__ import annotations

import copy
import io
from dataclasses import replace

import pytest
from PIL import Image

from nst_core.batch_progress import BatchProgress
from nst_core.batch_task import Failed, Painted, PictureFile, Reached, Task, paint, paint_all
from nst_core.recipe import read_recipe
from nst_core.settings import Settings
from nst_core.vgg import Encoder

SETTINGS = Settings(size=80, evaluations=6, levels=2)


class Counting(Encoder):
    """Counts the pictures that are evaluated, by their size, (width, height)."""

    def iter_features(self, picture, layers, **options):
        if not picture.requires_grad:
            self.seen.append((picture.shape[3], picture.shape[2]))
        return super().iter_features(picture, layers, **options)


@pytest.fixture
def task(photo, painting) -> Task:
    return Task(*(PictureFile(f"{name}.png", png(image)) for name, image in (("a", photo), ("b", painting))), SETTINGS)


def png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def test_the_gram_matrices_of_a_painting_are_computed_once_a_size(tiny, task, photo, painting):
    counting = copy.copy(tiny)
    counting.__class__, counting.seen = Counting, []
    turned = replace(task, photo=PictureFile("c.png", png(photo.transpose(Image.Transpose.ROTATE_180))))
    first, second = (
        found.data for _, found in paint_all(enumerate([task, turned]), counting) if isinstance(found, Painted)
    )
    assert sorted(counting.seen) == [(40, 28)] * 2 + [(53, 60), (80, 56), (80, 56), (107, 120)]
    alone = [found.data for found in paint(turned, tiny) if isinstance(found, Painted)]
    assert alone == [second] and first != second
    other = replace(turned, settings=replace(SETTINGS, pooling="average"))
    list(paint_all(enumerate([task, other]), counting))
    assert counting.seen.count((107, 120)) == 3  # other settings, other matrices


def test_a_run_goes_on_from_what_another_worker_had_reached(tiny, task):
    reached = Reached(Image.new("RGB", (80, 56), "teal"), 4, elapsed=10.0, remaining=5.0)
    *_, on_the_way, done = paint(replace(task, reached=reached), tiny)
    assert on_the_way.evaluation == 5 and on_the_way.elapsed > 10 and done.seconds > 10
    recipe = read_recipe(done.data)
    assert recipe["settings"] == SETTINGS.to_dict()
    assert (recipe["result"]["evaluations"], recipe["result"]["continued_after"]) == (6, 4)
    late = paint(replace(task, reached=replace(reached, evaluation=6)), tiny)
    assert read_recipe(list(late)[-1].data)["result"]["ended"] == "finished"


def test_what_is_interrupted_before_its_first_evaluation_gives_nothing_and_later_the_best_so_far(tiny, task):
    assert list(paint(task, tiny, lambda: True)) == []
    stopped = []
    for found in paint(task, tiny, lambda: bool(stopped)):
        stopped.append(found)
    assert read_recipe(stopped[-1].data)["result"]["ended"] == "stopped"


def test_an_error_is_a_sentence(tiny, task):
    bad = replace(task, painting=PictureFile("b.nef", b"II*\0"))
    (failed,) = paint(bad, tiny)
    assert isinstance(failed, Failed) and failed.sentence.startswith("'b.nef' is")
    (failed,) = paint(task, None)
    assert failed.sentence.startswith("AttributeError: ")


def test_the_time_left_is_that_of_the_running_pictures_and_of_those_that_wait():
    progress = BatchProgress(6)
    assert progress.seconds_left() is None
    image = Image.new("RGB", (16, 16))
    progress.update(0, Reached(image, 1, elapsed=4.0, remaining=6.0))
    assert progress.seconds_left() == 6 + 5 * 10
    progress.update(1, Reached(image, 1, elapsed=4.0, remaining=6.0))  # a second worker
    assert progress.seconds_left() == (6 + 6 + 4 * 10) / 2
    progress.update(0, Painted(b"", {}, seconds=20.0))
    progress.update(2, Reached(image, 1, elapsed=1.0, remaining=19.0))
    progress.skip()
    assert progress.seconds_left() == (6 + 19 + 2 * 20) / 2
    progress.update(1, Failed("no"))
    progress.skip()
    progress.skip()
    assert progress.seconds_left() == 19
