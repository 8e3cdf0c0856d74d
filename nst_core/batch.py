"""The command `python -m nst_core batch PHOTOS... --style PAINTINGS... -o FOLDER`: many pictures with one set of settings.

Exit codes as those of the command line; 1 when a picture could not be painted. Its sentence is said at the end and stands in
report.jsonl.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from .batch_files import Pair, find_pictures, make_pairs
from .batch_options import batch_parser
from .batch_progress import BatchProgress
from .batch_results import Results, is_complete
from .batch_task import Failed, Painted, PictureFile, Task, Update, paint_all, settings_for
from .errors import ClusterError, PictureError, SettingError
from .given_settings import given_settings, recipe_weights
from .memory import needed_mb
from .output import Output
from .process_memory import keep_freed_memory
from .ray_batch import RayBatch
from .ray_cluster import Cluster
from .recipe import read_recipe
from .saving import ENDINGS
from .settings import FIELDS, Settings
from .stop_signals import StopSignals
from .terminal import say
from .vgg import Encoder
from .weights import load_encoder

SHOWN = 20  # failures that are said at the end; all are in the report


def main(arguments: Sequence[str]) -> int:
    """Run the command and return the exit code; raises `NSTError` for bad input."""
    options = batch_parser().parse_args(arguments)
    keep_freed_memory()
    if options.bits == 16 and not options.format.startswith("tif"):
        raise PictureError("Only a TIFF has 16 bits a channel here. Add --format tif, or leave --bits out.")
    if options.ray_cpus < 1:
        raise SettingError(f"--ray-cpus must be at least 1, not {options.ray_cpus}.")
    photos, paintings = find_pictures(options.photos), find_pictures(options.style)
    pairs = make_pairs(photos, paintings, options.pair)
    recipe = read_recipe(options.recipe) if options.recipe else {}
    settings = given_settings(recipe, {name: value for name, value in vars(options).items() if name in FIELDS})
    settings.shares(1)  # raises an error when mix has several weights
    device = "cpu" if options.ray else options.device
    encoder = load_encoder(options.weights or recipe_weights(recipe), device, options.weights_norm)
    results = Results(Path(options.output), [*photos, *paintings], f".{options.format}", encoder.sha256)
    task = Task(
        PictureFile("", b""),
        PictureFile("", b""),
        settings,
        ENDINGS[f".{options.format}"],
        options.bits,
        size_of_photo=getattr(options, "size", None) == "photo",
    )
    with _painter(options, encoder, settings) as painter, StopSignals() as stop:  # anew: Ray takes SIGTERM for itself
        return _Batch(pairs, results, task).run(painter, stop)


# (tasks with their numbers, whether to stop) -> updates with the number of their task
Painter = Callable[[Iterator[tuple[int, Task]], Callable[[], bool]], Iterator[tuple[int, Update]]]


@contextmanager
def _painter(options: argparse.Namespace, encoder: Encoder, settings: Settings) -> Iterator[Painter]:
    """What paints: this process, or with --ray the workers of a cluster."""
    if options.ray is None:
        yield lambda tasks, stop: paint_all(tasks, encoder, stop)
        return
    memory = needed_mb(settings, settings.size, settings.size)
    cluster = Cluster(options.ray, encoder, memory, options.ray_cpus, options.device)
    try:
        yield RayBatch(cluster).paint_all
    finally:
        cluster.close()


class _Batch:
    """The pairs of a batch: which of them are painted, what became of each, and what is said at the end."""

    def __init__(self, pairs: Sequence[Pair], results: Results, task: Task) -> None:
        """Of `task` all but the pictures is used."""
        self.pairs, self.results, self.task = pairs, results, task
        self.progress = BatchProgress(len(pairs))
        self.files: dict[int, Path] = {}  # where the picture of a pair goes
        self.replaced: set[Path] = set()  # those of them that a picture of an earlier batch has, which was stopped
        self.done = self.there = 0
        self.failures: list[str] = []
        self.ended = ""  # why the batch cannot go on

    def run(self, painter: Painter, stop: StopSignals) -> int:
        """Paint what is missing; returns the exit code. From here on a signal is only noted, and ends what is painted."""
        stop.hold()
        with self.progress:
            try:
                for number, update in painter(self._tasks(stop), lambda: stop() or bool(self.ended)):
                    self.progress.update(number, update)
                    if isinstance(update, Painted):
                        self._save(number, update)
                    elif isinstance(update, Failed):
                        self._fail(number, update.sentence)
            except ClusterError as error:
                self.ended = str(error)
        self.results.close()
        return self._say_the_end(stop)

    def _tasks(self, stop: StopSignals) -> Iterator[tuple[int, Task]]:
        """The tasks with the numbers of their pairs, each read when it is asked for, without what there is already."""
        for number, pair in enumerate(self.pairs):
            if stop() or self.ended:
                return
            try:
                photo, painting = PictureFile.read(pair.photo), PictureFile.read(pair.painting)
                known = self._already_there(number, photo, painting)
            except PictureError as error:
                known = True
                self._fail(number, str(error))
            if known:
                self.progress.skip()
                continue
            yield number, replace(self.task, photo=photo, painting=painting)

    def _already_there(self, number: int, photo: PictureFile, painting: PictureFile) -> bool:
        """Whether the folder holds the picture of this pair; if not, this chooses its file."""
        pair, found = self.pairs[number], None
        if not self.results.empty:
            content, style = replace(self.task, photo=photo, painting=painting).pictures()
            settings = settings_for(self.task.settings, self.task.size_of_photo, content)
            found = self.results.find(content, style, settings)
        if found and is_complete(found[1]):
            self.there += 1
            self.results.report(pair, "found", *found)
            return True
        self.files[number] = found[0] if found else self.results.name_for(pair)
        self.replaced |= {self.files[number]} if found else set()
        return False

    def _save(self, number: int, painted: Painted) -> None:
        pair, file = self.pairs[number], self.files[number]
        if file.exists() and file not in self.replaced:  # another program has written it meanwhile
            file = self.results.name_for(pair)
        where, why = Output(file, force=True).save(painted.data)
        status = "painted" if is_complete(painted.recipe) else "stopped"
        self.results.report(pair, status, Path(where), painted.recipe, seconds=round(painted.seconds, 2))
        self.done += status == "painted"
        if why:  # such as a full disk: all that follow would be lost
            self.ended = f"{why} The picture is in {where}."

    def _fail(self, number: int, sentence: str) -> None:
        pair = self.pairs[number]
        self.failures.append(f"{pair.photo} as {pair.painting}: {sentence}")
        self.results.report(pair, "failed", None, {}, sentence=sentence)

    def _say_the_end(self, stop: StopSignals) -> int:
        for words in self.failures[:SHOWN]:
            say(f"error: {words}")
        if len(self.failures) > SHOWN:
            say(f"and {len(self.failures) - SHOWN} more, in {self.results.folder / 'report.jsonl'}")
        there = f", {self.there} there already" if self.there else ""
        failed = f", {len(self.failures)} failed" if self.failures else ""
        say(f"{self.done} of {len(self.pairs)} pictures painted{there}{failed}.")
        if self.ended:
            say(f"error: {self.ended}")
            return 1
        if stop():
            say("Stopped. The same command goes on with the others.")
            return stop.exit_code
        return 1 if self.failures else 0
