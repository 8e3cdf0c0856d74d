"""Which values of a client are read, and that the components themselves refuse the others."""

from pathlib import Path
from types import SimpleNamespace

import gradio as gr
import pytest

from demo import text
from demo.inputs import PaintingsInput, PhotoInput, SettingsFile
from demo.serving import gradio_internals
from demo.serving.uploads import refusal, refusal_of_inputs


@pytest.fixture
def outside(tmp_path, photo) -> Path:
    """A picture that is none of the uploads."""
    path = tmp_path / "secret.png"
    photo.save(path)
    return path


def uploaded(component: gr.blocks.Block, photo, name: str = "photo.png") -> Path:
    folder = Path(gradio_internals.upload_folder(component)) / "0123"
    folder.mkdir(parents=True, exist_ok=True)
    photo.save(folder / name)
    return folder / name


@pytest.mark.parametrize("component", [PhotoInput, SettingsFile])
def test_a_component_refuses_what_was_not_uploaded_whatever_came_before_it(component, outside, photo):
    """Called as Gradio calls it, without any check in between."""
    with gr.Blocks(analytics_enabled=False):
        widget = component()
    inside = uploaded(widget, photo)
    link = inside.with_name("link.png")
    link.unlink(missing_ok=True)
    link.symlink_to(outside)
    refused = {
        str(outside): text.NOT_UPLOADED,
        f"{inside.parent}/../../../../../../../../..{outside}": text.NOT_UPLOADED,
        str(link): text.NOT_UPLOADED,
        str(inside.with_name("gone.png")): text.GONE,
        "http://127.0.0.1/x.png": text.WEB_ADDRESS,
        "": text.INLINE,
        "a\0b": text.UNREADABLE,
    }
    for path, words in refused.items():
        with pytest.raises(gr.Error) as error:
            widget.preprocess(SimpleNamespace(path=path))
        assert error.value.message == words, path
    read = widget.preprocess(SimpleNamespace(path=str(inside), orig_name="photo.png"))
    assert read == str(inside) or read.size == photo.size
    assert widget.preprocess(None) is None


def test_a_gallery_refuses_what_was_not_uploaded_and_reads_no_more_than_three(outside, photo):
    with gr.Blocks(analytics_enabled=False):
        gallery = PaintingsInput()

    def read(*paths: object):
        items = [SimpleNamespace(image=SimpleNamespace(path=str(path), orig_name="a.png")) for path in paths]
        return gallery.preprocess(SimpleNamespace(root=items))

    inside = uploaded(gallery, photo)
    assert [picture.size for picture in read(inside, inside, inside)] == [photo.size] * 3
    assert gallery.preprocess(None) == []
    for paths, words in (((inside, outside), text.NOT_UPLOADED), ((outside,) * 4, text.TOO_MANY_PAINTINGS)):
        with pytest.raises(gr.Error) as error:
            read(*paths)
        assert error.value.message == words
    with pytest.raises(gr.Error):  # a video instead of a picture
        gallery.preprocess(SimpleNamespace(root=[SimpleNamespace(video=SimpleNamespace(path=str(outside)))]))


def test_paths_are_found_wherever_they_stand(tmp_path, outside):
    folder = str(tmp_path / "uploads")
    for inputs in ([{"path": str(outside)}], [[{"a": {"path": str(outside), "meta": None}}]], [{"path": [5]}]):
        assert refusal_of_inputs(inputs, 1, folder) in (text.NOT_UPLOADED, text.UNREADABLE)
    assert refusal_of_inputs(["a", 1, None, {"path": None}], 4, folder) is None


def test_too_few_values_and_values_that_json_cannot_hold_are_unreadable(tmp_path):
    for inputs, expected in (([], 1), ([10**30], 1), (["\ud800"], 1)):
        assert refusal_of_inputs(inputs, expected, str(tmp_path)) == text.UNREADABLE


def test_the_folder_itself_may_be_reached_by_a_link(tmp_path, photo):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    photo.save(tmp_path / "real" / "photo.png")
    assert refusal(str(tmp_path / "link" / "photo.png"), str(tmp_path / "link")) is None
