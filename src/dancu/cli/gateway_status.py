"""``dancu gateway status``: how the gateway on this machine is, with the exit codes of Nagios.

====  ==================================================================
code  meaning
====  ==================================================================
0     OK: it answers, and nothing is to be done
1     WARNING: something is to be done within days
2     CRITICAL: something is to be done now, or nobody answers
3     UNKNOWN: the configuration cannot be used, or something else answers
====  ==================================================================
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dancu.cli.options import AsJson
from dancu.errors import DancuError

if TYPE_CHECKING:
    from dancu.gateway.status import Answer

__all__ = ["status"]


def status(
    config: Annotated[Path, typer.Option("--config", help="gateway.toml of the gateway that runs.")],
    seconds: Annotated[float, typer.Option("--timeout", min=0.1, max=60, help="Seconds to wait for its answer.")] = 5.0,
    as_json: AsJson = False,
) -> None:
    """Ask the gateway on this machine how it is; exit codes 0 to 3 as Nagios reads them."""
    answer = _answer(config, seconds)
    if as_json:
        print(json.dumps({"exit_code": answer.code, "line": answer.line, **answer.told}, ensure_ascii=False))
    else:
        print(answer.line)
    raise typer.Exit(answer.code)


def _answer(path: Path, seconds: float) -> Answer:
    from dancu.gateway.config import load_config
    from dancu.gateway.status import Answer, ask_gateway, judged, unreached

    try:
        return judged(ask_gateway(load_config(path), seconds=seconds))
    except OSError:
        return unreached()
    except DancuError as error:
        reason = error.message("en")
    except (ValueError, KeyError):
        reason = "something else than a gateway answers"
    return Answer(3, f"DANCU UNKNOWN - {reason}", {})
