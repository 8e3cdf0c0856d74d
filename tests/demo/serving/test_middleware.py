"""Blocked endpoints, limits of bodies, and that every request gets an answer that ends."""

import http.client
import json
from collections.abc import Iterator

import httpx
import pytest

from demo import text
from demo.serving.middleware import MAX_BODY


@pytest.mark.parametrize(
    "path",
    [
        "proxy=http://127.0.0.1:9/",
        "file=http://127.0.0.1:9/x.png",
        "file/https://example.org",
        "component_server",
        "stream/a/b/c",
        "deep_link",
        "vibe-editor/",
    ],
)
def test_endpoints_that_the_page_does_not_use_are_not_there(address, path):
    answer = httpx.get(f"{address}gradio_api/{path}")
    assert (answer.status_code, answer.json()) == (404, {"detail": text.NOT_HERE})


@pytest.mark.parametrize("told", [True, False])
def test_a_body_that_is_too_large_is_refused_in_words_whether_or_not_its_length_is_told(address, told):
    def chunks() -> Iterator[bytes]:
        for _ in range(3):
            yield b"a" * (MAX_BODY // 2)

    content = b"".join(chunks()) if told else chunks()
    headers = {"Content-Type": "application/json"}
    answer = httpx.post(f"{address}gradio_api/queue/join", content=content, headers=headers)
    assert (answer.status_code, answer.json()) == (413, {"detail": text.TOO_LARGE})


def test_an_upload_may_be_larger_than_other_requests(address):
    sent = httpx.post(f"{address}gradio_api/upload", files={"files": ("x.png", b"a" * (2 * MAX_BODY))})
    assert sent.status_code == 200


@pytest.mark.parametrize("body", ['{"data": 5}', "[]", "{", '{"fn_index": -1}'])
def test_a_request_that_cannot_be_read_gets_words(address, body):
    for endpoint in ("queue/join", "call/stylize", "call/no_such_endpoint", "run/predict"):
        headers = {"Content-Type": "application/json"}
        answer = httpx.post(f"{address}gradio_api/{endpoint}", content=body, headers=headers)
        assert 400 <= answer.status_code < 500 and "detail" in json.loads(answer.text), (endpoint, answer.text)


@pytest.mark.parametrize("path", ["queue/data?session_hash=nobody", "call/stylize/nobody"])
def test_a_stream_of_a_session_that_is_not_there_ends_as_it_should(address, path):
    """A browser asks so after the server has been started again."""
    host = address.removeprefix("http://").rstrip("/")
    connection = http.client.HTTPConnection(host, timeout=20)
    connection.request("GET", f"/gradio_api/{path}")
    connection.getresponse().read()  # raises IncompleteRead when the answer breaks off
    connection.close()
