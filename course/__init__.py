"""The course's machinery for authors and instructors: `python -m course --help`."""

from functools import cache


@cache
def version() -> str:
    """Return the course's version, which pyproject.toml states."""
    from pathlib import Path
    import tomllib

    path = Path(__file__).resolve().parent.parent / "pyproject.toml"
    return tomllib.loads(path.read_text("utf-8"))["project"]["version"]
