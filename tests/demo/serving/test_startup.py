"""What happens around the launch of the page, and what the terminal says."""

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


def test_a_port_that_is_taken_gets_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "app.py", "--port", str(port)]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 1 and "Choose another --port or --host" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_help_names_the_environment_variables(capsys):
    with pytest.raises(SystemExit):
        cli.options(["--help"])
    said = capsys.readouterr().out
    assert all(name in said for name in [*VARIABLES, "NST_WEIGHTS", "GRADIO_ROOT_PATH"])
