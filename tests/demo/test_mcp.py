"""The page as tools for other programs, by the official client of the Model Context Protocol."""

from __future__ import annotations

import asyncio
import base64
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from PIL import Image

from nst_core.recipe import read_recipe
from tests.support.served_page import served

mcp = pytest.importorskip("mcp")
from mcp.client.streamable_http import streamable_http_client  # noqa: E402

QUICK = {"size": 64, "evaluations": 3}


@pytest.fixture(scope="module")
def address(tiny) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_MCP_SERVER", "True")
        with served(tiny) as (_, url):
            yield url


def session(address: str, talk: Any) -> Any:
    """What the coroutine `talk` gives for a session with the page's tools."""

    async def connected() -> Any:
        async with (
            streamable_http_client(f"{address}gradio_api/mcp/") as (read, write, _),
            mcp.ClientSession(read, write) as tools,
        ):
            await tools.initialize()
            return await talk(tools)

    # In a thread of its own: in this one the browser's tests may have left a loop that runs.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, connected()).result()


def call(address: str, tool: str, **arguments: Any) -> Any:
    return session(address, lambda tools: tools.call_tool(tool, arguments))


def inline(image: Image.Image) -> str:
    file = io.BytesIO()
    image.save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def pictures(result: Any) -> list[Image.Image]:
    return [Image.open(io.BytesIO(base64.b64decode(part.data))) for part in result.content if part.type == "image"]


def test_painting_and_looking_inside_are_tools_that_take_no_objects(address):
    tools = session(address, lambda tools: tools.list_tools()).tools
    assert [tool.name for tool in tools] == ["stylize", "explore"]
    for tool in tools:
        assert tool.description and all("description" in about for about in tool.inputSchema["properties"].values())
        # An object could name a file of the server, which Gradio's client would upload to the page.
        taken = [about.get("items", about) for about in tool.inputSchema["properties"].values()]
        assert {about["type"] for about in taken} <= {"string", "number", "integer"}


def test_a_program_paints_a_picture_and_hears_of_progress(address, photo, painting):
    heard = []

    async def paint(tools: Any) -> Any:
        async def progress(*told: Any) -> None:
            heard.append(told)

        arguments = {"content": inline(photo), "style": inline(painting), **QUICK}
        return await tools.call_tool("stylize", arguments, progress_callback=progress)

    result = session(address, paint)
    assert not result.isError and len(heard) >= 2
    assert [picture.format for picture in pictures(result)] == ["JPEG", "PNG"]
    (*_, words) = [part.text for part in result.content if part.type == "text"]
    recipe = read_recipe(httpx.get(words.removeprefix("Image URL: ")).content)
    assert recipe["result"]["ended"] == "finished" and recipe["settings"]["size"] == 64


def test_a_picture_may_be_named_by_its_address_here_once_it_is_uploaded(address, photo):
    file = io.BytesIO()
    photo.save(file, "PNG")
    (path,) = httpx.post(f"{address}gradio_api/upload", files={"files": ("lake.png", file.getvalue())}).json()
    result = call(address, "explore", picture=f"{address}gradio_api/file={path}", layer="relu1_1")
    assert [picture.format for picture in pictures(result)] == ["PNG", "PNG"], "also without progress"
    assert "relu1_1-sheet-1.png" in str(result.content)
    elsewhere = call(address, "explore", picture=f"{address}gradio_api/file=/etc/hostname")
    assert elsewhere.isError and "was not uploaded here" in elsewhere.content[0].text


@pytest.mark.parametrize(
    "arguments, words",
    [
        ({"size": 12}, "size must be between 64 and 8192"),
        ({"content": "https://example.com/photo.jpg"}, "came as a web address. Download it"),
        ({"content": "data:image/png;base64,bm8gcGljdHVyZQ=="}, "is not a picture"),
        ({"content": {"path": "/etc/hostname", "meta": {"_type": "gradio.FileData"}}}, "is not of type 'string'"),
        ({"style": "/etc/hostname"}, "provide a url"),
    ],
)
def test_bad_input_gets_a_sentence(address, photo, arguments, words):
    given = {"content": inline(photo), "style": inline(photo), **QUICK}
    result = call(address, "stylize", **given | arguments)
    assert result.isError and words in result.content[0].text


def test_an_unknown_tool_is_refused_and_its_name_not_logged(address, caplog):
    assert "Unknown tool" in call(address, "holiday_in_mallorca").content[0].text
    assert "mallorca" not in caplog.text


def test_a_run_ends_with_its_caller(address, photo, painting):
    async def leave(tools: Any) -> None:
        arguments = {"content": inline(photo), "style": inline(painting), "size": 64, "evaluations": 10000}
        arguments["optimizer"] = "adam"  # which never ends early
        begun = asyncio.Event()

        async def progress(*told: Any) -> None:
            if told[2] == "Processing":
                begun.set()

        task = asyncio.create_task(tools.call_tool("stylize", arguments, progress_callback=progress))
        await asyncio.wait_for(begun.wait(), 30)
        task.cancel()

    session(address, leave)
    # All programs have one place in the queue: it is free again.
    for _ in range(100):
        result = call(address, "stylize", content=inline(photo), style=inline(painting), **QUICK)
        if not result.isError:
            return
    raise AssertionError(result.content[0].text)


def test_the_older_transport_is_closed(address):
    assert httpx.get(f"{address}gradio_api/mcp/sse").status_code == 404
