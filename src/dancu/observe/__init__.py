"""Ready-made observers of `dancu.events`: logging, and Prometheus and OpenTelemetry as extras of these names."""

from __future__ import annotations

from dancu.observe.fan_out import tell_all
from dancu.observe.log import log_event

__all__ = ["log_event", "tell_all"]
