"""A connection that is reset between its opening and its handshake leaves no socket behind."""

from __future__ import annotations

import datetime
import gc
import socket
import struct
import warnings
from typing import TYPE_CHECKING

import pytest

from dancu.runtime.tls import TlsFiles, load_tls
from dancu_mock import Authority

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime.datetime.now(datetime.UTC)


def test_a_reset_before_the_handshake_closes_the_socket(tmp_path: Path) -> None:
    """It is an error of the connection, and nothing is left open for the collector to warn of."""
    path = tmp_path / "ca.pem"
    path.write_bytes(Authority.create("INVENTED CA").certificate_pem)
    context = load_tls(TlsFiles(path), now=NOW, production=False).context
    with socket.create_server(("127.0.0.1", 0)) as server:
        plain = socket.create_connection(server.getsockname())
        far, _address = server.accept()
        far.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        far.close()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ConnectionResetError):
            context.wrap_socket(plain, server_hostname="localhost")
        gc.collect()
    assert plain.fileno() == -1
