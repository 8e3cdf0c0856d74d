"""Formatting, lint and types are part of the tests: a change that passes here needs no second look for them."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("command", ["ruff check .", "ruff format --check .", "mypy"])
def test_the_code_passes(command: str) -> None:
    found = subprocess.run([sys.executable, "-m", *command.split()], cwd=ROOT, capture_output=True, text=True)
    assert found.returncode == 0, f"{command}\n{found.stdout}{found.stderr}"
