"""What ``gateway.toml`` may say about operating."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["OperationsPart"]


class OperationsPart(BaseModel):
    """The port for operating, on the loopback.

    Attributes:
        port: of 127.0.0.1.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    port: Annotated[int, Field(ge=1, le=65535)]
