"""The read-only console at the operations port: what a gateway does and how it fares, in Vietnamese and English."""

from __future__ import annotations

from dancu.gateway.console.page import console_routes

__all__ = ["console_routes"]
