"""Compute assets/patches.npz: the nine strongest places of every channel in the bundled pictures.

Run `python -m benchmarks.bundled_patches` after the pictures in assets/ or the weights have changed (about 20 seconds).
"""

from __future__ import annotations

from demo.explorer.feature_cache import PATCHES, at_look_size, pictures
from nst_core.explore.look import look
from nst_core.explore.patches import PatchIndex, top_activations
from nst_core.layers import LAYERS
from nst_core.weights import load_oxford


def main() -> None:
    """Write the index and print its size."""
    encoder = load_oxford()
    looks = [look(at_look_size(str(path)), encoder) for path in pictures()]
    relus = [name for name, layer in LAYERS.items() if layer.kind == "relu"]
    places = {name: top_activations(looks, name) for name in relus}
    PatchIndex(encoder.sha256, tuple(path.name for path in pictures()), places).write(PATCHES)
    print(f"{PATCHES}: {PATCHES.stat().st_size / 1e3:.0f} kB, {len(looks)} pictures, {len(relus)} layers")


if __name__ == "__main__":
    main()
