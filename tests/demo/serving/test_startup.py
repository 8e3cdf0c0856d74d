"""What happens around the launch of the page, and what the terminal says."""

import json
import os
import socket
import subprocess
import sys
import time

import httpx
import pytest

from demo import cli
from demo.compute.limits import VARIABLES
from demo.serving import startup
from tests.support.http_client import ROOT, served


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


def test_the_page_starts_behind_a_proxy_that_does_not_answer(tmp_path):
    proxies = dict.fromkeys(["http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"], "http://127.0.0.1:9")
    with served(7893, tmp_path / "log", **proxies) as (url, _):
        assert httpx.get(f"{url}/healthz", trust_env=False).json()["status"] == "ready"
        while "Ctrl-C" not in (said := (tmp_path / "log").read_text()):
            time.sleep(0.05)
    assert said.startswith("The page is open on http://127.0.0.1:7893") and "--share" in said
    assert "launch()" not in said and "Traceback" not in said


def test_the_terminal_says_where_the_page_is_open_in_the_words_of_this_program():
    alone = startup.announcement("http://127.0.0.1:7860/", None, share_asked=False)
    assert "http://127.0.0.1:7860/" in alone and "--share" in alone and "--host" in alone
    shared = startup.announcement("http://127.0.0.1:7860/", "https://abc.gradio.live", share_asked=True)
    assert "https://abc.gradio.live" in shared and "a week" in shared
    assert "No public link" in startup.announcement("http://127.0.0.1:7860/", None, share_asked=True)


# One process imports the page; each of its children is a start with other arguments and variables.
STARTS = """
import json, os, signal, sys, app
for number, (arguments, environment) in enumerate(json.loads(sys.argv[2])):
    page = os.fork()
    if not page:
        signal.alarm(60)  # a page that starts in spite of all ends
        os.dup2(os.open(f"{sys.argv[1]}/{number}", os.O_CREAT | os.O_WRONLY), sys.stderr.fileno())
        os.environ.update(environment)
        sys.argv[1:] = arguments
        sys.exit(app.main())
    print(os.waitstatus_to_exitcode(os.waitpid(page, 0)[1]), flush=True)
"""


def test_a_page_that_cannot_start_says_why_in_one_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        starts = json.dumps([(["--port", port], {}), ([], {"NST_JOBS": "many"})])
        command = [sys.executable, "-c", STARTS, str(tmp_path), starts]
        codes = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True, timeout=180).stdout
    assert codes == "1\n1\n"
    port_is_taken, no_such_limit = ((tmp_path / str(number)).read_text() for number in range(2))
    assert "Choose another --port or --host" in port_is_taken and "Traceback" not in port_is_taken
    assert no_such_limit == "NST_JOBS must be a whole number between 1 and 64, not 'many'.\n"


def test_help_names_the_environment_variables(capsys):
    with pytest.raises(SystemExit):
        cli.options(["--help"])
    said = capsys.readouterr().out
    assert all(name in said for name in [*VARIABLES, "NST_WEIGHTS", "GRADIO_ROOT_PATH"])
