"""Where the rules, their certificate and the shipped cases lie: inside the wheel, or at the top of a source tree."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent
_TREE = _PACKAGE.parent.parent


def rules_directory() -> Path:
    """The directory of the shipped rule base."""
    packed = _PACKAGE / "_rules"
    return packed if packed.is_dir() else _TREE / "rules"


def releases_directory() -> Path:
    """The directory of the rule bases that were released before."""
    packed = _PACKAGE / "_releases"
    return packed if packed.is_dir() else _TREE / "releases"


def cases_directory() -> Path:
    """The directory of the shipped cases, one folder a case."""
    packed = _PACKAGE / "_cases"
    return packed if packed.is_dir() else _TREE / "tests" / "cases"


def certificate_file() -> Path:
    """The certificate of the shipped rule base."""
    packed = _PACKAGE / "_certificate.json"
    return packed if packed.is_file() else _TREE / "docs" / "reference" / "certificate.json"


def solver_cases_directory() -> Path:
    """The directory of the cases that were made to tell small changes of the shipped rules."""
    packed = _PACKAGE / "_solver_cases"
    return packed if packed.is_dir() else _TREE / "tests" / "solver_cases"


def decisions_directory() -> Path:
    """The directory of the decision files; it is there in a source tree only."""
    return _TREE / "tests" / "decisions"
