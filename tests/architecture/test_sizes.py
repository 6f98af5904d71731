"""Sizes: a file that has grown too long is two files, a function that has grown too long is two functions."""

from __future__ import annotations

import ast

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
SOURCES = ("src/", "mock_server/", "tests/", "examples/", "tools/", "benchmarks/", "docs/")


def oversized(files: dict[str, str]) -> list[str]:
    """Python files over 400 lines and functions over 60 lines without their docstring."""
    sources = {name: text for name, text in files.items() if name.endswith(".py") and name.startswith(SOURCES)}
    lengths = {name: text.count("\n") for name, text in sources.items()}
    found = [f"{name}: {lines} lines" for name, lines in lengths.items() if lines > LONGEST_FILE]
    found += [
        f"{name}:{node.lineno} {node.name}: {_length(node)} lines"
        for name, text in sources.items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _length(node) > LONGEST_FUNCTION
    ]
    return found


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    docstring = ast.get_docstring(node, clean=False)
    return (node.end_lineno or node.lineno) - node.lineno + 1 - (docstring.count("\n") + 1 if docstring else 0)


def test_files_and_functions_stay_small(project_files: dict[str, str]) -> None:
    """No Python file of the project is over 400 lines and no function over 60."""
    assert oversized(project_files) == []


def test_an_oversized_piece_is_found() -> None:
    """A file one line too long and a function one line too long are reported; a long docstring is not."""
    function = "def f() -> None:\n" + "    g()\n" * LONGEST_FUNCTION
    documented = 'def f() -> None:\n    """One.\n' + "\n" * LONGEST_FUNCTION + '    """\n    g()\n'
    planted = {"src/long.py": "x = 1\n" * (LONGEST_FILE + 1), "src/tall.py": function, "src/fine.py": documented}
    assert oversized(planted) == ["src/long.py: 401 lines", "src/tall.py:1 f: 61 lines"]
