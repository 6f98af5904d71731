"""The settings that change the way to a platform: none of them lets an unauthenticated peer through."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from dancu import Found, MemorySink, Unavailable
from dancu.runtime.peers import pin_of
from dancu_mock import MockServer
from dancu_mock.pki import Authority

from .conftest import Platform, profile_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dancu_mock.pki import Issued


def pin(issued: Issued) -> str:
    """The pin of an issued certificate's key."""
    return pin_of(x509.load_pem_x509_certificate(issued.certificate_pem).public_bytes(Encoding.DER))


@pytest.fixture
def private(platform: Platform, tmp_path: Path) -> Iterator[tuple[Platform, Issued]]:
    """A platform reached by its address, whose certificate says no more than ``CN=localhost``."""
    authority = platform.server.authority
    issued = authority._issue("localhost", (), ExtendedKeyUsageOID.SERVER_AUTH, None, None)
    with MockServer(platform.mock, authority=authority, server=issued) as server:
        profile = profile_of(tmp_path, server.write_files(tmp_path))
        yield Platform(server, platform.mock, profile, platform.face), issued


def code(platform: Platform) -> tuple[str, str | None]:
    """The code and detail of a look-up that fails."""
    with pytest.raises(Unavailable) as caught:
        platform.look_up()
    return caught.value.code, caught.value.detail


def test_a_peer_known_by_its_common_name_is_reached_by_address(private: tuple[Platform, Issued]) -> None:
    """CN=localhost at 127.0.0.1 is server_untrusted, is found under server_name, and under its pin."""
    platform, issued = private
    assert code(platform)[0] == "server_untrusted"
    assert isinstance(platform.changed(endpoint={"server_name": "localhost"}).look_up(), Found)
    assert isinstance(platform.changed(endpoint={"server_pin": pin(issued)}).look_up(), Found)


def test_another_key_than_the_one_pinned_is_not_asked(private: tuple[Platform, Issued]) -> None:
    """With a pin of another key nothing is sent, although the CA has signed the certificate."""
    platform, _issued = private
    other = pin(platform.server.authority.issue_server())
    before = len(platform.mock.journal.calls)
    pinned = platform.changed(endpoint={"server_pin": other})
    assert code(pinned) == ("server_untrusted", "another key than the one pinned")
    assert len(platform.mock.journal.calls) == before


def test_a_pin_does_not_replace_the_authority(private: tuple[Platform, Issued], tmp_path: Path) -> None:
    """The right key under a CA that the profile does not trust stays untrusted."""
    platform, issued = private
    (tmp_path / "other.pem").write_bytes(Authority.create().certificate_pem)
    changed = platform.changed(endpoint={"server_pin": pin(issued)}, tls={"ca": str(tmp_path / "other.pem")})
    assert code(changed)[0] == "server_untrusted"


def test_name_and_pin_are_both_asked_for(platform: Platform) -> None:
    """Under both, a certificate for another name fails although its key is the pinned one."""
    right = pin(platform.server._issued)
    assert isinstance(platform.changed(endpoint={"server_pin": right, "server_name": "localhost"}).look_up(), Found)
    both = platform.changed(endpoint={"server_pin": right, "server_name": "lgsp.example"})
    assert code(both)[0] == "server_untrusted"


def test_old_renegotiation_still_verifies_the_peer(platform: Platform) -> None:
    """legacy_renegotiation changes neither a good answer nor a wrong name's refusal."""
    old = {"legacy_renegotiation": True}
    assert isinstance(platform.changed(endpoint=old).look_up(), Found)
    assert code(platform.changed(endpoint={**old, "server_name": "lgsp.example"}))[0] == "server_untrusted"


def test_named_keys_stand_in_the_audit(platform: Platform) -> None:
    """An intent names the settings in force that change the way, and no value of theirs."""
    sink = MemorySink()
    changed = platform.changed(endpoint={"server_pin": pin(platform.server._issued), "legacy_renegotiation": True})
    changed.sink = sink
    changed.look_up()
    assert json.loads(sink.lines[0])["named_keys"] == ["server_pin", "legacy_renegotiation"]


class ConnectProxy:
    """A proxy for CONNECT on the loopback that counts its tunnels; ``refuse`` answers 403."""

    def __init__(self, *, refuse: bool = False) -> None:
        self.asked: list[str] = []
        self._refuse = refuse
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _address = self._listener.accept()
                threading.Thread(target=self._tunnel, args=(client,), daemon=True).start()

    def _tunnel(self, client: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += client.recv(4096)
        self.asked.append(head.split(b" ")[1].decode())
        if self._refuse:
            client.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            client.close()
            return
        host, _colon, port = self.asked[-1].rpartition(":")
        server = socket.create_connection((host, int(port)))
        client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        threading.Thread(target=self._pump, args=(server, client), daemon=True).start()
        self._pump(client, server)

    @staticmethod
    def _pump(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def close(self) -> None:
        """Accept no more."""
        self._listener.close()


@pytest.fixture
def proxies() -> Iterator[Any]:
    """A maker of proxies."""
    made: list[ConnectProxy] = []

    def make(**options: bool) -> ConnectProxy:
        made.append(ConnectProxy(**options))
        return made[-1]

    yield make
    for proxy in made:
        proxy.close()


def test_a_proxy_carries_the_tunnel_and_sees_nothing(platform: Platform, proxies: Any) -> None:
    """The proxy is asked to CONNECT once; TLS with both certificates goes on inside."""
    proxy = proxies()
    assert isinstance(platform.changed(endpoint={"proxy": proxy.url}).look_up(), Found)
    assert proxy.asked == [f"127.0.0.1:{platform.server.port}"]


def test_a_proxy_cannot_be_the_platform(platform: Platform, proxies: Any) -> None:
    """Through a proxy the platform's certificate is checked as ever, by name and by pin."""
    proxy = proxies()
    wrong = platform.changed(endpoint={"proxy": proxy.url, "server_name": "lgsp.example"})
    assert code(wrong)[0] == "server_untrusted"
    other = pin(platform.server.authority.issue_server())
    pinned = platform.changed(endpoint={"proxy": proxy.url, "server_pin": other})
    assert code(pinned)[0] == "server_untrusted"


def test_a_proxy_that_refuses_is_a_failed_connection(platform: Platform, proxies: Any) -> None:
    """Its 403 is not the platform's: the call is connect_failed, and the platform heard nothing."""
    proxy = proxies(refuse=True)
    before = len(platform.mock.journal.calls)
    assert code(platform.changed(endpoint={"proxy": proxy.url}))[0] == "connect_failed"
    assert len(platform.mock.journal.calls) == before
