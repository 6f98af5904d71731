"""How a running gateway is, asked from the same machine: for a person, a program, and Nagios and its kin.

The operations port tells everything. Without one the main port or socket is asked for ``/readyz``, over TLS that
accepts the certificate which ``gateway.toml`` names and no other.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from dancu.gateway.readiness import STATUS, worst
from dancu.gateway.readiness_words import REASONS, STATUS_WORDS

if TYPE_CHECKING:
    from pathlib import Path

    from dancu.gateway.config import GatewayConfig, Listen
    from dancu.gateway.readiness import State

__all__ = ["Answer", "ask_gateway", "judged", "unreached"]

_CODES = {"ok": 0, "warning": 1, "degraded": 2, "failing": 2}
_WORDS = ("OK", "WARNING", "CRITICAL", "UNKNOWN")
_MOST_BYTES = 1 << 20
_ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # it is compared


@dataclass(frozen=True, slots=True)
class Answer:
    """What a check of Nagios comes to.

    Attributes:
        code: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN (Monitoring Plugins Development Guidelines, Return Codes).
        line: one line of text, with performance data behind ``|``.
        told: all that the gateway said; empty where it said nothing.
    """

    code: int
    line: str
    told: dict[str, Any]


def ask_gateway(config: GatewayConfig, *, seconds: float = 5.0) -> dict[str, Any]:
    """What the gateway of a configuration says of itself.

    Raises:
        OSError: it is not reached in time, or shows another certificate.
        ValueError: what answers is no gateway of ours.
    """
    if config.operations is not None:
        return _asked(http.client.HTTPConnection("127.0.0.1", config.operations.port, timeout=seconds), "/status.json")
    return _asked(_main_port(config.listen, config.directory, seconds), "/readyz")


class _UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: Path, seconds: float) -> None:
        super().__init__("localhost", timeout=seconds)
        self._path = path

    def connect(self) -> None:
        """Connect to the path instead of a port."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


def _main_port(listen: Listen, directory: Path, seconds: float) -> http.client.HTTPConnection:
    if listen.socket is not None:
        return _UnixConnection(directory / listen.socket, seconds)
    host = _ANY_ADDRESS.get(listen.host, listen.host)
    if listen.certificate is None:
        return http.client.HTTPConnection(host, listen.port, timeout=seconds)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # The very certificate is expected, whatever its issuer and whichever name this machine has.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.check_hostname = False
    shown = x509.load_pem_x509_certificate((directory / listen.certificate).read_bytes())
    context.load_verify_locations(cadata=shown.public_bytes(Encoding.DER))
    return http.client.HTTPSConnection(host, listen.port, timeout=seconds, context=context)


def _asked(connection: http.client.HTTPConnection, path: str) -> dict[str, Any]:
    try:
        connection.request("GET", path, headers={"Accept": "application/json"})
        text = connection.getresponse().read(_MOST_BYTES)
    except http.client.HTTPException:
        raise ValueError("not an answer of HTTP") from None
    finally:
        connection.close()
    told: Any = json.loads(text)
    if not isinstance(told, dict):
        raise ValueError("not an answer of a gateway")
    found = cast("dict[str, Any]", told)
    if found.get("status") not in STATUS.values():
        raise ValueError("not an answer of a gateway")
    return found


def judged(told: dict[str, Any]) -> Answer:
    """The verdict on what a gateway said."""
    state = worst(_states(told))
    code = _CODES[state]
    words = STATUS_WORDS[told["status"]]
    text = "; ".join([f"{words.vi} / {words.en}", *_troubles(told)])
    return Answer(code, f"DANCU {_WORDS[code]} - {text}{_performance(told)}", told)


def unreached() -> Answer:
    """The verdict where nobody answered."""
    return Answer(2, f"DANCU {_WORDS[2]} - không liên lạc được / not reached", {})


def _states(told: dict[str, Any]) -> list[State]:
    if "findings" in told:
        return [one["state"] for one in told["findings"]]
    return list(told["checks"].values())


def _troubles(told: dict[str, Any]) -> list[str]:
    """What is not ok: sentences where the gateway told them, names of checks otherwise."""
    if "findings" not in told:
        return [f"{name}: {state}" for name, state in told["checks"].items() if state != "ok"]
    return [_sentence(one) for one in told["findings"] if one["state"] != "ok"]


def _sentence(finding: dict[str, Any]) -> str:
    about = f" [{finding['about']}]" if finding["about"] else ""
    days = f" ({finding['days']} d)" if "days" in finding else ""
    return f"{REASONS[finding['reason']].en}{about}{days}"


def _performance(told: dict[str, Any]) -> str:
    """Performance data: days of certificates, answers and failures of the last five minutes."""
    if "findings" not in told:
        return ""
    days = [f"'days {one['name']}'={one['days']};30:;7:" for one in told["certificates"]]
    traffic = told["traffic"]["last_5_minutes"]
    counted = [f"{name}={sum(one[name] for one in traffic)}" for name in ("answered", "refused", "failed")]
    return " | " + " ".join([*days, *counted])
