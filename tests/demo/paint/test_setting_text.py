"""Messages about settings in the words of the page."""

import pytest

from demo.paint import setting_text
from nst_core.errors import NSTError, SettingError
from nst_core.settings import Settings


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"style_weight": -1}, "Style weight β must be between 0 and 1000000000, not -1."),
        (
            {"style_weight": 0, "content_weight": 0},
            "Content weight α and Style weight β are both 0: nothing is left to",
        ),
        ({"style_layer_weights": "a"}, "Style layer weights must be a number between 0 and 1000000, not 'a'."),
        ({"style_layers": "relu42"}, "Style layers: VGG19 has no layer 'relu42'. Try relu4_2"),
        ({"size": None}, "Size is empty. Give a number between 64 and"),
        ({"tv_weight": None}, "Smoothness γ is empty. Give a number between 0 and 1000000000."),
        ({"evaluations": 2.5}, "Steps (evaluations) must be a whole number between 1 and 10000, not 2.5."),
        ({"mix": "0, 0"}, 'The weights in "Shares of the paintings" are all 0. Raise one of them.'),
    ],
)
def test_a_message_names_a_setting_as_its_label_does(given, words):
    with pytest.raises(NSTError) as refused, setting_text.page_words():
        Settings(**given)
    assert str(refused.value).startswith(words)


def test_a_wrong_number_of_shares_is_said_in_the_words_of_the_page():
    with pytest.raises(SettingError) as refused, setting_text.page_words():
        Settings(mix="1, 2").shares(1)
    assert 'The shares in "Shares of the paintings" are 2 numbers for 1 paintings.' in str(refused.value)


def test_ordinary_words_stay_as_they_are():
    for message in ("Choose a smaller size.", "The painting has no texture.", "Crop it, or choose a larger size."):
        assert setting_text.in_page_words(message) == message
