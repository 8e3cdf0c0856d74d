"""How the page's process ends."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]

# One process imports what is needed; each of its children is a page that ends in another way.
ENDS = """
import os, signal, sys, time
from pathlib import Path
from demo.serving import shutdown
for number, happens in enumerate(sys.argv[2:]):
    folder = Path(sys.argv[1], str(number))
    (folder / "own" / "deep").mkdir(parents=True)
    page = os.fork()
    if not page:
        os.dup2(os.open(folder / "said", os.O_CREAT | os.O_WRONLY), sys.stderr.fileno())
        with shutdown.until_stopped(folder / "own"):
            exec(happens)
    print(os.waitstatus_to_exitcode(os.waitpid(page, 0)[1]), flush=True)
"""


def test_a_page_that_ends_says_nothing_but_why_it_could_not_start_and_its_folder_goes(tmp_path):
    ways = [
        "os.kill(os.getpid(), signal.SIGTERM); time.sleep(600)",
        "os.kill(os.getpid(), signal.SIGINT); time.sleep(600)",
        "raise OSError('no port')",
    ]
    command = [sys.executable, "-c", ENDS, str(tmp_path), *ways]
    codes = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    assert codes == "0\n0\n1\n"
    terminated, interrupted, failed = ((tmp_path / str(number) / "said").read_text() for number in range(3))
    assert (terminated, interrupted) == ("", "") and failed.endswith("OSError: no port\n")
    assert [path.name for path in tmp_path.glob("*/*")] == ["said"] * 3
