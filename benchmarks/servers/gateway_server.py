"""What `benchmarks/gateway.py` compares the gateway with; it starts this in the directory of its files."""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dancu import MemorySink
from dancu.gateway.app import Gateway, build_app
from dancu.gateway.config import load_config
from dancu.gateway.serve import open_store, server_settings

if TYPE_CHECKING:
    from starlette.requests import Request


def bare(answer: object) -> Starlette:
    """One route, one answer, rendered each time as ``whoami`` is."""

    async def whoami(_request: Request) -> Response:
        return JSONResponse(answer)

    return Starlette(routes=[Route("/v1/whoami", whoami)])


def serve(kind: str) -> int:
    """Be ``bare``, or a gateway with its audit in ``memory`` or on ``asyncio``; else as in `dancu.gateway.serve`."""
    config = load_config(Path(f"{kind}.toml"))
    if kind == "bare":
        app = bare(json.loads(Path("answer.json").read_text(encoding="utf-8")))
    else:
        app = build_app(Gateway(config, MemorySink() if kind == "memory" else open_store(config)))
    settings = server_settings(config, app, loop="asyncio" if kind == "asyncio" else "auto")
    # asyncio sets TCP_NODELAY only where the listener says that it is TCP; without it answers take 40 ms.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(256)
        print(json.dumps({"url": f"https://127.0.0.1:{listener.getsockname()[1]}/"}), flush=True)
        uvicorn.Server(settings).run(sockets=[listener])
    return 0


if __name__ == "__main__":
    sys.exit(serve(sys.argv[1]))
