"""A strict double of the platform, with invented citizens and every fault one can meet.

It shares no wire code with dancu: a mock that shares the codec proves nothing.
"""

from __future__ import annotations

from dancu_mock.answer import Answered, answer
from dancu_mock.fault_numbers import FAULT_NUMBERS
from dancu_mock.journal import Call, Journal
from dancu_mock.messages import Raw, Reply, Request
from dancu_mock.mock import Mock
from dancu_mock.people import PEOPLE, Kin, Person, Place
from dancu_mock.pki import Authority, Issued
from dancu_mock.scenarios import SCENARIOS
from dancu_mock.server import MockServer
from dancu_mock.settings import MockSettings

__all__ = [
    "FAULT_NUMBERS",
    "PEOPLE",
    "SCENARIOS",
    "Answered",
    "Authority",
    "Call",
    "Issued",
    "Journal",
    "Kin",
    "Mock",
    "MockServer",
    "MockSettings",
    "Person",
    "Place",
    "Raw",
    "Reply",
    "Request",
    "answer",
]
