"""The signatures of private parts of Gradio and uvicorn on which the page rests, and what our replacements promise."""

import asyncio
import importlib
import inspect
import json
import logging
import os
import socket
from collections.abc import Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from types import SimpleNamespace
from typing import Any

import gradio as gr
import httpx
import pytest
from gradio.utils import run_coro_in_background

from demo import text
from demo.events import RUN_QUEUE
from demo.serving import gradio_internals
from nst_core.errors import SettingError
from tests.support.http_client import Page, Visitor, stylize
from tests.support.served_page import served

# Put together at run time, so that no line of source that a traceback may quote holds it.
SECRET = "-".join(["holiday", "in", "mallorca"])


@pytest.mark.parametrize(
    "name, arguments",
    [
        ("gradio.queueing.Queue.push", "self body request username"),
        ("gradio.queueing.Queue.process_events", "self events batch begin_time fn"),
        ("gradio.queueing.Queue.clean_events", "self session_hash event_id"),
        ("gradio.queueing.Queue.create_event_queue_for_fn", "self block_fn"),
        ("gradio.mcp.GradioMCPServer._execute_tool_with_progress", "self job progress_token"),
        ("gradio.mcp.GradioMCPServer._execute_tool_without_progress", "self job"),
        ("gradio.blocks.Blocks.preprocess_data", "self block_fn inputs state explicit_call"),
        ("gradio.blocks.Blocks.postprocess_data", "self block_fn predictions state"),
        ("gradio.component_meta.create_or_modify_pyi", "_"),  # ours
        ("gradio.processing_utils.save_bytes_to_cache", "data file_name cache_dir"),
    ],
)
def test_gradio_is_as_it_was_read(name: str, arguments: str):
    module, *path = name.split(".")
    found: Any = importlib.import_module(module)
    for part in path:
        found = getattr(found, part) if hasattr(found, part) else importlib.import_module(f"{found.__name__}.{part}")
    assert " ".join(inspect.signature(found).parameters) == arguments


def test_gradios_queue_and_events_have_the_fields_that_are_used(tiny):
    with served(tiny) as (page, _):
        queue = page._queue
        assert queue.pending_messages_per_session == {} and queue.event_queue_per_concurrency_id is not None
        assert queue.pending_event_ids_session == queue.event_ids_to_events == {} and set(queue.active_jobs) == {None}
        assert [one.getsockname()[1] for one in gradio_internals.listening_sockets(page)] == [page.server_port]
        for runs in (3, 1):
            gradio_internals.set_runs_at_once(page, runs)
            assert queue.event_queue_per_concurrency_id[RUN_QUEUE].concurrency_limit == runs
    assert "event_queue.current_concurrency < event_queue.concurrency_limit" in inspect.getsource(queue.get_events)
    fields = inspect.signature(gr.queueing.Event).parameters
    assert list(fields)[:2] == ["session_hash", "fn"]
    for module in (gr.queueing, gr.routes, gr.route_utils):
        assert "traceback.print_exc()" in inspect.getsource(module)
    assert isinstance(importlib.import_module("gradio.tunneling").CURRENT_TUNNELS, list)


def test_a_links_preview_shows_this_page_and_not_gradio(address):
    html = httpx.get(address).text
    picture = httpx.get(f"{address}preview.jpg")
    assert html.count('property="og:title"') == html.count('name="twitter:image"') == 1
    assert f'<meta property="og:title" content="{text.TITLE}">' in html
    assert f'<meta property="og:image" content="{address}preview.jpg">' in html
    assert "Click to try out" not in html and html.index("beforeunload") < html.index("gradio_config")
    assert picture.headers["content-type"] == "image/jpeg"


# ---- A place for runs is always given back


class Odd:
    """An event whose attributes cannot be read."""

    def __init__(self, error: BaseException) -> None:
        """Reading any attribute raises `error`."""
        self.error = error

    def __getattr__(self, name: str) -> Any:
        """Raise."""
        raise self.error


def page_that_notes(processed: list) -> gr.Blocks:
    """A page whose queue only notes the events that `process_events` is given."""

    async def process_events(events: list, *_: object, **__: object) -> None:
        processed.append(events)

    with gr.Blocks(analytics_enabled=False) as page:
        gr.Button()
    page.queue()
    page._queue.process_events = process_events
    return gradio_internals.install(page, waiting=lambda: 1)


def in_an_event_loop(coroutine: Coroutine) -> Future:
    """`coroutine`, ended. The event loop of the browser tests runs in this thread, so it runs in another."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine)


@pytest.mark.parametrize("error", [RuntimeError(), KeyError("cycle"), AttributeError(), asyncio.CancelledError()])
def test_whatever_is_raised_before_it_process_events_is_awaited_once(error):
    processed, event = [], Odd(error)
    end = in_an_event_loop(page_that_notes(processed)._queue.process_events([event], False, 0.0, None)).exception()
    assert processed == [[event]]
    assert end is None or isinstance(error, asyncio.CancelledError)


def test_a_job_cancelled_before_its_first_step_gives_back_its_place():
    processed, event = [], SimpleNamespace(alive=True, concurrency_id="other")
    queue = page_that_notes(processed)._queue

    async def cancel_at_once() -> None:
        task = run_coro_in_background(queue.process_events, [event], False, 0.0, None)
        task.cancel()
        await asyncio.wait([task])

    assert in_an_event_loop(cancel_at_once()).exception() is None
    assert processed == [[event]] and not event.alive


class WebSocketConnection:
    """Of uvicorn's connections, those of WebSockets lack what those of HTTP have, such as `cycle`."""

    def shutdown(self) -> None:
        pass


def test_a_websocket_among_the_connections_and_an_odd_query_string_do_not_cost_the_place_for_runs(
    tiny, photo, tmp_path
):
    path = tmp_path / "photo.png"
    photo.save(path)
    with served(tiny) as (page, url):
        connections, websocket = page.server.server_state.connections, WebSocketConnection()
        connections.add(websocket)
        host, port = url.removeprefix("http://").rstrip("/").split(":")
        with socket.create_connection((host, int(port))) as odd:
            odd.sendall(b"GET /gradio_api/queue/data?session_hash=%ff%00&&= HTTP/1.1\r\nHost: x\r\n\r\n")
            for _ in range(2):
                with closing(Visitor(Page(url.rstrip("/")))) as visitor:
                    pictures = [visitor.upload(path) for _ in range(2)]
                    run = stylize(*pictures, size=64, evaluations=2)
                    assert visitor.press(visitor.page.named("stylize"), run)["success"]
        connections.discard(websocket)  # the server would wait for its end


# ---- The log never holds what a visitor sent


class BrokenBox(gr.Textbox):
    """Repeats what it was given in what it raises, before the handler or after it."""

    def get_block_name(self) -> str:
        return "textbox"

    def preprocess(self, payload: Any) -> Any:
        return self.failing("before", payload)

    def postprocess(self, value: Any) -> Any:
        return self.failing("after", value)

    def failing(self, when: str, value: Any) -> Any:
        if value and value.startswith(when):
            raise RuntimeError(value)
        return value


@pytest.fixture(scope="module")
def broken():
    """The address of a page whose handler and components raise errors that repeat what a visitor sent."""

    def handler(value: str) -> str:
        if value.startswith("in"):
            raise RuntimeError(value)
        if value.startswith("setting"):
            raise gr.Error(str(SettingError(value)), print_exception=False)
        return value

    with gr.Blocks(analytics_enabled=False) as page:
        box, out = BrokenBox(), BrokenBox()
        gr.Button().click(handler, [box], [out], api_name="repeat")
    gradio_internals.install(page.queue(api_open=True), waiting=lambda: 5)
    _, url, _ = page.launch(prevent_thread_lock=True, quiet=True, ssr_mode=False)
    yield url
    page.close(verbose=False)


@pytest.mark.parametrize("when", ["before", "in", "after"])
@pytest.mark.parametrize("door", ["call", "run"])
def test_what_is_raised_around_a_handler_is_logged_without_what_the_visitor_sent(broken, caplog, capfd, when, door):
    sent = f"{when} {SECRET}"
    with caplog.at_level(logging.DEBUG, logger="demo"):
        if door == "run":
            httpx.post(f"{broken}gradio_api/run/repeat", json={"data": [sent]})
        else:
            event = httpx.post(f"{broken}gradio_api/call/repeat", json={"data": [sent]}).json()["event_id"]
            answer = httpx.get(f"{broken}gradio_api/call/repeat/{event}").text
            assert "event: error" in answer and SECRET not in answer
    printed = "".join(capfd.readouterr())
    assert SECRET not in printed and SECRET not in caplog.text
    assert "RuntimeError" in caplog.text or "ComponentProcessingError" in caplog.text


def test_what_cannot_be_read_gets_a_sentence(broken):
    for data in ([], [10**30], ["\ud800"], [{"path": "/etc/passwd"}]):
        body = json.dumps({"data": data})
        headers = {"Content-Type": "application/json"}
        sent = httpx.post(f"{broken}gradio_api/call/repeat", content=body, headers=headers)
        answer = httpx.get(f"{broken}gradio_api/call/repeat/{sent.json()['event_id']}").text
        assert text.UNREADABLE in answer or text.NOT_UPLOADED in answer, (data, answer)


@pytest.mark.parametrize("name", ["uvicorn.error", "asyncio"])
def test_libraries_log_exceptions_without_messages(address, name, caplog):
    """While the page is served (`address`)."""
    logger = logging.getLogger(name)
    try:
        raise RuntimeError(SECRET)
    except RuntimeError:
        logger.exception("Exception in ASGI application\n%s", SECRET)
    assert "RuntimeError" in caplog.text and SECRET not in caplog.text


def test_a_file_that_is_written_again_is_not_cut_short_for_who_reads_it(tmp_path):
    component = SimpleNamespace(GRADIO_CACHE=str(tmp_path / "cache"))
    path = gradio_internals.saved_file(b"a picture", "a.png", component)
    with open(path, "rb") as being_read:
        assert gradio_internals.saved_file(b"a picture", "a.png", component) == path
        assert os.fstat(being_read.fileno()).st_ino != os.stat(path).st_ino
        assert being_read.read() == b"a picture"
    assert [found.name for found in tmp_path.rglob("*.png")] == ["a.png"]


class Counted(gr.Textbox):
    """A text box that counts how often one is made."""

    made = 0

    def __init__(self, *given: Any, **named: Any) -> None:
        """As `gr.Textbox`."""
        Counted.made += 1
        super().__init__(*given, **named)


@pytest.mark.parametrize(
    "answer, sent, made",
    [
        ({0: "one"}, ["one", gr.skip()], 0),
        ({1: gr.update(value="two", label="B"), 0: "one"}, ["one", gr.update(value="two", label="B")], 1),
        ({}, [gr.skip(), gr.skip()], 0),
        (["one", "two"], ["one", "two"], 0),
    ],
)
def test_only_the_outputs_that_an_answer_names_are_made_anew(answer, sent, made):
    with gr.Blocks() as page:
        outputs = [Counted(), Counted()]
        gr.Button().click(dict, None, outputs)
    gradio_internals.install(page, waiting=lambda: 1)
    before = Counted.made
    if isinstance(answer, dict):
        answer = {outputs[number]: value for number, value in answer.items()}
    assert in_an_event_loop(page.postprocess_data(page.fns[0], answer, None)).result() == sent
    assert Counted.made - before == made
