"""For tests of rules and of programs that use this library: random cases and rule bases, and what may be done to them.

Everything here is pure and decided by a seed. The strategies for Hypothesis are in `ipt_formulate.testing.strategies`.

>>> from random import Random
>>> case = random_case(7)
>>> learnt = refine(case, Random(7))
>>> is_refinement(case.lowered, learnt.lowered)
True
"""

from ipt_formulate.case.places import Place, places
from ipt_formulate.testing.cases import random_case
from ipt_formulate.testing.conditions import constants_of, random_condition
from ipt_formulate.testing.coverage import kinds_drawn, never_drawn, nodes_never_drawn
from ipt_formulate.testing.disguises import rename, shuffle
from ipt_formulate.testing.learning import forget, refine
from ipt_formulate.testing.refinement import is_refinement, widened
from ipt_formulate.testing.rulebases import random_rulebase

__all__ = [
    "Place",
    "constants_of",
    "forget",
    "is_refinement",
    "kinds_drawn",
    "never_drawn",
    "nodes_never_drawn",
    "places",
    "random_case",
    "random_condition",
    "random_rulebase",
    "refine",
    "rename",
    "shuffle",
    "widened",
]
