"""Options and fixtures that all tests share."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from ipt_formulate.formulation.model import Formulation

settings.register_profile("ipt", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ipt")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--write-goldens", action="store_true", help="write the golden formulations instead of comparing them"
    )


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str, str]]:
    """The command line: called with its arguments, it gives the exit code, what was printed, and what went to stderr."""
    from ipt_formulate.cli import main  # here, so that the coverage of what it imports is counted

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["ipt-formulate", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            main()
        captured = capsys.readouterr()
        return int(stop.value.code or 0), captured.out, captured.err

    return run


@pytest.fixture(scope="session")
def usable() -> Callable[[Formulation], set[tuple[str, str]]]:
    """The techniques of a formulation, and the techniques with a person, that can be used now."""

    def found(formulation: Formulation) -> set[tuple[str, str]]:
        listed = {(each.technique, "") for each in formulation.techniques if each.status.usable_now}
        return listed | {
            (each.technique, person.person)
            for each in formulation.techniques
            for person in each.people
            if person.status.usable_now
        }

    return found
