"""What runs beside the page: the health check, and the end of sessions that do not listen."""

import asyncio
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import httpx

from demo.serving import lifespan
from nst_core.recipe import VERSION
from tests.support.served_page import served

CHECKS = round(lifespan.PATIENCE / lifespan.CHECK_EVERY)


def ended_at(checks: Iterable[dict]) -> list[tuple[int, str]]:
    """(at which check, which session) was found idle, given each check's oldest unread messages."""
    sessions = lifespan.IdleSessions(None)
    return [(number, name) for number, oldest in enumerate(checks, start=1) for name in sessions.idle(oldest)]


def test_a_session_that_never_reads_is_ended_after_a_while_and_not_before():
    message = object()
    assert ended_at([{"silent": message}] * (CHECKS + 1)) == [(CHECKS + 1, "silent")]


def test_a_session_that_reads_is_never_ended_however_much_there_is_to_read():
    assert ended_at([{"busy": f"preview {number}"} for number in range(5 * CHECKS)]) == []


def test_a_message_that_is_equal_to_the_one_before_is_another_one():
    """Python gives the `id` of a message that is gone to the next one; and two previews may be equal."""
    assert ended_at([{"busy": ["preview"]} for _ in range(5 * CHECKS)]) == []


def test_a_session_that_reads_in_time_starts_over():
    message = object()
    assert ended_at([{"slow": message}] * CHECKS + [{}] + [{"slow": message}] * CHECKS) == []


def test_a_check_that_fails_is_not_the_last_and_its_message_is_not_logged(caplog):
    checks, secret = [], "".join(reversed("gpj.aynam"))

    async def failing() -> None:
        checks.append(1)
        if len(checks) == 3:
            raise asyncio.CancelledError
        raise PermissionError(secret)

    with ThreadPoolExecutor(1) as thread:  # the event loop of the browser tests runs in this one
        end = thread.submit(asyncio.run, lifespan.repeatedly(0.001, failing)).exception()
    assert isinstance(end, BaseException) and len(checks) == 3
    assert "PermissionError" in caplog.text and secret not in caplog.text


def test_healthz_says_that_the_page_is_ready(address):
    assert httpx.get(f"{address}healthz").json() == {
        "status": "ready",
        "weights": "tiny",
        "loaded": True,
        "version": VERSION,
    }


def test_a_machine_too_busy_for_gradios_own_check_of_the_page_serves_all_the_same(tiny, monkeypatch):
    monkeypatch.setattr("gradio.networking.url_ok", lambda _: False)
    with served(tiny) as (_, url):
        assert httpx.get(f"{url}healthz").json()["status"] == "ready"


def test_the_tasks_end_with_the_page(tiny, monkeypatch):
    checked = []  # pages; the one that other tests share is checked, too
    monkeypatch.setattr(lifespan, "CHECK_EVERY", 0.01)
    monkeypatch.setattr(lifespan.IdleSessions, "idle", lambda self, oldest: checked.append(self.page) or [])
    with served(tiny) as (page, _):
        while checked.count(page) < 3:
            time.sleep(0.01)
    ends, before = time.monotonic() + 20, -1
    while checked.count(page) != before:  # until the server's thread has ended
        assert time.monotonic() < ends
        before = checked.count(page)
        time.sleep(0.3)
