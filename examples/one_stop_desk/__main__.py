"""Run the one-stop desk: ``make desk``, or ``python examples/one_stop_desk --profile FILE`` with one of yours.

The profile is a platform's or a gateway's. Without one it brings a mock platform, whose people are invented, and a
switch that breaks it.
"""

from __future__ import annotations

import argparse
import contextlib
import socket
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from dancu import Client, DancuError
from desk.app import Desk, build_app
from desk.demonstration import CARDS, MockSwitch
from desk.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve on the loopback until interrupted."""
    asked = _arguments(arguments)
    with contextlib.ExitStack() as opened:
        switch = None
        if asked.profile is None:
            switch, asked.profile = _mock(opened)
            print("Mỗi dòng là nội dung mã QR của một thẻ giả định; dán vào ô quét rồi nhấn Enter:")
            print("\n".join(f"  {text}" for text in CARDS))
        settings = Settings(
            profile=asked.profile, unit=asked.unit, officer=asked.officer, idle=asked.idle, switch=switch
        )
        Client(settings.profile).close()  # what is wrong with it is told before anybody waits for a page
        listener = opened.enter_context(socket.create_server(("127.0.0.1", asked.port)))
        print(f"Mở / open http://127.0.0.1:{listener.getsockname()[1]}/   (Ctrl-C để dừng / to stop)", flush=True)
        app = build_app(Desk(settings))
        uvicorn.Server(uvicorn.Config(app, access_log=False, log_level="warning", server_header=False)).run(
            sockets=[listener]
        )
    return 0


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="one_stop_desk", description="The one-stop desk over a profile.")
    parser.add_argument("--profile", type=Path, help="of a platform or a gateway; default a mock platform of its own")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--unit", default="H15.42", help="code of the unit")
    parser.add_argument("--officer", default="can.bo.mau", help="code of the officer")
    parser.add_argument("--idle", type=float, default=600.0, help="seconds after which a case left alone is forgotten")
    return parser.parse_args(arguments)


def _mock(opened: contextlib.ExitStack) -> tuple[MockSwitch, Path]:
    """A mock platform over mTLS, its switch, and the profile to reach it."""
    from dancu_mock import Mock, MockServer

    mock = Mock()
    directory = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="dancu-desk-")))
    server = opened.enter_context(MockServer(mock))
    return MockSwitch(mock), server.write_files(directory)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except DancuError as error:
        sys.exit(f"{error.message('vi')} / {error}")
    except OSError as error:
        sys.exit(f"Cổng này đã có chương trình khác dùng, hãy chọn --port khác / {error.strerror}")
