"""A symbolic case: every term a set of possible values, and every list as long as it has to be.

A choice is one flag a member, a whole number or a time is two bounds, and what derives from times is worked out
from them. Variables come into being when something reads them, and so do the facts about them, so that a query
holds no more than its own cone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

import z3

from ipt_formulate.case.assessment import MAX_WORSENINGS
from ipt_formulate.case.choices import Inquiry
from ipt_formulate.case.fields import ChoiceKind, Kind, MomentKind, YesNoKind, bounds_of
from ipt_formulate.case.moments import EARLIEST, NEVER_DAYS
from ipt_formulate.case.terms import CASE, LIST_MODELS, Term, catalogue
from ipt_formulate.proof import lowered
from ipt_formulate.proof.rails import Bool, Int, Rails, conj, disj

Choice: TypeAlias = tuple[Bool, ...]
"""For each member whether it is possible."""
Bounds: TypeAlias = tuple[Int, Int]
_MOMENT = MomentKind()
SEVERAL = MAX_WORSENINGS + 1
"""How many ranges the days to worsenings are: one a worsening, and one that was told without a date."""


class Item:
    """An item of a list, or the case: its values by term.

    Attributes:
        given: yes/no terms that are worked out elsewhere, such as a candidate's evidence.
    """

    def __init__(self, world: World, scope: str, name: str, given: Mapping[str, Rails] | None = None) -> None:
        self.world, self.scope, self.name = world, scope, name
        self.given = dict(given or {})
        self.choices: dict[str, Choice] = {}
        self.spans: dict[str, Bounds] = {}
        self.several_spans: dict[str, tuple[Bounds, ...]] = {}

    def with_given(self, given: Mapping[str, Rails]) -> Item:
        """The same item, of which some yes/no terms are worked out elsewhere."""
        other = Item(self.world, self.scope, self.name, given)
        other.choices, other.spans, other.several_spans = self.choices, self.spans, self.several_spans
        return other

    def term(self, name: str) -> Term:
        """The term of that name."""
        return catalogue(self.scope)[name]

    def choice(self, name: str) -> Choice:
        """Which members are possible, of a choice or of no and yes."""
        if name in self.given:
            return z3.Not(self.given[name].must), self.given[name].may
        if name not in self.choices:
            count = _members(self.term(name).kind)
            self.choices[name] = tuple(z3.Bool(f"{self.name}:{name}#{place}") for place in range(count))
            self.world.know(disj(self.choices[name]))
            self.world.know(*(() if self.world.free else lowered.of_choice(self, name)))
        return self.choices[name]

    def span(self, name: str) -> Bounds:
        """The bounds of a whole number, a time, or the days from a time to the onset."""
        if name.endswith(".before_onset") and not self.world.free:
            return lowered.before_onset(self, name.removesuffix(".before_onset"))
        if name not in self.spans:
            self.spans[name] = self.world.bounds(f"{self.name}:{name}", self.term(name).kind)
            self.world.know(*(() if self.world.free else lowered.of_span(self, name)))
        return self.spans[name]

    def several(self, name: str) -> tuple[Bounds, ...]:
        """The bounds of the days from a time to each worsening, and to one that was told without a date."""
        if name not in self.several_spans and self.world.free:
            stem, kind = f"{self.name}:{name}", self.term(name).kind
            self.several_spans[name] = tuple(self.world.bounds(f"{stem}{place}", kind) for place in range(SEVERAL))
        elif name not in self.several_spans:
            self.several_spans[name] = lowered.before_worsening(self, name.removesuffix(".before_worsening"))
        return self.several_spans[name]


class SymbolicList:
    """A list of up to so many items; the first ones are there, in no order that matters.

    Attributes:
        items: the items that may be there.
        present: for each whether it is there.
        inquiry: how the list was asked about, as a choice; only one way is recorded, or nothing.
        complete: whether nothing else can be in it.
    """

    def __init__(self, world: World, name: str, length: int) -> None:
        self.items = tuple(Item(world, name, f"{world.name}{name}{place}") for place in range(length))
        self.present = tuple(z3.Bool(f"{world.name}{name}{place}:present") for place in range(length))
        self.inquiry: Choice = tuple(z3.Bool(f"{world.name}{name}:inquiry#{place}") for place in range(len(Inquiry)))
        world.know(disj(self.inquiry))
        world.know(*(z3.Implies(self.present[place + 1], self.present[place]) for place in range(length - 1)))
        thorough = list(Inquiry).index(Inquiry.THOROUGH)
        others = [flag for place, flag in enumerate(self.inquiry) if place != thorough]
        self.complete: Bool = conj(z3.Not(flag) for flag in others)
        brief = list(Inquiry).index(Inquiry.BRIEF)
        unasked = [flag for place, flag in enumerate(self.inquiry) if place not in (thorough, brief)]
        self.asked: Bool = conj(z3.Not(flag) for flag in unasked)


class World:
    """A symbolic case.

    Args:
        lengths: how many items each list may hold; lists that are left out hold none.
        name: put before the name of every variable, where a query speaks of several cases.
        free: whether every term that is read is a variable of its own, also one that derives from others.
    """

    def __init__(self, lengths: Mapping[str, int] | None = None, *, name: str = "", free: bool = False) -> None:
        self.facts: list[Bool] = []
        self.name, self.free = name, free
        self.case = Item(self, CASE, f"{name}{CASE}")
        self.lists = {name: SymbolicList(self, name, (lengths or {}).get(name, 0)) for name in LIST_MODELS}
        self._worsenings: tuple[Int, tuple[Bounds, ...]] | None = None

    def know(self, *facts: Bool) -> None:
        """Add what holds of every lowered case."""
        self.facts += facts

    def items(self, scope: str) -> tuple[tuple[Item, Bool], ...]:
        """The items of a scope, each with whether it is there."""
        if scope == CASE:
            return ((self.case, z3.BoolVal(True)),)
        found = self.lists[scope]
        return tuple(zip(found.items, found.present, strict=True))

    def bounds(self, name: str, kind: Kind) -> Bounds:
        """Two bounds within the domain of a kind. *Never* lies outside every time, and stands alone."""
        low, high = z3.Int(f"{name}:low"), z3.Int(f"{name}:high")
        least, most = bounds_of(kind)
        self.know(least <= low, low <= high, high <= most)
        if isinstance(kind, MomentKind) and kind.allows_never:
            self.know(disj([high <= EARLIEST, low == NEVER_DAYS, conj([low == least, high == NEVER_DAYS])]))
        return low, high

    @property
    def has_worsenings(self) -> bool:
        """Whether anything has read the worsenings."""
        return self._worsenings is not None

    @property
    def worsenings(self) -> tuple[Int, tuple[Bounds, ...]]:
        """How many worsenings there are, -1 where that is not recorded, and their times."""
        if self._worsenings is None:
            count = z3.Int(f"{self.name}worsenings")
            self.know(count >= -1, count <= MAX_WORSENINGS)
            times = tuple(self.bounds(f"{self.name}worsening{place}", _MOMENT) for place in range(MAX_WORSENINGS))
            self._worsenings = count, times
        return self._worsenings


def _members(kind: Kind) -> int:
    if isinstance(kind, YesNoKind):
        return 2
    assert isinstance(kind, ChoiceKind)
    return len(kind.members)


def exactly(choice: Choice, members: Iterable[int]) -> Bool:
    """Exactly these members are possible."""
    wanted = set(members)
    return conj(flag if place in wanted else z3.Not(flag) for place, flag in enumerate(choice))
