"""Profiles bent at random, each with a handshake in memory: nobody gets through unauthenticated."""

from __future__ import annotations

import os
import random
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from dancu import ConfigurationError
from dancu.assembly import assemble, lane_settings
from dancu.runtime.peers import pin_of
from dancu.runtime.sinks import MemorySink
from dancu_mock.pki import Authority

if TYPE_CHECKING:
    from pathlib import Path

    from dancu.runtime.lanes import LaneSettings

SEED = int(os.environ.get("FUZZ_SEED", "20261123"))
PROFILES = int(os.environ.get("FUZZED_PROFILES", "10000"))
HOSTS = ("127.0.0.1", "localhost", "lgsp.example", "other.example")
JUNK: tuple[Any, ...] = (None, "", 0, True, [], {}, "\x00", "*", "false", -1, 1e309, "lgsp.example\n", "sha256/")


@dataclass
class Far:
    """A far end: its context, the names and pin it can prove, and the file of the CA that signed it."""

    context: ssl.SSLContext
    names: frozenset[str]
    pin: str
    ca: str


@pytest.fixture(scope="module")
def ends(tmp_path_factory: pytest.TempPathFactory) -> list[Far]:
    """Four far ends under two authorities."""
    directory = tmp_path_factory.mktemp("ends")
    made: list[Far] = []
    for place in range(2):
        authority = Authority.create()
        ca = directory / f"ca{place}.pem"
        ca.write_bytes(authority.certificate_pem)
        for names in (("127.0.0.1", "localhost"), ("lgsp.example",)):
            issued = authority.issue_server(names)
            path = directory / f"server{len(made)}.pem"
            path.write_bytes(issued.certificate_pem + issued.key_pem)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(path)
            der = x509.load_pem_x509_certificate(issued.certificate_pem).public_bytes(Encoding.DER)
            made.append(Far(context, frozenset(names), pin_of(der), str(ca)))
    return made


def bent(chance: random.Random, ends: list[Far], secret: Path) -> dict[str, Any]:
    """A profile, right or wrong in many ways at once."""
    end = chance.choice(ends)
    endpoint: dict[str, Any] = {"url": f"https://{chance.choice(HOSTS)}/dancu/"}
    if chance.random() < 0.5:
        endpoint["server_name"] = chance.choice(HOSTS)
    if chance.random() < 0.4:
        endpoint["server_pin"] = chance.choice(ends).pin
    if chance.random() < 0.3:
        endpoint["legacy_renegotiation"] = chance.random() < 0.5
    if chance.random() < 0.1:
        endpoint["proxy"] = "http://127.0.0.1:3128"
    profile: dict[str, Any] = {
        "environment": "test",
        "endpoint": endpoint,
        "tls": {"ca": end.ca},
        "credential": {"family": "hash-basic", "user": "demo-app", "secret": {"file": str(secret)}},
        "services": {
            "confirm": {
                "path": "x",
                "operation": "XacThucThongTinCongDan",
                "integration": "003",
                "fields_sent": ["MaYeuCau", "SoDinhDanh"],
            }
        },
        "audit": {"sink": "none"},
    }
    if chance.random() < 0.5:
        table = chance.choice([profile, endpoint, profile["tls"], profile["credential"]])
        name = chance.choice([*table, "verify", "check_hostname", "insecure", "ca", "ssl", "tls"])
        table[name] = chance.choice(JUNK)
    return profile


def shaken(settings: LaneSettings, host: str, end: Far) -> bool:
    """Whether a handshake in memory goes through, as the streams would have it."""
    context = settings.context
    assert context is not None
    assert context.verify_mode is ssl.CERT_REQUIRED and context.minimum_version >= ssl.TLSVersion.TLSv1_2
    to_far, to_us = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = context.wrap_bio(to_us, to_far, server_hostname=settings.peer.name or host)
    theirs = end.context.wrap_bio(to_far, to_us, server_side=True)
    for _round in range(4):
        done = 0
        for side in (ours, theirs):
            try:
                side.do_handshake()
                done += 1
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLError:
                return False
        if done == 2:
            return settings.peer.fits(ours.getpeercert(binary_form=True))
    return False


@pytest.mark.timeout(300)
def test_no_profile_lets_an_unauthenticated_peer_through(ends: list[Far], tmp_path: Path) -> None:
    """Each of 10,000 bent profiles is refused by name, or lets through only whom CA and name or pin vouch for."""
    chance = random.Random(SEED)
    secret = tmp_path / "secret.txt"
    secret.touch(mode=0o600)
    secret.write_text("synthetic", encoding="utf-8")
    refused = failed = through = 0
    for place in range(PROFILES):
        profile = bent(chance, ends, secret)
        try:
            parts = assemble(profile, audit=MemorySink(), clock=None)
            settings = lane_settings(parts)
        except ConfigurationError as error:
            failed += 1
            refused += bool(error.field)
            continue
        if settings.context is None:
            assert parts.profile.endpoint.url.startswith("http://127.0.0.1"), f"seed {SEED}, profile {place}"
            continue
        end, endpoint = chance.choice(ends), profile["endpoint"]
        host = endpoint["url"].split("/")[2]
        if not shaken(settings, host, end):
            continue
        through += 1
        expected = endpoint.get("server_name") or host
        by_pin = endpoint.get("server_pin") == end.pin
        named = expected in end.names
        vouched = end.ca == profile["tls"]["ca"] and (by_pin if endpoint.get("server_pin") else named)
        assert vouched, f"seed {SEED}, profile {place}"
        assert named or not endpoint.get("server_name"), f"seed {SEED}, profile {place}"
    assert refused == failed > PROFILES // 20
    assert through > PROFILES // 100
