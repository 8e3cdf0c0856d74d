"""A visitor who has pressed Paint on the page, over HTTP: what the page tells the visitor, and the buttons Stop and ×."""

from __future__ import annotations

import json
import re
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

from .http_client import Page, Visitor, stylize


def after(page: Page, handler: dict[str, Any]) -> dict[str, Any]:
    """The first handler that runs after this one (Gradio's `then`)."""
    return next(each for each in page.config["dependencies"] if each["trigger_after"] == handler["id"])


class PageRun:
    """A run that was started with the button Paint, in a session of its own; a thread listens to it."""

    def __init__(self, page: Page, photo: Path, painting: Path, **settings: Any) -> None:
        """Upload the two files and press Paint."""
        self.visitor, self.messages = Visitor(page), list[dict[str, Any]]()
        self._left = False
        photo_data, painting_data, *values = stylize(
            self.visitor.upload(photo), self.visitor.upload(painting), **settings
        )
        begin = page.handler("paint", "click")
        self.job = after(page, begin)
        self.visitor.press(begin, [None])
        answer = self.visitor.join(self.job, [photo_data, painting_data, [], None, None, values])
        self.event = answer.raise_for_status().json()["event_id"]
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def wait_for(self, words: str, seconds: float = 60.0, after: int = 0) -> int:
        """Wait until a message of the run, other than the first `after`, holds these words; returns its number, from 1."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            for number, message in enumerate(self.messages[after:], start=after + 1):
                if words in json.dumps(message, ensure_ascii=False):
                    return number
            time.sleep(0.02)
        raise TimeoutError(f"{words!r} was not said within {seconds:.0f} s; last: {self.messages[-1:]}")

    @property
    def evaluation(self) -> int:
        """The evaluation in the last status line that has one; 0 before the first."""
        said = (re.findall(r"evaluation (\d+) of", str(message)) for message in reversed(self.messages))
        return int(next((numbers[-1] for numbers in said if numbers), 0))

    @property
    def is_over(self) -> bool:
        """Whether the page has said that the run has ended."""
        return not self._thread.is_alive()

    def stop(self) -> None:
        """Press Stop."""
        self.visitor.join(after(self.visitor.page, self.visitor.page.handler("stop", "click")), [None])

    def leave(self) -> None:
        """Close the tab, once the next message has come."""
        self._left = True

    def _listen(self) -> None:
        with suppress(httpx.HTTPError, RuntimeError):
            for message in self.visitor.listen(self.event):
                self.messages.append(message)
                if self._left:
                    return
