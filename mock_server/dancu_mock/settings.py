"""How strict a mock is, and for whom."""

from __future__ import annotations

import posixpath
import secrets
from dataclasses import dataclass, field
from typing import Literal

from dancu_mock.people import PEOPLE, Person

__all__ = ["MockSettings"]


@dataclass(frozen=True, slots=True)
class MockSettings:
    """What the mock demands of a caller.

    Attributes:
        family: how a caller is let in: T1 (``hash-basic``) or T2 (``lgsp-token``).
        user, secret: the account (T1), or access key and secret key (T2); the secret is
            random unless given.
        timestamp: unit of the ``Timestamp`` header.
        skew: seconds that header may differ from the mock's clock.
        x_road_client, api_key: demanded where given.
        lookup_path, confirm_path: where the services are, and what T1 hashes for each.
        token_path, token_life: where T2 hands out tokens, and their life in seconds.
        people: who is in the register.
        licensed_procedures, licensed_officers: None licenses everybody.
    """

    family: Literal["hash-basic", "lgsp-token"] = "hash-basic"
    user: str = "demo-app"
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    timestamp: Literal["milliseconds", "seconds"] = "milliseconds"
    skew: float = 300.0
    x_road_client: str | None = None
    api_key: str | None = field(default=None, repr=False)
    lookup_path: str = "/dancu/tracuu"
    confirm_path: str = "/dancu/xacthuc"
    token_path: str = "/token"  # noqa: S105  # a path
    token_life: int = 3600
    people: tuple[Person, ...] = PEOPLE
    licensed_procedures: frozenset[str] | None = None
    licensed_officers: frozenset[str] | None = None

    @property
    def folder(self) -> str:
        """The path above both services, with a slash at its end."""
        return posixpath.commonpath([self.lookup_path, self.confirm_path]).rstrip("/") + "/"
