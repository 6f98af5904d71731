"""How Sphinx builds the documents: `make docs`."""

from __future__ import annotations

import tomllib
from pathlib import Path

from dancu.errors import CODES

_PROJECT = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def _codes_table() -> str:
    rows = [
        f"| `{code}` | `{row.error.__name__}` | {row.origin} | {'yes' if row.retryable else 'no'} "
        f"| {row.status or '-'} | {row.error(code).message('en')} | {row.error(code).message('vi')} |"
        for code, row in CODES.items()
    ]
    head = "| code | class | whose | again | gateway | in English | bằng tiếng Việt |"
    return "\n".join([head, "|---" * 7 + "|", *rows])


project = "dancu"
author = copyright = "the dancu contributors"
release = version = _PROJECT["version"]
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
root_doc = "index"
source_suffix = {".md": "markdown"}

html_theme = "furo"
html_title = f"dancu {release}"
html_show_sourcelink = False

myst_enable_extensions = ["colon_fence", "substitution"]
myst_substitutions = {"codes": _codes_table()}
myst_heading_anchors = 3

# A single backtick in a docstring is code.
default_role = "code"
autodoc_typehints = "description"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
napoleon_numpy_docstring = False
