"""The examples in docstrings come out as they say."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import ipt_formulate

MODULES = [
    "ipt_formulate",
    *sorted(each.name for each in pkgutil.walk_packages(ipt_formulate.__path__, "ipt_formulate.")),
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_hold(name: str) -> None:
    if name.startswith(("ipt_formulate.proof.", "ipt_formulate.mutation.")):
        pytest.importorskip("z3")
    report: list[str] = []
    runner = doctest.DocTestRunner(verbose=False)
    for each in doctest.DocTestFinder().find(importlib.import_module(name)):
        runner.run(each, out=report.append)
    assert not report, "\n".join(report)


def test_there_are_examples_to_run() -> None:
    assert any(each.examples for each in doctest.DocTestFinder().find(ipt_formulate))
