"""One authority for all provinces: certificates are made once."""

from __future__ import annotations

import pytest

from dancu_mock.pki import Authority


@pytest.fixture(scope="session")
def authority() -> Authority:
    """Signs whatever a profile names."""
    return Authority.create()
