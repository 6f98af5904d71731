"""The public face: what ``import dancu`` offers, what it costs, and that both clients offer the same."""

from __future__ import annotations

import ast
import inspect
import json
import os
import subprocess
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

import dancu

if TYPE_CHECKING:
    from pathlib import Path

MOST_NAMES = 48
HEAVY = {"typer", "rich", "respx", "pytest", "dancu_mock", "sphinx", "uvicorn", "hypothesis", "starlette"}
LIFECYCLE = {"close", "aclose"}


def strayed_names(module: ModuleType) -> list[str]:
    """Public names of a module that it does not export: no submodule, no ``annotations`` feature."""
    prefix = f"{module.__name__}."
    return [
        name
        for name, value in vars(module).items()
        if name.isidentifier()
        and not name.startswith("_")
        and name not in module.__all__
        and not (isinstance(value, ModuleType) and value.__name__.startswith(prefix))
        and value is not annotations
    ]


def test_the_export_list_is_sorted_short_and_complete() -> None:
    """``dancu.__all__`` is sorted as ruff sorts it, names each thing once, and each can be had."""
    assert dancu.__all__ == sorted(set(dancu.__all__), key=lambda name: (not name.isupper(), name))
    assert 10 < len(dancu.__all__) <= MOST_NAMES
    assert [name for name in dancu.__all__ if not hasattr(dancu, name)] == []


def test_no_other_public_name_leaks_from_the_root() -> None:
    """A name without an underscore is exported or a submodule."""
    assert strayed_names(dancu) == []


def lazy_homes(source: str) -> dict[str, set[str]]:
    """Module: the names that ``dancu/__init__.py`` takes from it for type checkers."""
    block = next(node for node in ast.parse(source).body if isinstance(node, ast.If))
    found = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    return {str(node.module): {alias.name for alias in node.names} for node in found}


def test_each_name_is_loaded_from_where_type_checkers_see_it() -> None:
    """The table by which names are loaded says what the imports for type checkers say, and all are exported."""
    homes = {module: set(names) for module, names in vars(dancu)["_HOMES"].items()}
    assert homes == lazy_homes(inspect.getsource(dancu))
    assert set().union(*homes.values()) == set(dancu.__all__)


def test_the_root_behaves_like_a_module() -> None:
    """All names are listed before they are loaded, a missing one is an AttributeError, and each is loaded once."""
    assert set(dir(dancu)) >= {*dancu.__all__, "__file__"}
    assert not hasattr(dancu, "nothing_of_the_kind")
    assert dancu.Client is vars(dancu)["Client"]


def test_a_leaking_name_is_found() -> None:
    """A foreign module or function left in a namespace is reported."""
    module = ModuleType("planted")
    vars(module).update(__all__=["kept"], kept=1, leaked=2, json=json)
    assert strayed_names(module) == ["leaked", "json"]


def operations(kind: type) -> dict[str, Any]:
    """The public members of a client class, without what opens and closes it."""
    return {name: value for name, value in inspect.getmembers(kind) if name[0] != "_" and name not in LIFECYCLE}


def differences(blocking: type, awaiting: type) -> list[str]:
    """How two client classes differ in names, parameters, defaults, annotations and docstrings."""
    ours, theirs = operations(blocking), operations(awaiting)
    found = [f"{name} is on one face only" for name in sorted(ours.keys() ^ theirs.keys())]
    if _signature(blocking) != _signature(awaiting):
        found.append("the constructors differ")
    for name in sorted(ours.keys() & theirs.keys()):
        one, other = ours[name], theirs[name]
        if inspect.getdoc(one) != inspect.getdoc(other) or not inspect.getdoc(one):
            found.append(f"{name}: docstrings differ or are missing")
        if not callable(one):
            continue
        if _signature(one) != _signature(other):
            found.append(f"{name}: signatures differ")
        if inspect.iscoroutinefunction(one) or not inspect.iscoroutinefunction(other):
            found.append(f"{name}: only the awaiting face is awaited")
    return found


def _signature(function: Any) -> str:
    # A face takes the transport of its own kind, whose name differs in this word only.
    return str(inspect.signature(function)).replace("AsyncTransport", "Transport")


def test_both_clients_offer_the_same_operations() -> None:
    """``Client`` and ``AsyncClient`` differ in ``await`` and in nothing else that a caller sees."""
    assert {"look_up", "confirm"} <= operations(dancu.Client).keys()
    assert differences(dancu.Client, dancu.AsyncClient) == []


class _Blocking:
    def __init__(self, profile: str) -> None: ...

    def same(self, key: str, *, deadline: float = 1.0) -> int:
        """Answer."""
        return 1

    def default(self, *, deadline: float = 1.0) -> int:
        """Answer."""
        return 1

    def words(self) -> int:
        """Answer in one way."""
        return 1

    def only_here(self) -> int:
        """Answer."""
        return 1

    def close(self) -> None:
        """Close."""


class _Awaiting:
    def __init__(self, profile: str | None = None) -> None: ...

    async def same(self, key: str, *, deadline: float = 1.0) -> int:
        """Answer."""
        return 1

    async def default(self, *, deadline: float = 2.0) -> int:
        """Answer."""
        return 1

    async def words(self) -> int:
        """Answer in another way."""
        return 1

    async def aclose(self) -> None:
        """Close."""


def test_a_difference_between_the_clients_is_found() -> None:
    """A missing operation, other constructors, another default and another docstring are each reported."""
    assert differences(_Blocking, _Awaiting) == [
        "only_here is on one face only",
        "the constructors differ",
        "default: signatures differ",
        "words: docstrings differ or are missing",
    ]


WATCH = """
import json, sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
{code}
print(json.dumps({{"modules": sorted({{name.partition(".")[0] for name in sys.modules}}), "opened": opened}}))
"""


def watched(root: Path, code: str) -> tuple[set[str], list[str]]:
    """Run code in a fresh interpreter: (top-level modules it loaded, files of the tables it opened)."""
    path = os.pathsep.join([str(root / "src"), str(root / "mock_server")])
    command = [sys.executable, "-W", "error", "-c", WATCH.format(code=code)]
    environment = os.environ | {"PYTHONPATH": path}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=30)
    seen = json.loads(done.stdout)
    tables = str(root / "src" / "dancu" / "domain" / "data")
    return set(seen["modules"]), [name for name in seen["opened"] if name.startswith(tables) and ".py" not in name]


def test_importing_dancu_is_light(root: Path) -> None:
    """Every public name together loads no extra, no test tool and no mock, and reads no table."""
    modules, tables = watched(root, "from dancu import *")
    # httpx loads its own command line, and rich with it, wherever click is installed.
    brought_by_httpx, _ = watched(root, "import httpx")
    assert "dancu" in modules
    assert (modules - brought_by_httpx) & HEAVY == set()
    assert tables == []


def test_importing_the_root_loads_no_dependency(root: Path) -> None:
    """``import dancu`` alone costs a few milliseconds: what a name needs is loaded with the name."""
    modules, _ = watched(root, "import dancu")
    assert modules & {"httpx", "httpcore", "pydantic", "lxml", "cryptography", "ssl", "asyncio"} == set()


@pytest.mark.parametrize("name", ["rich", "dancu_mock"])
def test_a_heavy_import_is_seen(root: Path, name: str) -> None:
    """The watch reports a module of the list once something loads it."""
    modules, _ = watched(root, f"import {name}")
    assert name in modules & HEAVY


def test_reading_a_table_is_seen(root: Path) -> None:
    """The watch reports a file of the tables once something opens it."""
    tables = sorted(path for path in (root / "src/dancu/domain/data").iterdir() if path.is_file())
    table = next(path for path in tables if path.suffix != ".py")
    assert watched(root, f"open({str(table)!r}, 'rb').close()")[1] == [str(table)]
