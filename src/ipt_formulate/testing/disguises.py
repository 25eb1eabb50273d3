"""The same case in another guise: with other names, or in another order. Nothing may follow from either."""

from __future__ import annotations

from random import Random
from typing import Any

from ipt_formulate.case.case import LISTS, Case


def rename(case: Case, random: Random) -> Case:
    """The case with another id for every item, another label where there was one, and all links kept.

    >>> from ipt_formulate.testing import random_case
    >>> case = random_case(3)
    >>> renamed = rename(case, Random(1))
    >>> renamed == case, len(renamed.inventory.people) == len(case.inventory.people)
    (False, True)
    """
    items = [item for name in LISTS for item in getattr(case.inventory, name)]
    fresh = random.sample(range(1000, 10_000), len(items))
    names = {item.id: f"{'qzrv'[number % 4]}{number}" for item, number in zip(items, fresh, strict=True)}
    lists = {name: tuple(_renamed(item, names) for item in getattr(case.inventory, name)) for name in LISTS}
    response = case.assessment.response
    if response.about is not None:
        response = response.model_copy(update={"about": names[response.about]})
    return _rebuilt(case, {"response": response}, lists)


def shuffle(case: Case, random: Random) -> Case:
    """The case with every list in another order: people, deaths, conflicts, changes, measures, worsenings.

    >>> from ipt_formulate.testing import random_case
    >>> case = random_case(3)
    >>> sorted(each.id for each in shuffle(case, Random(1)).inventory.people) == sorted(each.id for each in case.inventory.people)
    True
    """
    lists = {name: _in_another_order(getattr(case.inventory, name), random) for name in LISTS}
    told = case.assessment.episode.worsenings
    update: dict[str, Any] = {"measures": _in_another_order(case.assessment.measures, random)}
    if told:
        update["episode"] = case.assessment.episode.model_copy(update={"worsenings": _in_another_order(told, random)})
    return _rebuilt(case, update, lists)


def _renamed(item: Any, names: dict[str, str]) -> Any:
    update = {"id": names[item.id]}
    update |= {
        link: names.get(to, to) for link in ("person", "arose_from") if (to := getattr(item, link, None)) is not None
    }
    if item.label is not None:
        update["label"] = f"a label for {names[item.id]}"
    return item.model_copy(update=update)


def _in_another_order(items: tuple[Any, ...], random: Random) -> tuple[Any, ...]:
    return tuple(random.sample(items, len(items)))


def _rebuilt(case: Case, assessment: dict[str, Any], lists: dict[str, Any]) -> Case:
    return Case(
        schema_version=case.schema_version,
        assessment=case.assessment.model_copy(update=assessment),
        inventory=case.inventory.model_copy(update=lists),
    )
