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


# Prints the flags of the memory of a tensor of 64 MB. What a run needs is imported before.
FLAGS = """
import torch
from nst_core.process_memory import keep_freed_memory
from nst_core.transfer import transfer

keep_freed_memory()
place = torch.ones(16_000_000).data_ptr() + 32_000_000
for line in open("/proc/self/smaps"):
    if line[0] in "0123456789abcdef":
        first, last = (int(number, 16) for number in line.split()[0].split("-"))
    elif line.startswith("VmFlags") and first <= place < last:
        print(line)
"""


@pytest.mark.skipif(not Path("/sys/kernel/mm/transparent_hugepage").exists(), reason="this system has no huge pages")
def test_torch_asks_for_huge_pages() -> None:
    usual = {name: value for name, value in os.environ.items() if name != "THP_MEM_ALLOC_ENABLE"}
    told = subprocess.check_output([sys.executable, "-c", FLAGS], text=True, env=usual, cwd=CORE.parent)
    assert "hg" in told.split()  # "huge page advise flag", proc_pid_smaps(5)
