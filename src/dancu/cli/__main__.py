"""``python -m dancu.cli`` is the ``dancu`` command."""

from __future__ import annotations

from dancu.cli import main

main()
