"""`diagnose`: why a set-up does not work, in ordered checks, down to the line to change."""

from __future__ import annotations

from dancu.diagnose.checks import CHECKS
from dancu.diagnose.examine import diagnose
from dancu.diagnose.findings import CheckSpec
from dancu.diagnose.report import Check, Line, Report, State

__all__ = ["CHECKS", "Check", "CheckSpec", "Line", "Report", "State", "diagnose"]
