"""What the allocator's settings are for, seen in a new process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CORE = Path(__file__).parents[2] / "nst_core"
# Prints the page faults of twenty blocks of 40 MB, before and after.
FAULTS = """
import ctypes, resource
from process_memory import keep_freed_memory

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(20):
        bytearray(40_000_000)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

if hasattr(ctypes.CDLL(None), "mallopt"):
    before = faults()
    keep_freed_memory()
    print(before, faults())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="counts page faults as Linux does")
def test_freed_memory_is_used_again_instead_of_being_cleared_anew() -> None:
    alone = {**os.environ, "PYTHONPATH": str(CORE)}  # the module without its package, which would import torch
    told = subprocess.check_output([sys.executable, "-c", FAULTS], text=True, env=alone).split()
    if not told:
        pytest.skip("the C library is not glibc")
    before, after = map(int, told)
    assert after < before / 5
