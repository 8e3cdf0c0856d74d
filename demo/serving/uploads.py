"""Which paths may be read for a visitor: those of files that were uploaded here."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from .. import text


def refusal(path: Any, folder: str) -> str | None:
    """Why `path`, as a client sent it, may not be read, in words; None when it is that of a file in `folder`."""
    if not isinstance(path, str) or "\0" in path:
        return text.UNREADABLE
    if path.startswith(("http://", "https://")):
        return text.WEB_ADDRESS
    if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder)):
        return text.NOT_UPLOADED
    return None if os.path.exists(path) else text.GONE
