"""Runs for clients that never listen, cancel, hang up, or leave in the middle of an evaluation."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from demo.events import client_left
from demo.serving import lifespan
from tests.support.http_client import ROOT, Page, Visitor, stylize


@pytest.fixture
def evaluations(tiny) -> Iterator[list[int]]:
    """One entry for every evaluation of the network."""
    seen: list[int] = []
    handle = tiny.convs["conv1_2"].register_forward_pre_hook(lambda *_: seen.append(1))
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
        while not (left := client_left.get()()) and time.monotonic() < ends:
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
