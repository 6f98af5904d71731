"""``dancu gateway check``: what is off with a gateway's files, before they are put in place."""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["check"]


def check(
    config: Annotated[Path, typer.Option("--config", help="gateway.toml")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array instead of lines.")] = False,
) -> None:
    """Explain what is off with gateway.toml and the files it names; exit code 2 where it could not be used.

    Kiểm tra tệp cấu hình trước khi đưa vào sử dụng: lỗi (fault) và điều cần lưu ý (note).
    """
    try:
        from dancu.gateway.checking import examine
    except ModuleNotFoundError:
        print("dancu: the gateway needs the extra 'gateway': pip install 'dancu[gateway]'", file=sys.stderr)
        raise typer.Exit(2) from None
    remarks = examine(config, now=datetime.datetime.now(datetime.UTC))
    if as_json:
        told = [{"level": one.level, "place": one.place, "vi": one.words.vi, "en": one.words.en} for one in remarks]
        print(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        for one in remarks:
            print(f"{one.level} {one.place}: {one.words.vi} / {one.words.en}")
        if not remarks:
            print("không có gì cần sửa / nothing is off")
    if any(one.level == "fault" for one in remarks):
        raise typer.Exit(2)
