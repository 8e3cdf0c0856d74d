"""Where VGG19 is computed, and how precisely: the torch device and the number format of the network."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from typing import TypeVar

import torch

from .errors import DeviceError, SettingError

Item = TypeVar("Item")

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}


def choose_device(device: str | torch.device = "auto") -> torch.device:
    """The torch device called `device`; for "auto" CUDA if there is one, else MPS, else the CPU.

    Raises `DeviceError` for a device that this machine does not have.
    """
    available = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if device == "auto":
        return torch.device(next(name for name in ("cuda", "mps", "cpu") if available[name]))
    try:
        chosen = torch.device(device)
    except RuntimeError:
        raise DeviceError(f"There is no device {device!r}. Use auto, cpu, cuda or mps.") from None
    if not available.get(chosen.type, False):
        raise DeviceError(f"torch finds no {chosen.type!r} device on this machine. Use the device cpu or auto.")
    return chosen


def choose_precision(precision: str, device: torch.device) -> str:
    """A key of `DTYPES`: `precision` itself, or for "auto" what is fastest on `device`.

    That is bfloat16 on x86 processors with instructions for it (AVX512-BF16 or AMX), which multiply it twice as fast, and
    float32 elsewhere. Raises `SettingError` for any other word.
    """
    if precision == "auto":
        # Older versions of torch do not say what the processor can do.
        can: dict[str, bool] = getattr(torch.cpu, "get_capabilities", dict)()
        faster = device.type == "cpu" and (can.get("avx512_bf16") or can.get("amx_bf16"))
        return "bfloat16" if faster else "float32"
    if precision not in DTYPES:
        raise SettingError(f"precision cannot be {precision!r}. Choose one of: auto, {', '.join(DTYPES)}.")
    return precision


@contextmanager
def usual_torch() -> Iterator[None]:
    """A context in which torch works as this package needs it, whatever modes the caller has switched on.

    In `torch.inference_mode` no gradient can be computed, autocast would change the precision, and a default device other
    than the CPU would place new tensors on another device than those that they are combined with.

    Never leave it open across a `yield`.
    """
    with ExitStack() as stack:
        stack.enter_context(torch.inference_mode(False))
        stack.enter_context(torch.enable_grad())
        for kind in ("cpu", "cuda"):
            if torch.is_autocast_enabled(kind):
                stack.enter_context(torch.autocast(kind, enabled=False))
        if torch.get_default_device().type != "cpu":
            stack.enter_context(torch.device("cpu"))
        yield


def in_usual_torch(items: Generator[Item, None, None]) -> Generator[Item, None, None]:
    """`items`, each computed in `usual_torch`, which the caller's code in between does not see.

    Raises `DeviceError` when a graphics card's memory is full.
    """
    try:
        while True:
            try:
                with usual_torch():
                    item = next(items, None)
            except torch.OutOfMemoryError:
                raise DeviceError(
                    "The graphics card has too little free memory for this. Choose a smaller size, a smaller brush, or the "
                    "device cpu."
                ) from None
            if item is None:
                return
            yield item
    finally:
        items.close()
