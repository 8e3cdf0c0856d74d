"""When the machine's pace is measured, and that an estimate is made of it."""

import pytest

from demo.compute.cost import TILES_FACTOR, Pace, between, estimate, evaluation, targets
from demo.compute.paces import FRESH, Paces
from demo.compute.speed import measured_pace
from nst_core.plan import flops_per_evaluation
from nst_core.settings import Settings
from nst_core.transfer import transfer

USUAL, SLOWER = Pace(0.02, 2e-12), Pace(0.04, 4e-12)


class Machine:
    """A machine with a clock; `measured` are the precisions that were measured, in their order."""

    def __init__(self) -> None:
        """At its usual pace."""
        self.now, self.pace, self.measured = 0.0, USUAL, []
        self.paces = Paces(self.measure, lambda: self.now)

    def measure(self, precision: str) -> Pace:
        self.measured.append(precision)
        return self.pace


def test_each_precision_is_measured_when_it_is_first_asked_for() -> None:
    machine = Machine()
    for precision in ("float32", "float32", "bfloat16", "float32"):
        assert machine.paces.get(precision) == USUAL
    assert machine.measured == ["float32", "bfloat16"]


def test_a_check_measures_unless_a_check_has_measured_within_a_minute() -> None:
    machine, found = Machine(), []
    machine.paces.get("float32")
    for seconds in (0, 1, FRESH - 1, FRESH, FRESH + 1):
        machine.now = seconds
        fresh = machine.paces.fresh
        machine.paces.check("float32")
        found.append((fresh, len(machine.measured)))
    assert found == [(False, 2), (True, 2), (True, 2), (False, 3), (True, 3)]


def test_a_busier_machine_is_slower_in_the_other_precision_too() -> None:
    machine = Machine()
    assert machine.paces.get("bfloat16") == machine.paces.get("float32") == USUAL
    machine.now, machine.pace = FRESH, SLOWER
    machine.paces.check("float32")
    assert machine.paces.get("float32") == machine.paces.get("bfloat16") == SLOWER


def test_the_pace_of_a_run_needs_no_measurement_for_a_minute() -> None:
    machine = Machine()
    machine.paces.correct("float32", SLOWER)
    machine.now = FRESH - 1
    machine.paces.check("float32")
    assert machine.paces.get("float32") == SLOWER and machine.measured == [] and machine.paces.fresh


def test_an_evaluation_has_a_fixed_part_and_one_by_its_flop_which_takes_longer_in_tiles() -> None:
    flop = flops_per_evaluation(128, 96, Settings().layers_used)
    assert evaluation(Settings(), 128, 96, USUAL) == pytest.approx(0.02 + 2e-12 * flop)
    flop = flops_per_evaluation(1024, 768, Settings().layers_used)
    assert evaluation(Settings(), 1024, 768, USUAL) == pytest.approx(0.02 + 2e-12 * TILES_FACTOR * flop)


@pytest.mark.parametrize("size, levels", [(64, 1), (100, 2)])
def test_a_run_should_take_up_to_its_end_what_was_estimated_for_it(size, levels, tiny, photo, painting) -> None:
    settings = Settings(size=size, levels=levels, evaluations=5)
    steps = list(transfer(photo, painting, settings, tiny))
    expected = sum(between(*pair, settings, USUAL, False) for pair in zip([None, *steps], steps, strict=False))
    assert expected == pytest.approx(estimate(settings, *photo.size, USUAL).seconds)


def test_the_targets_are_a_forward_pass_of_the_photo_and_one_of_the_enlarged_painting() -> None:
    assert targets(Settings(style_scale=1)) == 1 and targets(Settings(style_scale=3)) == 5


def test_the_measured_pace_is_that_of_a_machine_that_computes(tiny) -> None:
    pace = measured_pace(tiny)
    assert pace.fixed >= 0 and pace.flop > 0
