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
    """A picture that cannot be used, or a file or folder that cannot be read or written as asked."""


class DeviceError(NSTError):
    """A device that torch does not know or this machine does not have, or with too little memory."""


class WeightsError(NSTError):
    """Weights that are missing, corrupt or not those of a VGG19."""


class ClusterError(NSTError):
    """A Ray cluster that cannot be reached, or has no room."""
