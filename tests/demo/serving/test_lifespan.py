"""The page while nobody looks after it: visitors who have gone, temporary files, how it is and how it ends."""

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from demo.serving import lifespan
from demo.serving.line import LEFT
from nst_core.recipe import VERSION
from tests.support.http_client import Page, Visitor, stylize
from tests.support.served_page import served

ROOT = Path(__file__).parents[3]


LOOKS = round(lifespan.PATIENCE / lifespan.LOOK_EVERY)


def gone_at(looks: Iterator[dict]) -> list[tuple[int, str]]:
    """(at which look, who) was sent away, when the messages of all sessions were looked at so often."""
    lying, found = {}, []
    for number, waiting in enumerate(looks, start=1):
        lying, gone = lifespan.unread(waiting, lying)
        found += [(number, session) for session in gone]
    return found


def test_who_never_listens_is_gone_after_a_while_and_not_before():
    messages = asyncio.Queue()

    def looks() -> Iterator[dict]:
        for _ in range(LOOKS + 1):
            messages.put_nowait("a preview")  # and more of them behind the first change nothing
            yield {"deaf": messages, "patient": asyncio.Queue()}

    assert gone_at(looks()) == [(LOOKS + 1, "deaf")]


def test_a_listener_is_never_gone_however_much_there_is_to_hear():
    messages = asyncio.Queue()

    def looks() -> Iterator[dict]:
        for number in range(5 * LOOKS):
            messages.put_nowait(f"preview {number}")
            yield {"listener": messages}
            messages.get_nowait()

    assert gone_at(looks()) == []


def test_one_look_that_fails_is_not_the_last(monkeypatch, caplog):
    looks = []

    def failing(*_: object):
        looks.append(1)
        raise PermissionError

    class Served:
        is_running = property(lambda _: len(looks) < 3)
        _queue = type("Queue", (), {"pending_messages_per_session": {}})

    monkeypatch.setattr(lifespan, "LOOK_EVERY", 0.001)
    monkeypatch.setattr(lifespan, "unread", failing)
    with ThreadPoolExecutor(1) as thread:  # the browser tests' own loop runs in this one
        thread.submit(asyncio.run, lifespan._mind(Served(), None)).result()
    assert len(looks) == 3 and "PermissionError" in caplog.text


def test_healthz_says_that_the_page_is_ready(address):
    assert httpx.get(f"{address}healthz").json() == {
        "status": "ready",
        "weights": "tiny",
        "loaded": True,
        "version": VERSION,
    }


def test_a_machine_too_busy_for_gradios_own_look_at_the_page_serves_all_the_same(tiny, monkeypatch):
    monkeypatch.setattr("gradio.networking.url_ok", lambda _: False)
    with served(tiny) as (_, url):
        assert httpx.get(f"{url}healthz").json()["status"] == "ready"


# One process imports what is needed; each of its children is a page that ends in another way.
ENDS = """
import os, signal, sys, time
from pathlib import Path
from demo.serving import shutdown
for number, happens in enumerate(sys.argv[2:]):
    folder = Path(sys.argv[1], str(number))
    (folder / "own" / "deep").mkdir(parents=True)
    page = os.fork()
    if not page:
        os.dup2(os.open(folder / "said", os.O_CREAT | os.O_WRONLY), sys.stderr.fileno())
        with shutdown.until_stopped(folder / "own"):
            exec(happens)
    print(os.waitstatus_to_exitcode(os.waitpid(page, 0)[1]), flush=True)
"""


def test_a_page_that_ends_says_nothing_but_why_it_could_not_start_and_its_folder_goes(tmp_path):
    ways = [
        "os.kill(os.getpid(), signal.SIGTERM); time.sleep(600)",
        "os.kill(os.getpid(), signal.SIGINT); time.sleep(600)",
        "raise OSError('no port')",
    ]
    command = [sys.executable, "-c", ENDS, str(tmp_path), *ways]
    codes = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    assert codes == "0\n0\n1\n"
    terminated, interrupted, failed = ((tmp_path / str(number) / "said").read_text() for number in range(3))
    assert (terminated, interrupted) == ("", "") and failed.endswith("OSError: no port\n")
    assert [path.name for path in tmp_path.glob("*/*")] == ["said"] * 3


@pytest.fixture
def evaluations(tiny) -> Iterator[list[int]]:
    """One entry for every evaluation of the network."""
    seen: list[int] = []
    handle = tiny.convs["conv1_1"].register_forward_pre_hook(lambda *_: seen.append(1))
    yield seen
    handle.remove()


def until(condition) -> None:
    while not condition():
        time.sleep(0.02)


def until_it_rests(evaluations: list[int]) -> None:
    while True:
        before = len(evaluations)
        time.sleep(0.5)
        if len(evaluations) == before:
            return


def long_run(page: Page) -> tuple[Visitor, Iterator[dict]]:
    """A visitor in line for a long run, and what there is for them to hear."""
    visitor = Visitor(page)
    joined = visitor.join(page.named("stylize"), stylize(*uploads(visitor), size=512, levels=1, evaluations=10_000))
    return visitor, visitor.listen(joined.json()["event_id"])


def uploads(visitor: Visitor) -> list[dict]:
    return [visitor.upload(ROOT / "assets" / path) for path in ("photos/coffee.jpg", "photos/chelsea.jpg")]


def is_served(page: Page) -> bool:
    with closing(Visitor(page)) as visitor:
        return visitor.press(page.named("stylize"), stylize(*uploads(visitor), size=64, evaluations=2))["success"]


def test_for_who_never_listens_nothing_is_painted_and_the_next_visitor_has_the_painter(
    address, evaluations, monkeypatch
):
    page = Page(address.rstrip("/"))
    monkeypatch.setattr(lifespan, "PATIENCE", 1000)
    visitor, _ = long_run(page)
    with closing(visitor):
        time.sleep(0.5)
        assert evaluations == []
        monkeypatch.setattr(lifespan, "PATIENCE", 0.5)
        assert is_served(page) and len(evaluations) < 20


def test_a_program_that_cancels_before_its_turn_has_begun_gives_back_its_place(address, evaluations, monkeypatch):
    page = Page(address.rstrip("/"))
    monkeypatch.setattr(lifespan, "PATIENCE", 1000)
    with closing(Visitor(page)) as visitor:
        handler = page.named("stylize")
        joined = visitor.join(handler, stylize(*uploads(visitor), size=512, levels=1, evaluations=10_000)).json()
        time.sleep(0.5)  # it has the painter, and does not listen
        body = {"session_hash": visitor.session, "fn_index": handler["id"], "event_id": joined["event_id"]}
        visitor.http.post("/cancel", json=body).raise_for_status()
        assert is_served(page) and len(evaluations) < 20


def test_a_run_ends_when_its_visitor_hangs_up_and_the_next_one_has_the_painter(address, evaluations, monkeypatch):
    page = Page(address.rstrip("/"))
    monkeypatch.setattr(lifespan, "PATIENCE", 1000)
    visitor, messages = long_run(page)
    with closing(visitor):
        next(message for message in messages if message["msg"] == "process_generating")
        until(lambda: len(evaluations) > 3)
        messages.close()
        until_it_rests(evaluations)
        assert len(evaluations) < 10_000 and is_served(page)


@pytest.mark.parametrize("how", ["hangs up", "cancels"])
def test_an_evaluation_ends_in_its_midst_when_its_visitor(address, tiny, how):
    """The evaluation waits in the middle until the visitor has left: if nobody noticed, it would go on to its end."""
    page, inside, noticed, ended = Page(address.rstrip("/")), threading.Event(), [], []

    def wait(*_: object) -> None:
        inside.set()
        ends = time.monotonic() + 10
        while not (left := LEFT.get()()) and time.monotonic() < ends:
            time.sleep(0.02)
        noticed.append(left)

    visitor, messages = long_run(page)
    with closing(visitor):
        event = next(message for message in messages if message["msg"] == "process_generating")["event_id"]
        hooks = [
            tiny.convs["conv3_1"].register_forward_pre_hook(wait),
            tiny.convs["conv5_1"].register_forward_pre_hook(lambda *_: ended.append(1) if noticed else None),
        ]
        until(inside.is_set)
        if how == "cancels":
            run = {"session_hash": visitor.session, "fn_index": page.named("stylize")["id"], "event_id": event}
            visitor.http.post("/cancel", json=run).raise_for_status()
        else:
            messages.close()
        until(lambda: noticed)
        time.sleep(0.5)
        for hook in hooks:
            hook.remove()
        assert noticed == [True] and ended == []
        assert is_served(page)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says how long a connection has been silent")
def test_work_rests_while_a_visitors_connection_is_silent_and_goes_on_when_it_is_not(address, evaluations, monkeypatch):
    page = Page(address.rstrip("/"))
    visitor, messages = long_run(page)
    with closing(visitor):
        next(message for message in messages if message["msg"] == "process_generating")
        monkeypatch.setattr(lifespan, "SILENT", -1)
        until_it_rests(evaluations)
        before = len(evaluations)
        monkeypatch.undo()
        until(lambda: len(evaluations) > before + 3)
        messages.close()
        until_it_rests(evaluations)
        assert is_served(page)
