"""The one environment variable dancu reads by itself; a profile may name others for its secrets."""

from __future__ import annotations

import os
from pathlib import Path

from dancu.errors import ConfigurationError

__all__ = ["PROFILE_VARIABLE", "profile_from_environment"]

PROFILE_VARIABLE = "DANCU_PROFILE"


def profile_from_environment() -> Path:
    """The path in ``DANCU_PROFILE``.

    Raises:
        ConfigurationError: ``profile_invalid``: the variable is not set.
    """
    path = os.environ.get(PROFILE_VARIABLE)
    if not path:
        raise ConfigurationError("profile_invalid", field=PROFILE_VARIABLE, detail="not set, and no profile was given")
    return Path(path)
