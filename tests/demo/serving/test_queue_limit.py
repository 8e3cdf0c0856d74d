"""A full queue: what the next visitor and the next program are told, and that everything else goes on."""

import threading
import time
import uuid
from collections.abc import Iterator

import gradio as gr
import httpx
import pytest

from demo import text
from demo.serving import gradio_internals, lifespan

MOST = 2


@pytest.fixture(scope="module")
def join() -> Iterator:
    """join(number) enters the queue of a page where one run goes on and `MOST` events wait. Its handlers: 0 paints for
    visitors, 1 for programs, in the same queue; 2 looks at a picture."""
    began, ended = threading.Event(), threading.Event()

    def paint() -> None:
        began.set()
        ended.wait(60)

    with gr.Blocks(analytics_enabled=False) as page:
        button = gr.Button()
        for visibility in ("private", "public"):
            button.click(paint, concurrency_id="painter", concurrency_limit=1, api_visibility=visibility)
        button.click(lambda: None, concurrency_limit=None, api_visibility="private")
    gradio_internals.install(page.queue(), waiting=lambda: MOST)
    _, url, _ = page.launch(prevent_thread_lock=True, quiet=True, ssr_mode=False)

    def enter(number: int, session: str = "") -> httpx.Response:
        body = {"data": [], "fn_index": number, "session_hash": session or uuid.uuid4().hex}
        return httpx.post(f"{url}gradio_api/queue/join", json=body)

    def listen() -> None:  # a run begins only for a client that reads its messages
        with httpx.stream("GET", f"{url}gradio_api/queue/data?session_hash=first", timeout=60) as answer:
            for _ in answer.iter_lines():
                pass

    listener = threading.Thread(target=listen)
    try:
        assert enter(0, "first").status_code == 200
        listener.start()
        assert began.wait(30)
        for number in range(MOST):
            assert enter(0, f"visitor{number}").status_code == 200
        yield enter
    finally:
        ended.set()
        listener.join(30)
        page.close(verbose=False)


def test_a_visitor_reads_how_many_wait(join):
    answer = join(0)
    assert answer.status_code == 400  # the page shows the words of this code, and not those of 503
    assert answer.json() == {"detail": text.full(MOST)}
    assert "2 people are waiting" in text.full(MOST)


def test_a_program_is_told_to_come_back(join):
    answer = join(1)
    assert answer.status_code == 503
    assert answer.json() == {"detail": text.full(MOST)}


def test_a_session_has_one_place(join):
    for session in ("first", "visitor0"):  # one is painted for, the other waits
        answer = join(0, session)
        assert answer.status_code == 400 and answer.json() == {"detail": text.ONE_PLACE}
        answer = join(1, session)
        assert answer.status_code == 503 and answer.json() == {"detail": text.ONE_PLACE}
        assert join(2, session).status_code == 200


def test_whoever_only_looks_is_let_in(join):
    assert join(2).status_code == 200


def test_nonsense_is_refused_in_words(join):
    assert join(99).json() == join(2, "no such/session").json() == {"detail": text.UNREADABLE}


def test_the_page_refuses_the_thirteenth_that_waits_for_a_run(address, monkeypatch):
    """The page's own queue, filled by sessions that do not listen and are ended only after five seconds."""
    config = httpx.get(f"{address}config").json()
    run = next(event for event in config["dependencies"] if event["api_name"] == "stylize")["id"]
    codes = []
    for number in range(16):
        body = {"data": [], "fn_index": run, "session_hash": f"silent{number}"}
        codes.append(httpx.post(f"{address}gradio_api/queue/join", json=body).status_code)
    time.sleep(0.1)
    assert codes.count(503) in (3, 4) and codes[:12] == [200] * 12
    monkeypatch.setattr(lifespan, "PATIENCE", 0.0)  # the next test of this page finds the queue empty
    ends = time.monotonic() + 60
    while httpx.get(f"{address}gradio_api/queue/status").json()["queue_size"]:
        assert time.monotonic() < ends, "the sessions are not ended"
        time.sleep(0.05)
