"""What happens around the launch of the page, and what the terminal says."""

import json
import os
import socket
import subprocess
import sys
import time

import pytest

from demo.serving import gradio_internals, startup  # before gradio, whose import takes half the time then  # noqa: F401

# isort: split
import gradio as gr

from demo import cli
from demo.compute.limits import VARIABLES
from tests.support.http_client import ROOT, wait_until_ready


@pytest.mark.parametrize(
    "arguments, environment, public",
    [
        ([], {}, False),
        (["--host", "127.0.0.1"], {}, False),
        (["--host", "localhost"], {}, False),
        (["--host", "0.0.0.0"], {}, True),
        (["--host", "192.168.0.3"], {}, True),
        (["--share"], {}, True),
        ([], {"GRADIO_SHARE": "True"}, True),
        ([], {"GRADIO_SERVER_NAME": "0.0.0.0"}, True),
        (["--host", "127.0.0.1"], {"GRADIO_SERVER_NAME": "0.0.0.0"}, False),
        ([], {"SPACE_ID": "somebody/paint"}, True),
    ],
)
def test_a_page_that_others_can_reach_is_public(arguments, environment, public):
    assert startup.is_public(cli.options(arguments)[1], environment) is public


def test_proxies_are_bypassed_for_this_machine_only(monkeypatch):
    monkeypatch.setenv("no_proxy", "example.org, 127.0.0.1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    startup.bypass_proxies()
    assert os.environ["no_proxy"] == "example.org,127.0.0.1,localhost,::1"
    assert os.environ["NO_PROXY"] == "127.0.0.1,localhost,::1"


def test_the_terminal_says_where_the_page_is_open_in_the_words_of_this_program():
    alone = startup.announcement("http://127.0.0.1:7860/", None, share_asked=False)
    assert "http://127.0.0.1:7860/" in alone and "--share" in alone and "--host" in alone
    shared = startup.announcement("http://127.0.0.1:7860/", "https://abc.gradio.live", share_asked=True)
    assert "https://abc.gradio.live" in shared and "a week" in shared
    assert "No public link" in startup.announcement("http://127.0.0.1:7860/", None, share_asked=True)


def test_the_terminal_says_what_mcp_lacks(monkeypatch):
    monkeypatch.setitem(sys.modules, "mcp", None)  # as where it is not installed
    page = gr.Blocks()
    gr.routes.App.create_app(page, mcp_server=True)
    told = startup.announcement("http://127.0.0.1:7860/", None, share_asked=False, mcp_error=page.mcp_error)
    assert "the package mcp is not installed. Install it: pip install -r requirements-mcp.txt" in told


# One process imports the page; each of its children is a start with other arguments and variables. SIGTERM goes on to the
# child that runs.
STARTS = """
import json, os, signal, sys, app
signal.signal(signal.SIGTERM, lambda *_: os.kill(page, signal.SIGTERM))
for number, (arguments, environment) in enumerate(json.loads(sys.argv[2])):
    page = os.fork()
    if not page:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.alarm(180)  # a page that starts in spite of all ends
        said = os.open(f"{sys.argv[1]}/{number}", os.O_CREAT | os.O_WRONLY)
        os.dup2(said, sys.stdout.fileno())
        os.dup2(said, sys.stderr.fileno())
        os.environ.update(environment)
        sys.argv[1:] = arguments
        sys.exit(app.main())
    print(os.waitstatus_to_exitcode(os.waitpid(page, 0)[1]), flush=True)
"""
URL = "http://127.0.0.1:7893"


@pytest.fixture(scope="module")
def said(tmp_path_factory) -> list[str]:
    """What three starts behind a proxy that does not answer have said: at a port that is taken, with an impossible limit,
    and at `URL`, where the page has been ready and was ended."""
    folder = tmp_path_factory.mktemp("starts")
    proxies = dict.fromkeys(["http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"], "http://127.0.0.1:9")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        starts = json.dumps([(["--port", port], {}), ([], {"NST_JOBS": "many"}), (["--port", "7893"], {})])
        command = [sys.executable, "-c", STARTS, str(folder), starts]
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | proxies, stdout=subprocess.PIPE, text=True)
        try:
            wait_until_ready(URL)
            while "Ctrl-C" not in (folder / "2").read_text():
                time.sleep(0.05)
        finally:
            process.terminate()
            codes = process.communicate(timeout=180)[0]
    assert codes == "1\n1\n0\n"
    return [(folder / str(number)).read_text() for number in range(3)]


def test_a_page_that_cannot_start_says_why_in_one_sentence(said):
    port_is_taken, no_such_limit, _ = said
    assert "Choose another --port or --host" in port_is_taken and "Traceback" not in port_is_taken
    assert no_such_limit == "NST_JOBS must be a whole number between 1 and 64, not 'many'.\n"


def test_the_page_starts_behind_a_proxy_that_does_not_answer(said):
    assert said[2].startswith(f"The page is open on {URL}") and "--share" in said[2]
    assert "launch()" not in said[2] and "Traceback" not in said[2]


def test_help_names_the_environment_variables(capsys):
    with pytest.raises(SystemExit):
        cli.options(["--help"])
    said = capsys.readouterr().out
    assert all(name in said for name in [*VARIABLES, "NST_WEIGHTS", "GRADIO_ROOT_PATH"])
