"""What every test may use: a tiny real encoder, a small photo, a small painting."""

import atexit
import functools
import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import Tensor

from nst_core import weights
from nst_core.images import load_picture
from nst_core.layers import CONVS
from nst_core.vgg import Encoder
from nst_core.weights import TORCHVISION_NORM, load_oxford

# Before any test module imports gradio: no telemetry, and no files in a folder that others use.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = "1000"  # events; else pandas sums them up after each
os.environ["GRADIO_TEMP_DIR"] = tempfile.mkdtemp(prefix="nst-tests-")
atexit.register(shutil.rmtree, os.environ["GRADIO_TEMP_DIR"], ignore_errors=True)
# No test speaks TLS, and every client of httpx would read all certificates first: 40 ms.
os.environ["SSL_CERT_DIR"] = os.environ["GRADIO_TEMP_DIR"]
os.environ.pop("SSL_CERT_FILE", None)  # which httpx prefers
# Several processes of tests share the processors. numpy's library reads this when it is loaded: pytest-xdist's processes
# inherit it.
torch.set_num_threads(1)
os.environ["OPENBLAS_NUM_THREADS"] = "1"

# benchmarks.accelerator runs the encoder's tests on a graphics card.
DEVICE = os.environ.get("NST_TEST_DEVICE", "cpu")
# There convolutions use TF32 by default, which rounds to 10 bits: too coarse for comparisons.
torch.backends.cudnn.allow_tf32 = False

ASSETS = Path(__file__).parent.parent / "assets"

# With this seed all four channels of all sixteen relu layers respond to the photo and the painting below, and vary over
# the picture. With most seeds some channel deep in the network is dead.
SEED = 75


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first, so that both processes of tests end together: the browser, then the files of this
    folder, mypy among them. What waits for other processes may fail on a machine too busy for them, and then runs a second
    time; the summary names it."""
    items.sort(key=lambda item: item.path.parent.name not in ("browser", "tests"))
    for item in items:
        if item.path.parent.name == "browser" or item.path.name == "test_ray.py":
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session", autouse=True)
def processor_without_bfloat16() -> Iterator[None]:
    """Precision "auto" is float32 on every machine, so that results agree; a test may patch this again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch.cpu, "get_capabilities", dict, raising=False)
        yield


@pytest.fixture(scope="session", autouse=True)
def oxford_is_read_once() -> Iterator[None]:
    """The bundled network is read from its file once, however often the command line is called."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(weights, "load_oxford", functools.cache(load_oxford))
        yield


@pytest.fixture(scope="module", autouse=True)
def garbage_collector_skips_what_earlier_files_left() -> Iterator[None]:
    """The garbage collector looks only at what came since the last file of tests. FastAPI's caches keep every page that
    was ever built, a million objects in the end, and to look through them takes half a second each time."""
    gc.freeze()
    yield
    gc.collect()


@pytest.fixture(scope="session")
def tiny() -> Encoder:
    """VGG19 with all its layers and four channels in each; change only a copy of it.

    The weights are drawn after He et al. 2015, so that activations keep their size through all sixteen convolutions.
    """
    generator = torch.Generator().manual_seed(SEED)
    drawn: dict[str, Tensor] = {}
    inputs = 3
    for name in CONVS:
        drawn[f"{name}.weight"] = torch.randn(4, inputs, 3, 3, generator=generator) * (2 / (9 * inputs)) ** 0.5
        drawn[f"{name}.bias"] = torch.randn(4, generator=generator) * 0.1
        inputs = 4
    return Encoder(drawn, *TORCHVISION_NORM, name="tiny", sha256="0" * 64).to(DEVICE)


@pytest.fixture(scope="session")
def oxford() -> Encoder:
    """The bundled network. Do not change it: copy.deepcopy(oxford)."""
    return weights.load_oxford().to(DEVICE)


@pytest.fixture(scope="session")
def photo() -> Image.Image:
    """80x56 pixels, RGB: the pavilion of the Summer Palace."""
    return load_picture(ASSETS / "photos/summer_palace.jpg").crop((0, 0, 600, 420)).resize((80, 56))


@pytest.fixture(scope="session")
def painting() -> Image.Image:
    """64x72 pixels, RGB: the Church at Auvers."""
    return (
        load_picture(ASSETS / "paintings/van_gogh_church_at_auvers_1890.webp").crop((0, 0, 384, 432)).resize((64, 72))
    )
