"""The network and the loop on a graphics card: the same as on the CPU. Skipped where there is none.

`python -m benchmarks.accelerator` runs these, and the encoder's tests, on the card.
"""

import copy
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import torch

from nst_core import tile_grid, tiles
from nst_core.layers import LAYERS
from nst_core.objective import Objective
from nst_core.plan import plan_levels
from nst_core.settings import Settings
from nst_core.transfer import transfer
from nst_core.weights import load_encoder

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA card")


def both():
    cpu = load_encoder(device="cpu")
    return cpu, copy.deepcopy(cpu).to("cuda")


def test_every_layer_is_the_cpus() -> None:
    cpu, card = both()
    picture = torch.rand(1, 3, 61, 83, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        expected = cpu(picture, LAYERS)
        for name, value in card(picture.to("cuda"), LAYERS).items():
            assert value.is_cuda
            assert (value.cpu() - expected[name]).norm() <= 1e-4 * expected[name].norm(), name


@pytest.mark.parametrize("large", [10**9, 0])  # whole, and in tiles
@pytest.mark.parametrize("objective", ["balanced", "gatys", "johnson"])
def test_loss_and_gradient_are_the_cpus(photo, painting, objective: str, large: int, monkeypatch) -> None:
    monkeypatch.setattr(tiles, "LARGE_ON_CARD", large)
    monkeypatch.setattr(tile_grid, "SIDE_ON_CARD", 32)
    settings = Settings(size=80, levels=1, objective=objective, tv_weight=1)
    level = plan_levels(settings, *photo.size)[0]
    found = []
    for encoder in both():
        loss = Objective(photo, [painting], settings, level, encoder)
        picture = torch.full((1, 3, level.height, level.width), 0.4, device=encoder.device, requires_grad=True)
        total, _ = loss(picture)
        (gradient,) = torch.autograd.grad(total, picture)
        found.append((float(total.detach()), gradient.cpu()))
    (total, gradient), (total_on_card, gradient_on_card) = found
    assert total_on_card == pytest.approx(total, rel=1e-4)
    assert (gradient_on_card - gradient).norm() <= 1e-3 * gradient.norm()


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_a_run_stays_on_the_card_and_lowers_the_loss(photo, painting, optimizer: str, precision: str) -> None:
    settings = Settings(size=80, evaluations=24, optimizer=optimizer, precision=precision)
    totals = []
    for step in transfer(photo, painting, settings, load_encoder(device="cuda")):
        assert step.best.is_cuda
        totals.append(step.total)
    assert step.done
    assert totals[-1] < 0.5 * totals[1]
    assert step.picture().size == (80, 56)


@contextmanager
def waits() -> Iterator[list[warnings.WarningMessage]]:
    """A list that gets a warning whenever the processor waits for the card."""
    before = torch.cuda.get_sync_debug_mode()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        torch.cuda.set_sync_debug_mode("warn")
        try:
            yield caught
        finally:
            torch.cuda.set_sync_debug_mode(before)


@pytest.mark.parametrize("large", [10**9, 0])  # whole, and in tiles
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_the_loop_waits_for_the_card_twice_an_evaluation(photo, painting, large, precision, monkeypatch) -> None:
    """For the losses of the step, and for what L-BFGS learns from it."""
    monkeypatch.setattr(tiles, "LARGE_ON_CARD", large)
    monkeypatch.setattr(tile_grid, "SIDE_ON_CARD", 32)
    settings = Settings(size=80, levels=1, evaluations=9, precision=precision)
    run = transfer(photo, painting, settings, load_encoder(device="cuda"))
    for _ in range(4):  # the targets are computed, and the line search of the start is over
        next(run)
    with waits() as caught:
        for _ in range(4):
            next(run)
    run.close()
    found = [f"{each.filename}:{each.lineno}" for each in caught if "synchronizing CUDA operation" in str(each.message)]
    assert len(found) == 8, found
