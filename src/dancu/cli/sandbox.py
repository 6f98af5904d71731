"""``dancu sandbox``: a mock platform, a gateway in front of it and one application with a key, in one command."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dancu.domain.fields import FIELDS
from dancu.flows.look_up import OFFERED
from dancu.runtime.private import write_private

if TYPE_CHECKING:
    from dancu_mock import MockServer

__all__ = ["sandbox"]

_CONFIG = """\
# A gateway in front of a mock platform; everybody in it is invented.
[listen]
host = "{host}"
port = {port}
certificate = "gateway.pem"
key = "gateway.key"

[upstream]
profile = "profile.toml"

[audit]
database = "audit.sqlite"

[protection]                                  # invented people may be asked about without end
per_subject = 1000000
per_officer = 1000000
per_application = 1000000

[[application]]
name = "sandbox"
key_sha256 = "{key}"
units = ["H15.42"]
per_second = 100
"""
_STEADY = """
[breaker]
enabled = false                               # a number that plays a fault plays it each time
"""
_GRANT = """
[[grant]]
application = "sandbox"
procedure = "1.004194"
service = "{service}"
fields = {fields}
"""
_GRANTED = {
    "look_up": list(FIELDS),
    "confirm": [],
    "verify": list(FIELDS),
    "relatives": sorted(OFFERED["relatives"]),
    "blood_group": ["blood_group"],
}


def sandbox(
    directory: Annotated[
        Path, typer.Option("--dir", help="Where keys, certificates and the audit are written.")
    ] = Path("dancu-sandbox"),
    host: Annotated[
        str, typer.Option("--host", help="Where the gateway listens; 0.0.0.0 inside a container.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The gateway's; 0 takes a free one.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Say where everything is in one line of JSON.")] = False,
) -> None:
    """Run a mock platform and a gateway before it, with one application and its key, until interrupted."""
    try:
        from dancu.gateway.serve import serve
        from dancu_mock import Mock, MockServer
    except ModuleNotFoundError:
        print("dancu: the sandbox needs the extra 'all': pip install 'dancu[all]'", file=sys.stderr)
        raise typer.Exit(2) from None
    directory = directory.resolve()
    directory.mkdir(parents=True, exist_ok=True)
    with MockServer(Mock()) as platform:
        config = _write(directory, platform, host=host, port=port)
        serve(config, say=lambda url: _say(url, directory, as_json=as_json))


def _write(directory: Path, platform: MockServer, *, host: str, port: int) -> Path:
    """All that the gateway and a first caller need; the path of ``gateway.toml``."""
    from dancu.gateway.applications import hash_key, new_key
    from dancu.gateway.examples import FIELDS_ASKED, QUESTION

    with platform.write_files(directory).open("a", encoding="utf-8") as profile:
        profile.write(_STEADY)
    issued = platform.authority.issue_server()
    key = new_key()
    config = _CONFIG.format(host=host, port=port, key=hash_key(key)) + _grants()
    for name, text in (
        ("gateway.pem", issued.certificate_pem.decode()),
        ("gateway.key", issued.key_pem.decode()),
        ("key.txt", key),
        ("question.json", json.dumps(QUESTION | {"fields": FIELDS_ASKED}, ensure_ascii=False, indent=2)),
        ("gateway.toml", config),
    ):
        write_private(directory / name, text)
    return directory / "gateway.toml"


def _grants() -> str:
    return "".join(_GRANT.format(service=one, fields=json.dumps(fields)) for one, fields in _GRANTED.items())


def _say(url: str, directory: Path, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"url": url, "dir": str(directory), "openapi": f"{url}openapi.json"}), flush=True)
        return
    print(f"Cổng kết nối / gateway at {url}")
    print(f"Nhật ký / audit: {directory / 'audit.sqlite'} (intents, outcomes)")
    print("Thử ngay / try it:")
    print(f"  curl --cacert {directory / 'ca.pem'} {url}v1/lookup \\")
    print(f'    -H "Authorization: Bearer $(cat {directory / "key.txt"})" \\')
    print(f"    -H 'Content-Type: application/json' --data @{directory / 'question.json'}")
    print(f"OpenAPI: {url}openapi.json", flush=True)
