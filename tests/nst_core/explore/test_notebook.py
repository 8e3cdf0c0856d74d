"""A notebook is a file of Jupyter's format, and the pictures in it are the pictures."""

import json

from nst_core.explore import notebook


def test_the_pictures_come_back_without_loss_and_the_cells_follow_in_order(photo, painting) -> None:
    made = notebook("Tïtle", ["Some words."], {"first": photo, "second": painting}, ["a = 1", "b = a + 1\nb"])
    whole = json.loads(made)
    assert (whole["nbformat"], whole["nbformat_minor"]) == (4, 5) and whole["metadata"]["kernelspec"][
        "name"
    ] == "python3"
    kinds = [cell["cell_type"] for cell in whole["cells"]]
    assert kinds == ["markdown", "code", "code", "code"]
    assert "".join(whole["cells"][0]["source"]).startswith("# Tïtle\n\nSome words.")
    names: dict = {}
    for cell in whole["cells"][1:]:
        assert cell["outputs"] == [] and cell["execution_count"] is None
        exec("".join(cell["source"]), names)
    assert names["b"] == 2
    assert names["first"].tobytes() == photo.tobytes() and names["second"].size == painting.size


def test_without_pictures_there_is_no_cell_for_them() -> None:
    cells = json.loads(notebook("Title", [], {}, ["1"]))["cells"]
    assert [cell["cell_type"] for cell in cells] == ["markdown", "code"]
