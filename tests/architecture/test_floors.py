"""The floors of the house: who may import whom, and what pure code may not touch.

Each rule is a function over ``{module: source}`` that returns one line per violation,
so that a planted violation shows that the rule can fail. A package's own file is
``package.__init__``, which is how a relative import sees it.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Rule = Callable[[Mapping[str, str]], list[str]]

FLOORS = {
    "errors": 0,
    "pages": 0,
    "events": 0,
    "words": 0,
    "toml_lines": 0,
    "causes": 0,
    "privacy": 0,
    "domain": 1,
    "matching": 1,
    "wire": 2,
    "policy": 3,
    "flows": 4,
    "prefill": 4,
    "runtime": 5,
    "render": 5,
    "settings": 6,
    "profiles": 6,
    "admission": 6,
    "adapters": 6,
    "assembly": 6,
    "client": 6,
    "prefilled": 6,
    "conformance": 6,
    "aclient": 6,
    "diagnose": 6,
    "observe": 6,
    "testing": 6,
    "gateway": 7,
    "cli": 7,
}
ROOT_FLOOR = 6
PURE_BELOW = 5
IMPURE = {
    *("httpx", "httpcore", "requests", "urllib.request", "http", "ssl", "socket", "select", "selectors", "asyncio"),
    *("anyio", "os", "subprocess", "multiprocessing", "signal", "time", "random", "secrets"),
}
IMPURE_CALLS = {
    *("datetime.now", "datetime.today", "datetime.utcnow", "date.today"),
    *("uuid.uuid1", "uuid.uuid4", "uuid1", "uuid4"),
}
MOCK_MAY_NAME = {"errors", "privacy", "pages", "toml_lines", "domain"}
MAY_NAME_HTTP = {"runtime", "testing"}
MAY_NAME_MOCK = {"testing", "conformance", "cli"}


def imports(modules: Mapping[str, str]) -> Iterator[tuple[str, int, str]]:
    """(module, line, imported name): absolute, for type checking too, ``from x import y`` as ``x.y``."""
    for module, source in modules.items():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                yield from ((module, node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((module, node.lineno, f"{_base(module, node)}.{alias.name}") for alias in node.names)


def _base(module: str, node: ast.ImportFrom) -> str:
    above = module.split(".")[: -node.level] if node.level else []
    return ".".join([*above, *filter(None, [node.module])])


def part_of(name: str) -> str:
    """The piece of dancu a dotted name belongs to: ``dancu.wire.xml`` -> ``wire``; the root itself -> empty."""
    return [*name.split("."), ""][1].removeprefix("__init__")


def floor_of(module: str) -> int | None:
    """The floor of a module of dancu, None where the plan of the house does not know it."""
    part = part_of(module)
    return FLOORS.get(part) if part else ROOT_FLOOR


def belongs(name: str, packages: set[str]) -> bool:
    """Whether a dotted name is one of these packages or inside one."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def unknown_pieces(modules: Mapping[str, str]) -> list[str]:
    """A top-level module that has no floor."""
    return [f"{module} has no floor" for module in modules if floor_of(module) is None]


def upward_imports(modules: Mapping[str, str]) -> list[str]:
    """An import from a higher floor; a public name imported from the root counts as the root's floor."""
    found: list[str] = []
    for module, line, name in imports(modules):
        if not belongs(name, {"dancu"}):
            continue
        target = FLOORS.get(part_of(name), ROOT_FLOOR)
        own = floor_of(module)
        if own is not None and target > own:
            found.append(f"{module}:{line} (floor {own}) imports {name} (floor {target})")
    return found


def impure_imports(modules: Mapping[str, str]) -> list[str]:
    """Floors 0-4 naming the world; floors 0-2 naming threads as well."""
    found: list[str] = []
    for module, line, name in imports(modules):
        floor = floor_of(module)
        if floor is None or floor >= PURE_BELOW:
            continue
        if belongs(name, IMPURE | ({"threading"} if floor < 3 else set())):
            found.append(f"{module}:{line} (floor {floor}) imports {name}")
    return found


def impure_calls(modules: Mapping[str, str]) -> list[str]:
    """Floors 0-4 reading the wall clock or drawing a random id by themselves."""
    pure = {module: source for module, source in modules.items() if (floor_of(module) or 0) < PURE_BELOW}
    return [
        f"{module}:{node.lineno} calls {ast.unparse(node.func)}"
        for module, source in pure.items()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and _tail(node.func) in IMPURE_CALLS
    ]


def _tail(function: ast.expr) -> str:
    return ".".join(ast.unparse(function).split(".")[-2:])


def strayed_http(modules: Mapping[str, str]) -> list[str]:
    """httpx or httpcore named outside ``runtime/`` and ``testing/``."""
    return [
        f"{module}:{line} imports {name}"
        for module, line, name in imports(modules)
        if belongs(name, {"httpx", "httpcore"}) and part_of(module) not in MAY_NAME_HTTP
    ]


def strayed_mock(modules: Mapping[str, str]) -> list[str]:
    """The mock named by a part of dancu that production runs."""
    return [
        f"{module}:{line} imports {name}"
        for module, line, name in imports(modules)
        if belongs(name, {"dancu_mock"}) and part_of(module) not in MAY_NAME_MOCK
    ]


def mock_sharing_code(modules: Mapping[str, str]) -> list[str]:
    """The mock naming anything of dancu above ``dancu.domain``: a double with our codec proves nothing."""
    return [
        f"{module}:{line} imports {name}"
        for module, line, name in imports(modules)
        if belongs(name, {"dancu"}) and part_of(name) not in MOCK_MAY_NAME
    ]


SDK_RULES = [unknown_pieces, upward_imports, impure_imports, impure_calls, strayed_http, strayed_mock]


@pytest.mark.parametrize("rule", SDK_RULES)
def test_the_sdk_keeps_the_rule(rule: Rule, sdk_modules: dict[str, str]) -> None:
    """No module of the SDK breaks the rule."""
    assert len(sdk_modules) > 10
    assert rule(sdk_modules) == []


def test_the_mock_shares_no_codec(mock_modules: dict[str, str]) -> None:
    """The mock server imports the words and the country of dancu, and nothing else of it."""
    assert mock_modules
    assert mock_sharing_code(mock_modules) == []


@pytest.mark.parametrize(
    ("rule", "module", "source"),
    [
        (unknown_pieces, "dancu.helpers", ""),
        (upward_imports, "dancu.domain.ids", "from dancu.wire import soap"),
        (upward_imports, "dancu.domain.ids", "from dancu import Client"),
        (upward_imports, "dancu.policy.retry", "if TYPE_CHECKING:\n    import dancu.flows.ask"),
        (upward_imports, "dancu.policy.retry", "def late() -> None:\n    from ..runtime import clock"),
        (upward_imports, "dancu.errors", "from .domain.ids import PersonNumber"),
        (upward_imports, "dancu.__init__", "from .cli import main"),
        (upward_imports, "dancu.domain.data.__init__", "from ...wire import xml"),
        (impure_imports, "dancu.flows.ask", "import asyncio"),
        (impure_imports, "dancu.flows.ask", "from os import environ"),
        (impure_imports, "dancu.wire.xml", "import threading"),
        (impure_imports, "dancu.policy.cache", "import urllib.request"),
        (impure_calls, "dancu.policy.audit", "import datetime\nstamp = datetime.datetime.now(datetime.UTC)"),
        (impure_calls, "dancu.domain.dates", "from datetime import date\nday = date.today()"),
        (impure_calls, "dancu.flows.ask", "import uuid\nreference = str(uuid.uuid4())"),
        (strayed_http, "dancu.client", "import httpx"),
        (strayed_http, "dancu.assembly", "from httpcore import ConnectionPool"),
        (strayed_mock, "dancu.assembly", "from dancu_mock import Mock"),
        (mock_sharing_code, "dancu_mock.answer", "from dancu.wire import xml"),
        (mock_sharing_code, "dancu_mock.answer", "from dancu import Client"),
        (mock_sharing_code, "dancu_mock.answer", "import dancu"),
    ],
)
def test_a_planted_violation_is_found(rule: Rule, module: str, source: str) -> None:
    """Each rule names the module that breaks it."""
    found = rule({module: source})
    assert len(found) == 1
    assert found[0].startswith(module)


@pytest.mark.parametrize(
    ("rule", "module", "source"),
    [
        (upward_imports, "dancu.domain.people", "from dancu.errors import InvalidInput\nfrom . import ids"),
        (upward_imports, "dancu.client", "from dancu import errors\nfrom dancu.assembly import assemble"),
        (upward_imports, "dancu.__init__", "from .client import Client"),
        (upward_imports, "dancu.domain.data.__init__", "from ..ids import PersonNumber"),
        (impure_imports, "dancu.policy.limits", "import threading"),
        (impure_imports, "dancu.runtime.clock", "import time"),
        (impure_calls, "dancu.flows.ask", "moment = context.clock.now()"),
        (strayed_http, "dancu.runtime.lanes", "import httpx"),
        (strayed_mock, "dancu.cli.mock", "from dancu_mock import Mock"),
        (mock_sharing_code, "dancu_mock.people", "from dancu.domain.ids import is_synthetic"),
    ],
)
def test_what_is_allowed_is_not_reported(rule: Rule, module: str, source: str) -> None:
    """The rules leave ordinary imports alone."""
    assert rule({module: source}) == []
