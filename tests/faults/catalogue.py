"""The faults of R1 as data (security.md §4.4): where each one sits, who plays it, and what it may come to.

``scenario`` faults are played by the mock and are those that come with it for a platform of its usual kind; their
codes stand in their own files. ``proxy`` faults are played below TLS by `FaultProxy`, ``certificate`` faults by the
mock's rotation of certificates. A fault without codes does no harm: the right answer comes.

Run as a script it writes ``docs/faults.md`` anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from dancu.errors import CODES
from dancu_mock.scenario_files.library import Library, shipped_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dancu_mock.scenario_files.model import ServiceName

__all__ = ["FACES", "FAULTS", "PAGE", "Fault", "Question", "page"]

Question = Literal["look_up", "confirm", "verify"]
FACES = ("sync", "async", "gateway")
PAGE = Path(__file__).parents[2] / "docs" / "faults.md"
Layer = Literal["connection", "TLS", "exchange", "answer", "certificate"]

_ASKED: dict[Question, ServiceName] = {"look_up": "look_up", "confirm": "confirm", "verify": "look_up"}
_NO_FAULT = {"nobody", "homonyms", "burst_503"}
"""Scenarios that are answers, or that pass by themselves."""
_LATE = {"slow": "timed_out"}
"""Scenarios that are longer than the deadline of the matrix."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault.

    Attributes:
        about: what happens, in a line.
        codes: what it may come to; none where the right answer comes.
        data: codes of a question that has another answer than the rest.
    """

    name: str
    layer: Layer
    by: Literal["scenario", "proxy", "certificate"]
    about: str
    codes: frozenset[str]
    data: frozenset[str] | None = None

    def comes_to(self, question: Question) -> frozenset[str]:
        """The codes that a question may come to."""
        return self.data if self.data is not None and question == "confirm" else self.codes


def _scenarios() -> Iterator[Fault]:
    library = Library()
    for name in shipped_names():
        scenario = library.get(name)
        usual = scenario.platform.family == "hash-basic" and scenario.platform.skin == "soap"
        if name in _NO_FAULT or not usual or scenario.when is not None or scenario.daily is not None:
            continue
        found: dict[ServiceName, frozenset[str]] = {}
        for service in set(_ASKED.values()):
            code = _LATE.get(name, scenario.expected(service)[0].code)
            found[service] = frozenset() if code is None else frozenset({code})
        yield Fault(name, "answer", "scenario", scenario.title.en, found["look_up"], found["confirm"])


def _proxied(layer: Layer, **faults: tuple[str, str]) -> Iterator[Fault]:
    for name, (about, codes) in faults.items():
        yield Fault(name, layer, "proxy", about, frozenset(codes.split()))


def _certificates() -> Iterator[Fault]:
    for name, about in (
        ("wrong_issuer", "A certificate of a CA that nobody trusts"),
        ("expired", "A certificate that has ended"),
        ("not_yet_valid", "A certificate of tomorrow"),
        ("wrong_name", "A certificate for another host"),
    ):
        yield Fault(name, "certificate", "certificate", about, frozenset({"server_untrusted"}))


FAULTS: tuple[Fault, ...] = (
    *_proxied(
        "connection",
        refused=("Nobody listens at the port", "connect_failed"),
        blackhole=("A SYN is never answered", "timed_out connect_failed"),
        half_open=("The connection stands, and nobody takes it", "timed_out connect_failed"),
        slow_accept=("The connection is taken 100 ms late", ""),
        reset_on_accept=("The connection is reset at once", "connect_failed disconnected"),
        close_on_accept=("The connection is closed at once", "connect_failed disconnected"),
    ),
    *_proxied(
        "TLS",
        plain_text_peer=("The peer answers in plain HTTP", "connect_failed"),
        noise_peer=("The peer answers with random bytes", "connect_failed"),
        tls_1_0_only=("The peer speaks TLS 1.0 at most", "connect_failed"),
        alert_in_handshake=("The peer ends the handshake with an alert", "connect_failed"),
        close_in_handshake=("Closed after the ClientHello", "connect_failed disconnected"),
        reset_in_handshake=("Reset after the ClientHello", "connect_failed disconnected"),
        stall_in_handshake=("Silence after the ClientHello", "timed_out connect_failed"),
        cut_handshake=("Closed within the ServerHello", "connect_failed disconnected"),
        stalled_handshake=("Silence within the ServerHello", "timed_out connect_failed"),
        flipped_handshake=("One bit of the server's flight is another", "connect_failed server_untrusted"),
        sliced_handshake=("The server's flight comes byte by byte", ""),
    ),
    *_proxied(
        "exchange",
        reset_while_sending=("Reset while the question is sent", "disconnected connect_failed"),
        close_while_sending=("Closed while the question is sent", "disconnected connect_failed"),
        never_reads=("The question is never read", "timed_out"),
        cut_answer=("Closed within a record of the answer", "disconnected connect_failed"),
        reset_in_answer=("Reset within a record of the answer", "disconnected connect_failed"),
        stalled_answer=("Silence within a record of the answer", "timed_out connect_failed"),
        dripped_answer=("A byte each 20 ms", "timed_out connect_failed"),
        sliced_answer=("A byte a segment", ""),
        late_answer=("The answer comes 100 ms late", ""),
        flipped_answer=("One bit of a record is another", "disconnected unreadable_answer connect_failed"),
        noise_in_answer=("Random bytes instead of a record", "disconnected unreadable_answer connect_failed"),
    ),
    *_certificates(),
    *_scenarios(),
)
"""Every fault of the matrix."""

_HEAD = """\
# Faults

What an application sees when something breaks between it and the register. Each of the {faults} faults below is played
on real sockets over mTLS against {questions} questions (`look_up`, `confirm`, `verify`) and {faces} ways in (`Client`,
`AsyncClient`, and a `Client` through the gateway): {runs} runs of `make test-faults`. Every run ends within its
deadline of 300 ms plus 100 ms, with one of the codes named here and never with "no such citizen"; intent and outcome
are in the audit; and the next question is answered. `-` means that the fault does no harm: the right answer comes.
A run that is late is made once more, since a busy machine is late by itself; late twice fails.

*Connection*, *TLS* and *exchange* are broken below TLS by a proxy, *certificate* by the mock's rotation, *answer* by
its [scenarios](scenarios.md). Where two codes are named, it depends on the moment which side notices first.

"""


def page() -> str:
    """The text of ``docs/faults.md``."""
    questions = len(get_args(Question))
    runs = len(FAULTS) * questions * len(FACES)
    head = _HEAD.format(faults=len(FAULTS), questions=questions, faces=len(FACES), runs=runs)
    rows = (
        f"| {fault.layer} | `{fault.name}` | {fault.about} | {_codes(fault.codes)} | {_whose(fault.codes)} |"
        for fault in FAULTS
    )
    return head + "\n".join(
        ("| where | fault | what happens | code | whose |", "| --- | --- | --- | --- | --- |", *rows, "")
    )


def _codes(codes: Iterable[str]) -> str:
    return ", ".join(f"`{code}`" for code in sorted(codes)) or "-"


def _whose(codes: frozenset[str]) -> str:
    return ", ".join(sorted({entry.origin for code, entry in CODES.items() if code in codes})) or "-"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
