"""A full queue: what the next visitor and the next program are told, and that everything else goes on."""

import threading
import time
from collections.abc import Iterator

import gradio as gr
import httpx
import pytest

from demo import text
from demo.serving import line

MOST = 2


@pytest.fixture
def join() -> Iterator:
    """join(number) enters the queue of a page where one is being painted and `MOST` wait. Its handlers: 0 paints for
    visitors, 1 for programs, in the same line; 2 looks at a picture."""
    ended = threading.Event()

    def paint() -> None:
        ended.wait(60)

    with gr.Blocks(analytics_enabled=False) as page:
        button = gr.Button()
        for visibility in ("private", "public"):
            button.click(paint, concurrency_id="painter", concurrency_limit=1, api_visibility=visibility)
        button.click(lambda: None, concurrency_limit=None, api_visibility="private")
    line.limit(page.queue(), MOST)
    _, url, _ = page.launch(prevent_thread_lock=True, quiet=True, ssr_mode=False)

    def enter(number: int) -> httpx.Response:
        return httpx.post(
            f"{url}gradio_api/queue/join", json={"data": [], "fn_index": number, "session_hash": f"visitor{number}"}
        )

    try:
        assert enter(0).status_code == 200
        while not any(page._queue.active_jobs):
            time.sleep(0.01)
        for _ in range(MOST):
            assert enter(0).status_code == 200
        yield enter
    finally:
        ended.set()
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


def test_whoever_only_looks_is_let_in(join):
    assert join(2).status_code == 200
