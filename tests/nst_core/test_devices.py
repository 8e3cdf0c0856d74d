"""Where the network is computed and how precisely: the device, and bfloat16 instead of float32."""

import pytest
import torch
from torch import Tensor

from nst_core.devices import choose_device, choose_precision
from nst_core.errors import DeviceError, SettingError
from nst_core.layers import CONVS, LAYERS, STYLE_LAYERS
from nst_core.settings import Settings
from nst_core.transfer import transfer


def random_picture(height: int, width: int) -> Tensor:
    return torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(0))


def test_the_device_is_an_argument() -> None:
    assert choose_device("cpu") == torch.device("cpu")
    assert choose_device(torch.device("cpu")) == torch.device("cpu")
    with pytest.raises(DeviceError, match=r"'toaster'.*auto, cpu, cuda or mps"):
        choose_device("toaster")


@pytest.mark.parametrize(("cuda", "mps", "chosen"), [(True, True, "cuda"), (False, True, "mps"), (False, False, "cpu")])
def test_auto_prefers_cuda_to_mps_to_the_cpu(monkeypatch, cuda: bool, mps: bool, chosen: str) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert choose_device("auto").type == chosen


def test_a_device_that_is_not_there_is_an_error_with_a_remedy_for_every_front_end(monkeypatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(DeviceError, match=r"no 'cuda' device.*Use the device cpu or auto") as error:
        choose_device("cuda")
    assert "--" not in str(error.value), "a visitor of the page has no flags"


def test_bfloat16_finds_nearly_the_same_features_and_hands_them_out_in_the_pictures_precision(oxford) -> None:
    picture = random_picture(40, 51)
    exact, rounded = oxford(picture, LAYERS), oxford.with_precision("bfloat16")(picture, LAYERS)
    assert torch.equal(rounded["conv1_1"], exact["conv1_1"].bfloat16().float())  # the pixels are not rounded
    for name in LAYERS:
        assert rounded[name].dtype == torch.float32, name
        assert (rounded[name] - exact[name]).norm() <= 0.02 * exact[name].norm(), name
    assert not torch.equal(rounded["conv1_2"], exact["conv1_2"])
    for conv in CONVS:
        relu = conv.replace("conv", "relu")
        assert torch.equal(rounded[relu], rounded[conv].clamp_min(0)), relu


def test_bfloat16_sends_nearly_the_same_gradient_to_the_pixels(oxford) -> None:
    gradients = []
    for network in (oxford, oxford.with_precision("bfloat16")):
        picture = random_picture(40, 51).requires_grad_()
        torch.stack([value.square().mean() for value in network(picture, STYLE_LAYERS).values()]).sum().backward()
        gradients.append(picture.grad.flatten())
    assert torch.cosine_similarity(*gradients, dim=0) > 0.99


def test_the_network_itself_stays_as_exact_as_it_was(tiny) -> None:
    other = tiny.with_precision("bfloat16")
    assert (other.name, other.sha256) == (tiny.name, tiny.sha256)
    assert {weight.dtype for weight in tiny.parameters()} == {torch.float32}
    assert tiny.with_precision("float32") is tiny


def test_a_network_goes_from_one_precision_to_the_other_and_no_third(tiny) -> None:
    again = tiny.with_precision("bfloat16").with_precision("float32")
    assert {weight.dtype for weight in again.parameters()} == {torch.float32}
    with pytest.raises(SettingError, match=r"precision cannot be 'float16'\. Choose one of: auto, float32, bfloat16"):
        tiny.with_precision("float16")


@pytest.mark.parametrize(
    ("device", "processor", "chosen"),
    [
        ("cpu", {"avx512_bf16": True}, "bfloat16"),
        ("cpu", {"amx_bf16": True}, "bfloat16"),
        ("cpu", {"avx2": True}, "float32"),
        ("meta", {"avx512_bf16": True}, "float32"),  # what the processor can is nothing to another device
    ],
)
def test_auto_is_what_the_processor_does_fastest(monkeypatch, device: str, processor: dict, chosen: str) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: processor, raising=False)
    assert choose_precision("auto", torch.device(device)) == chosen
    assert choose_precision("float32", torch.device(device)) == "float32"


def test_where_torch_cannot_tell_auto_is_float32(tiny, monkeypatch) -> None:
    monkeypatch.delattr(torch.cpu, "get_capabilities", raising=False)
    assert tiny.with_precision("auto") is tiny


def test_a_full_graphics_card_is_an_error_with_a_remedy(tiny, photo, painting, monkeypatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB.")

    monkeypatch.setattr(tiny, "_run", full)
    with pytest.raises(DeviceError, match=r"card has too little free memory .* Choose a smaller size"):
        list(transfer(photo, painting, Settings(size=64), tiny))
