"""The parameters of a rule base with the values that a site sets, for those that are left to it."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError

from ipt_formulate.errors import Problem
from ipt_formulate.rulebase.parameters import Parameter


def set_by_site(
    parameters: Mapping[str, Parameter], site: Mapping[str, int | str]
) -> tuple[dict[str, Parameter], list[Problem]]:
    """The parameters as a site sets them, and a problem for each value that it cannot set.

    Args:
        parameters: the parameters of the files, by name.
        site: values by name, as they would be written in ``parameters.yaml``.
    """
    found, problems = dict(parameters), []
    for name, value in site.items():
        parameter = found.get(name)
        if parameter is None or not parameter.site:
            allowed = ", ".join(each for each, there in found.items() if there.site) or "none"
            problems.append(Problem("settings", f"a site cannot set {name}", f"it can set: {allowed}"))
            continue
        try:
            told = parameter.at(value)
        except ValidationError:
            problems.append(Problem("settings", f"{name} cannot have that value", f"its unit is {parameter.unit}"))
            continue
        bounds = parameter.bounds()
        if bounds and not bounds[0] <= told.number() <= bounds[1]:
            ends = " to ".join(map(str, parameter.range)) if isinstance(parameter.range, tuple) else ""
            problems.append(Problem("settings", f"a site cannot set {name} to that", f"its range is {ends}"))
            continue
        found[name] = told
    return found, problems
