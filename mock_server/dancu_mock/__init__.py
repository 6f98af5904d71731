"""A strict double of the platform, with invented citizens and every fault one can meet.

It shares no wire code with dancu: a mock that shares the codec proves nothing.
"""

from __future__ import annotations

from dancu_mock.answer import Answered, answer
from dancu_mock.certificates import CertificateKind
from dancu_mock.clock import VirtualClock
from dancu_mock.fault_numbers import FAULT_NUMBERS
from dancu_mock.journal import Call, Journal
from dancu_mock.messages import Raw, Reply, Request
from dancu_mock.mock import Mock, Scene
from dancu_mock.people import PEOPLE
from dancu_mock.person import Kin, Person, Place
from dancu_mock.personas import PERSONAS, Persona
from dancu_mock.pki import Authority, Issued
from dancu_mock.population import Population
from dancu_mock.register import Register
from dancu_mock.scenario_files.troubles import ScenarioError
from dancu_mock.scenarios import SCENARIOS
from dancu_mock.server import MockServer
from dancu_mock.settings import MockSettings
from dancu_mock.stage import Playing, Stage, When

__all__ = [
    "FAULT_NUMBERS",
    "PEOPLE",
    "PERSONAS",
    "SCENARIOS",
    "Answered",
    "Authority",
    "Call",
    "CertificateKind",
    "Issued",
    "Journal",
    "Kin",
    "Mock",
    "MockServer",
    "MockSettings",
    "Person",
    "Persona",
    "Place",
    "Playing",
    "Population",
    "Raw",
    "Register",
    "Reply",
    "Request",
    "ScenarioError",
    "Scene",
    "Stage",
    "VirtualClock",
    "When",
    "answer",
]
