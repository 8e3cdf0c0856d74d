"""A weights file of the user's: a state dict in two formats is read, anything else is refused and never run."""

import hashlib
import pickle
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor
from torchvision.models import vgg

from nst_core.errors import WeightsError
from nst_core.layers import CONVS, LAYERS
from nst_core.vgg import Encoder
from nst_core.weights import load_encoder, load_file


@pytest.fixture(scope="module")
def state(oxford: Encoder) -> dict[str, Tensor]:
    """The Oxford weights under torchvision's names, for BGR pictures as they were trained on: the usual converted file."""
    state = {
        f"features.{LAYERS[name].index}.{key}": value
        for name in CONVS
        for key, value in oxford.convs[name].state_dict().items()
    }
    return state | {"features.0.weight": state["features.0.weight"].flip(1)}


def picture(height: int = 20, width: int = 33) -> Tensor:
    return torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(0))


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
        """Unpickling creates the file `path`."""
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        """What pickle calls to rebuild it."""
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


def test_a_vgg19_of_other_widths_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "narrow.pth"
    save_pth({**shapes_of("E"), "features.21.weight": torch.zeros(()).expand(256, 512, 3, 3)}, path)
    with pytest.raises(WeightsError, match=r"features\.21\.weight should have shape \(512, 512, 3, 3\)"):
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
    with pytest.raises(WeightsError, match=r"'vgg\.pth'.*oxford, torchvision, untrained, or the path"):
        load_encoder(str(tmp_path / "vgg.pth"))


def test_a_normalisation_nobody_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"'caffe'.*oxford, torchvision"):
        load_file(tmp_path / "vgg.pth", norm="caffe")
