"""How strict a mock is, for whom, and in which province's manner it speaks."""

from __future__ import annotations

import posixpath
import secrets
from dataclasses import dataclass, field
from typing import Literal, Self, cast, get_args

from dancu_mock.people import PEOPLE, Person

__all__ = ["MOST_PEOPLE", "FamilyName", "MockSettings", "RequestForm", "SkinName"]

FamilyName = Literal[
    "hash-basic", "xroad", "esb", "lgsp-token", "header-key", "client-credentials", "jwt-login", "portal-session"
]
SkinName = Literal["soap", "json-message", "json-string", "json-flag", "json-tree", "result-object", "coded-response"]
RequestForm = Literal["soap", "json"]
DialectName = Literal["live", "qcvn109"]
TimestampUnit = Literal["milliseconds", "seconds"]
ExpiryForm = Literal["milliseconds", "seconds", "iso", "none"]
ConfirmShape = Literal["TonTai", "SoLuongCongDan", "data"]
InnerForm = Literal["xml", "tree", "message"]
TreeRoot = Literal["Envelope", "Body", "payload"]

MOST_PEOPLE = 1_000_000
"""A number's last six digits are a person's index."""
_ASKED_IN_JSON = frozenset({"json-message", "json-flag", "json-tree", "coded-response"})
_MAY_HOLD_DATA = frozenset({"json-flag", "result-object", "coded-response"})
_SERVICES = ("look_up", "confirm", "relatives", "blood_group")


@dataclass(frozen=True, slots=True)
class MockSettings:
    """What the mock demands of a caller, and how it answers.

    Attributes:
        family: how a caller is let in (wire.md §2.1).
        skin: how an answer is wrapped.
        dialect: of the records of service A.
        request: form of the requests; by default the one that goes with the skin and the family.
        user, secret: the account: user and shared secret (T1), access key and secret key (T2, T3), client
            id and secret (T4), user and password (T5, T6). The secret is random unless given.
        timestamp, skew: unit of the ``Timestamp`` header (T1), and seconds it may differ from our clock.
        x_road_client, api_key: headers of T1x; the key is demanded where given.
        source_type: header of T1e.
        app_name, partner_code, partner_code_cus: members of the key header (T2, T3).
        key_names: five ``long`` or three ``short`` members (T3).
        secret_in, scope: where T4 wants id and secret, and the scope it demands, if any.
        quoted: whether T5 wants the token in apostrophes.
        expiry: form of ``expiryDate``.
        unit, destination: ``madonvi`` and ``dstcode`` (T6).
        lookup_path, confirm_path, relatives_path, blood_group_path: where the services are, and what T1
            hashes for each.
        token_path, login_path, refresh_path, token_life: where tokens are had, and their life in seconds.
        confirm_shape: what service B says yes with; ``data`` needs a skin of JSON, and json-flag has no other.
        relatives_wrapped: whether the answer of service C stands in a ``...Response``.
        lost_escapes: whether json-string has ``u000a`` between the tags, with its backslash lost.
        tree_root, tree_array, tree_prefixes: from which level on a tree is converted, whether one
            ``CongDan`` is a list too, and whether names keep prefixes and ``xmlns``.
        inner: what stands inside result-object and coded-response.
        refusal_status: HTTP status of a refused licence.
        people: who is in the register.
        population, seed: how many people are in the register next to those, 1,000,000 at most, and which ones.
        licensed_procedures, licensed_officers: None licenses everybody.

    Raises:
        ValueError: a name that there is not, or two settings that no platform could have at once.
    """

    family: FamilyName = "hash-basic"
    skin: SkinName = "soap"
    dialect: DialectName = "live"
    request: RequestForm | None = None
    user: str = "demo-app"
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    timestamp: TimestampUnit = "milliseconds"
    skew: float = 300.0
    x_road_client: str = "DEMO/GOV/000/DEMO-APP"
    api_key: str | None = field(default=None, repr=False)
    source_type: str = "DEMO"
    app_name: str = "DEMO"
    partner_code: str = "000.00.00.X00"
    partner_code_cus: str = "000.00.00.X00"
    key_names: Literal["long", "short"] = "long"
    secret_in: Literal["header", "form"] = "header"  # noqa: S105  # a place
    scope: str | None = None
    quoted: bool = False
    expiry: ExpiryForm = "milliseconds"
    unit: str = "000.00.00.X00"
    destination: str = "VN:GOV:000.00.00.X00:dancu"
    lookup_path: str = "/dancu/tracuu"
    confirm_path: str = "/dancu/xacthuc"
    relatives_path: str = "/dancu/nhanthan"
    blood_group_path: str = "/dancu/nhommau"
    token_path: str = "/token"  # noqa: S105  # a path
    login_path: str = "/login"
    refresh_path: str = "/login/refresh"
    token_life: int = 3600
    confirm_shape: ConfirmShape = "TonTai"
    relatives_wrapped: bool = False
    lost_escapes: bool = False
    tree_root: TreeRoot = "Envelope"
    tree_array: bool = False
    tree_prefixes: bool = False
    inner: InnerForm = "xml"
    refusal_status: Literal[200, 400, 403] = 403
    people: tuple[Person, ...] = PEOPLE
    population: int = MOST_PEOPLE
    seed: int = 1
    licensed_procedures: frozenset[str] | None = None
    licensed_officers: frozenset[str] | None = None

    def __post_init__(self) -> None:
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                raise ValueError(f"{name} is one of {', '.join(str(one) for one in choices if one is not None)}")
        if not 0 <= self.population <= MOST_PEOPLE:
            raise ValueError(f"population is 0 to {MOST_PEOPLE}")
        if self.family == "portal-session" and self.form != "json":
            raise ValueError("portal-session puts its session into JSON; request is json")
        if self.confirm_shape == "data" and self.skin not in _MAY_HOLD_DATA:
            raise ValueError(f"confirm_shape data needs one of the skins {', '.join(sorted(_MAY_HOLD_DATA))}")

    @classmethod
    def named(cls, *, family: str, skin: str, dialect: str, request: str | None) -> Self:
        """Settings by names as a person types them; raises ValueError that lists the right ones."""
        return cls(
            family=cast("FamilyName", family),
            skin=cast("SkinName", skin),
            dialect=cast("DialectName", dialect),
            request=cast("RequestForm | None", request),
        )

    @property
    def form(self) -> RequestForm:
        """The form of the requests in force."""
        if self.request is not None:
            return self.request
        return "json" if self.skin in _ASKED_IN_JSON or self.family == "portal-session" else "soap"

    @property
    def services(self) -> dict[str, str]:
        """Path to service, for those that the skin can carry."""
        paths = (self.lookup_path, self.confirm_path, self.relatives_path, self.blood_group_path)
        offered = zip(paths, _SERVICES, strict=True)
        return {path: name for path, name in offered if self.skin != "json-flag" or name == "confirm"}

    @property
    def folder(self) -> str:
        """The path above all services, with a slash at its end."""
        above = posixpath.commonpath([posixpath.dirname(path) for path in self.services])
        return above.rstrip("/") + "/"


_CHOICES: dict[str, tuple[object, ...]] = {
    "family": get_args(FamilyName),
    "skin": get_args(SkinName),
    "dialect": get_args(DialectName),
    "request": (None, *get_args(RequestForm)),
    "timestamp": get_args(TimestampUnit),
    "expiry": get_args(ExpiryForm),
    "confirm_shape": get_args(ConfirmShape),
    "inner": get_args(InnerForm),
    "tree_root": get_args(TreeRoot),
    "key_names": ("long", "short"),
    "secret_in": ("header", "form"),
    "refusal_status": (200, 400, 403),
}
