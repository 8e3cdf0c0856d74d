"""The error classes: every message says what was given and what to do about it.

All are `ValueError`s. A front end shows the message of an `NSTError` as it is; any other exception is a bug.
"""


class NSTError(ValueError):
    """Base class of every error that this package raises on purpose."""


class LayerError(NSTError):
    """A layer name that VGG19 does not have."""


class SettingError(NSTError):
    """A setting that is out of its bounds, of the wrong type, or in conflict with another."""


class PictureError(NSTError):
    """A file, or a PIL image, that cannot be used as a picture."""


class DeviceError(NSTError):
    """A device that torch does not know or this machine does not have."""


class WeightsError(NSTError):
    """Weights that are missing, corrupt or not those of a VGG19."""
