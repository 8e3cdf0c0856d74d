"""When the page says how long a run takes."""

from typing import Any

from demo import text
from demo.compute.worker import Worker
from tests.support.http_client import Page, Visitor
from tests.support.served_page import served_by


def told(page: Page, visitor: Visitor, event: str) -> str:
    """What stands beside the button after the page's own `event` that keeps the estimate up to date."""
    parts = {part["id"]: part["props"] for part in page.config["components"]}
    (estimate,) = [number for number, props in parts.items() if props.get("elem_id") == "estimate"]
    handlers: list[dict[str, Any]] = page.config["dependencies"]
    (handler,) = [d for d in handlers if d["outputs"][:1] == [estimate] and [t[1] for t in d["targets"]] == [event]]
    said = visitor.press(handler, [parts[number].get("value") for number in handler["inputs"]])
    return str(said["output"]["data"][0])


def test_the_time_is_not_measured_while_the_page_is_being_opened_but_a_little_later(tiny):
    worker = Worker(tiny)
    with served_by(worker) as (_, url):
        page = Page(url.rstrip("/"))
        visitor = Visitor(page)
        assert text.MEASURING in told(page, visitor, "load") and not worker.pace_is_fresh
        assert "About" in told(page, visitor, "tick") and worker.pace_is_fresh
        assert "About" in told(page, visitor, "load"), "the next visitor is told at once"
        visitor.close()
