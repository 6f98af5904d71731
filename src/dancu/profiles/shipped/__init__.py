"""One commented profile for each credential family that public code shows; data, to be copied and changed."""

from __future__ import annotations

from importlib import resources

__all__ = ["shipped_names", "shipped_text"]


def shipped_names() -> tuple[str, ...]:
    """The families, sorted."""
    files = resources.files(__name__).iterdir()
    return tuple(sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")))


def shipped_text(name: str) -> str:
    """The file of a family, TOML.

    Raises:
        KeyError: there is none of this name.
    """
    if name not in shipped_names():
        raise KeyError(name)
    return resources.files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
