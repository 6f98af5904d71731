"""What `benchmarks/gateway.py` compares the gateway with; it starts this in the directory of its files."""

from __future__ import annotations

import contextlib
import datetime
import hmac
import json
import socket
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dancu import AsyncClient, FieldName, MemorySink, Officer, Purpose, Subject, to_json
from dancu.gateway.app import Gateway, build_app
from dancu.gateway.applications import hash_key
from dancu.gateway.config import load_config
from dancu.gateway.listening import Listening
from dancu.gateway.serve import server_settings
from dancu.gateway.store_keys import open_store

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.requests import Request

    from dancu.gateway.config import GatewayConfig


class Keys(BaseModel):
    """Whom a question is about."""

    number: str
    name: str
    birth_date: str


class Asked(BaseModel):
    """A question as one would write it down for FastAPI."""

    subject: Keys
    purpose: dict[str, Any]
    fields: list[FieldName]


def fastapi(config: GatewayConfig) -> Any:
    """What a team writes in an afternoon: a key, a model, the SDK with its durable audit; no grants, no problems."""
    module = import_module("fastapi")
    hashes = [found for one in config.application for found in one.key_hashes]
    client: list[AsyncClient] = []

    @contextlib.asynccontextmanager
    async def opened(_app: Any) -> AsyncGenerator[None]:
        async with AsyncClient(config.upstream.profile) as made:
            client.append(made)
            yield

    app = module.FastAPI(lifespan=opened)

    async def look_up(asked: Asked, request: Any) -> Any:
        key = hash_key(request.headers.get("authorization", "").removeprefix("Bearer "))
        if not [one for one in hashes if hmac.compare_digest(one, key)]:
            raise module.HTTPException(401)
        officer = Officer(asked.purpose["officer"]["code"])
        purpose = Purpose(**{**asked.purpose, "officer": officer})
        subject = Subject(**asked.subject.model_dump())
        answer = await client[0].look_up(subject, fields=asked.fields, purpose=purpose)
        return Response(to_json(answer), media_type="application/json")

    # FastAPI reads them: here they are no strings, though the annotations of this file are.
    look_up.__annotations__ = {"asked": Asked, "request": module.Request, "return": None}
    app.post("/v1/lookup", response_model=None)(look_up)
    return app


def bare(answer: object) -> Starlette:
    """One route, one answer, rendered each time as ``whoami`` is."""

    async def whoami(_request: Request) -> Response:
        return JSONResponse(answer)

    return Starlette(routes=[Route("/v1/whoami", whoami)])


def serve(kind: str) -> int:
    """Be ``bare``, ``fastapi``, or a gateway with its audit in ``memory`` or on ``asyncio``; else as the gateway is."""
    config = load_config(Path(f"{kind}.toml"))
    listening = Listening(config.listen, config.directory, clock=lambda: datetime.datetime.now(datetime.UTC))
    if kind == "bare":
        app = bare(json.loads(Path("answer.json").read_text(encoding="utf-8")))
    elif kind == "fastapi":
        app = fastapi(config)
    else:
        app = build_app(Gateway(config, MemorySink() if kind == "memory" else open_store(config)))
    settings = server_settings(config, app, listening=listening, loop="asyncio" if kind == "asyncio" else "auto")
    # asyncio sets TCP_NODELAY only where the listener says that it is TCP; without it answers take 40 ms.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(256)
        print(json.dumps({"url": f"https://127.0.0.1:{listener.getsockname()[1]}/"}), flush=True)
        uvicorn.Server(settings).run(sockets=[listener])
    return 0


if __name__ == "__main__":
    sys.exit(serve(sys.argv[1]))
