"""The reasoning trees: what they say is what the evaluator found, at every node."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ipt_formulate as ipt
from ipt_formulate.case.case import Case
from ipt_formulate.errors import CaseNeeded, UnknownName
from ipt_formulate.evaluation.reference import evaluate
from ipt_formulate.reasoning.trees import Reason, reason
from ipt_formulate.rulebase.conditions import Condition, in_words
from ipt_formulate.testing.strategies import cases, conditions
from ipt_formulate.vocabulary import Truth


@settings(max_examples=150)
@given(cases(max_items=2), conditions("case", depth=3))
def test_each_node_of_a_tree_has_the_verdict_of_its_condition(case: Case, condition: Condition) -> None:
    tree = reason(condition, case.lowered.case, case.lowered, "")
    assert tree.verdict == Truth(evaluate(condition, case.lowered.case.values, case.lowered))
    lines = list(tree.lines())
    assert len(lines) == _size(tree)
    assert all(line.strip().startswith(("yes:", "no:", "not known:")) for line in lines)
    assert in_words(condition)


def _size(tree: Reason) -> int:
    return 1 + sum(map(_size, tree.children))


@given(st.sampled_from(ipt.example_names()))
@settings(max_examples=15)
def test_every_leaf_names_the_field_it_read(name: str) -> None:
    formulation = ipt.formulate(ipt.example(name))
    for area in formulation.why():
        for leaf in (leaf for candidate in area.candidates for leaf in _leaves(candidate)):
            assert leaf.field.startswith(("assessment.", "inventory.", "latest."))
    assert str(formulation.why("grief")).startswith("Grief")


def _leaves(tree: Reason) -> list[Reason]:
    return (
        [leaf for child in tree.children for leaf in _leaves(child)] if tree.children else [tree] if tree.field else []
    )


def test_asking_about_what_there_is_not() -> None:
    formulation = ipt.formulate(ipt.example("susan-bpd-casebook"))
    with pytest.raises(UnknownName, match="there are: grief"):
        formulation.why("boredom")
    with pytest.raises(UnknownName, match="there are: auto"):
        ipt.formulate(ipt.example("susan-bpd-casebook"), engine="abacus")
    read_back = ipt.Formulation.model_validate_json(formulation.model_dump_json())
    assert read_back.questions == formulation.questions
    with pytest.raises(CaseNeeded):
        read_back.why()
    assert read_back != "something else"
    built = ipt.Formulation.model_validate(formulation.model_dump(exclude={"questions"}))
    with pytest.raises(CaseNeeded):
        _ = built.questions


def test_a_question_says_that_the_client_did_not_know() -> None:
    case = ipt.parse_case(
        {
            "inventory": {
                "deaths": [
                    {
                        "kind": "person",
                        "role": "parent",
                        "mourning": {"avoided": "asked_unknown", "absent": False, "numbed": False, "blocked": False},
                        "when": "1y",
                    }
                ]
            }
        }
    )
    asked = [question.ask for question in ipt.formulate(case, settings=ipt.Settings(questions=50)).questions]
    assert any("the client did not know" in ask for ask in asked)
