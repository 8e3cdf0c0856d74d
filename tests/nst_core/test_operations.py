"""The operations give what torch's own give."""

import pytest
import torch
from torch.nn import functional

from nst_core.operations import channel_products, max_pool, max_pool_choices, max_pool_gradient


def random(*shape: int, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64).to(dtype)


@pytest.mark.parametrize("height", [2, 3, 8, 9])
@pytest.mark.parametrize("width", [2, 5, 8])
@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("order", [torch.contiguous_format, torch.channels_last])
def test_max_pooling_has_the_values_and_the_gradient_of_torchs(count, height, width, order):
    x = random(count, 4, height, width).round(decimals=1).contiguous(memory_format=order)  # with equal neighbours
    found = []
    for pool in (max_pool, lambda x: functional.max_pool2d(x, 2)):
        leaf = x.clone().requires_grad_()
        pooled = pool(leaf)
        (gradient,) = torch.autograd.grad((pooled * random(*pooled.shape)).sum(), leaf)
        found.append((pooled, gradient))
    for ours, torchs in zip(*found, strict=True):
        assert torch.equal(ours, torchs)


@pytest.mark.parametrize("height", [2, 3, 8])
@pytest.mark.parametrize("width", [2, 5])
@pytest.mark.parametrize("channels", [1, 2, 4, 7, 64])
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_from_the_choices_alone_max_pooling_and_relu_have_the_gradient_of_torchs(height, width, channels, dtype):
    x = random(1, channels, height, width, dtype=dtype).contiguous(memory_format=torch.channels_last)
    x = (4 * x).round().requires_grad_()  # with equal neighbours, zeros and windows of negative numbers
    pooled = functional.relu(functional.max_pool2d(x, 2))
    given = random(*pooled.shape, dtype=dtype)
    (expected,) = torch.autograd.grad(pooled, x, given)
    choices, found = max_pool_choices(x.detach(), pooled.detach()), torch.zeros_like(x)
    max_pool_gradient(given * pooled.detach().sign(), choices, found)
    assert torch.equal(found, expected)
    assert choices.dtype == torch.uint8 and choices.shape[1] == -(-channels // 4)


def test_products_of_channels_have_the_gradient_of_both_factors():
    flat = random(7, 3).requires_grad_()
    assert torch.equal(channel_products(flat), flat.T @ flat)
    assert torch.autograd.gradcheck(channel_products, flat)


@pytest.mark.parametrize("positions", [1, 1023, 1024, 5000])
def test_products_in_bfloat16_are_summed_in_float32(positions):
    flat = random(positions, 8, dtype=torch.bfloat16).relu().requires_grad_()
    exact = flat.detach().double().T @ flat.detach().double()
    found = channel_products(flat)
    assert found.dtype == torch.float32
    error = (found - exact).norm() / exact.norm()
    assert error <= 2**-8 / max(1, positions / 1024) ** 0.5, "one product, rounded to 8 bits, is off by up to 2^-9"
    weights = random(8, 8, dtype=torch.float32)
    (gradient,) = torch.autograd.grad((found * weights).sum(), flat)
    expected = flat.detach().double() @ (weights + weights.T).double()
    assert gradient.dtype == torch.bfloat16
    assert (gradient - expected).norm() <= 0.01 * expected.norm()
