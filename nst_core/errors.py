"""The error tree: every message says what was given and what to do about it.

All are `ValueError`s. A front end shows the text of an `NSTError` as it is; anything else is a bug.
"""


class NSTError(ValueError):
    """Root of every error this package raises on purpose."""


class LayerError(NSTError):
    """A layer name VGG19 does not have."""


class SettingError(NSTError):
    """A setting out of its bounds, of the wrong kind, or at odds with another."""


class PictureError(NSTError):
    """A file or array that cannot be used as a picture."""


class WeightsError(NSTError):
    """VGG19 weights that are missing, corrupt or not VGG19's."""
