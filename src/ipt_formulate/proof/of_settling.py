"""The theorem that what is settled stays settled: over abstract contenders, of which more is learnt.

A contender that surely supports its area goes on doing so, one that cannot never can, and its steps close in from
both sides. Areas are alike here, so that a law is shown of one of them. Three areas with two candidates each are
enough: of a case that breaks a law, keep the area it speaks of, one that decides against it, and of a second focus
the first, each with the candidate that matters and one that is best. For a tie two areas are enough: what breaks it
has to rise above it, was possible before as nothing beat it, and so was tied itself. A residual area is the other way round: it contends once it is supported, and then nothing else can.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import z3

from ipt_formulate.proof.choosing import Choosing, Standing, rank
from ipt_formulate.proof.rails import Bool, conj
from ipt_formulate.proof.theorem import Claim, Question
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.vocabulary import ProblemArea

_TWICE = 2


def stays_settled(base: RuleBase, choosing: type[Choosing] = Choosing) -> Iterator[Claim]:
    """A focus that is chosen, a tie and a second focus stay, and what is not possible does not become so."""
    specific = [area for area, text in base.areas.items() if not text.residual]
    residual = [area for area, text in base.areas.items() if text.residual]
    laws: dict[str, Callable[[Choosing, Choosing, ProblemArea], Bool]] = {
        "what is not possible does not become so": lambda was, now, area: conj(
            [z3.Not(was.area_possible(area)), now.area_possible(area)]
        ),
        "a chosen focus stays": lambda was, now, area: conj([was.primary(area), z3.Not(now.primary(area))]),
        "a tie stays": lambda was, now, area: conj([was.tied(area), z3.Not(now.tied(area))]),
        "a second focus stays": lambda was, now, area: conj([was.secondary(area), z3.Not(now.secondary(area))]),
    }
    for law, breaks in laws.items():
        among = specific[:2] if law == "a tie stays" else specific[:3]
        key = len(base.steps), tuple(among), tuple(residual[:1])
        questions = _asks(len(base.steps), among, residual[:1], breaks, choosing)
        yield Claim(law, "none", questions, f"it is not so that {law} when more is learnt", key)


def _asks(
    steps: int,
    specific: Sequence[ProblemArea],
    residual: Sequence[ProblemArea],
    breaks: Callable[[Choosing, Choosing, ProblemArea], Bool],
    choosing: type[Choosing],
) -> Callable[[], Iterator[Question]]:
    def formula() -> tuple[None, Bool]:
        named = [(area, f"{area} {place}") for area in specific for place in range(_TWICE)]
        pairs = [_learnt(area, name, steps) for area, name in named]
        last = [_residual(area, [pair[:2] for pair in pairs], steps) for area in residual]
        known = [each[2] for each in (*pairs, *last)]
        asked = [z3.Bool(f"asked enough {word}") for word in ("before", "after")]
        known.append(z3.Implies(*asked))
        was = choosing([each[0] for each in (*pairs, *last)], asked[0])
        now = choosing([each[1] for each in (*pairs, *last)], asked[1])
        return None, conj([*known, breaks(was, now, specific[0])])

    return lambda: iter([Question(formula)])


def _learnt(area: ProblemArea, name: str, steps: int) -> tuple[Standing, Standing, Bool]:
    """A contender before and after something is learnt of it."""
    flags = {
        (what, word): [z3.Bool(f"{name} {what} {place} {word}") for place in range(steps)]
        for what in ("must", "may")
        for word in ("before", "after")
    }
    known = [
        *map(z3.Implies, flags["must", "before"], flags["must", "after"]),
        *map(z3.Implies, flags["must", "after"], flags["may", "after"]),
        *map(z3.Implies, flags["may", "after"], flags["may", "before"]),
    ]
    found = []
    for word in ("before", "after"):
        contends, surely, specific = (z3.Bool(f"{name} {what} {word}") for what in ("contends", "surely", "specific"))
        least, most = rank(flags["must", word]), rank(flags["may", word])
        found.append(Standing(area, contends, surely, specific, least, most))
    was, now = found
    known += [z3.Implies(now.contends, was.contends), z3.Implies(was.surely, now.surely)]
    known += [z3.Implies(now.surely, now.contends), z3.Implies(was.specific, now.specific)]
    return was, now, conj(known)


def _residual(
    area: ProblemArea, others: Sequence[tuple[Standing, Standing]], steps: int
) -> tuple[Standing, Standing, Bool]:
    """A residual area: supported or not, and then nothing else contends."""
    nothing = rank([z3.BoolVal(False)] * steps)
    was, now = (z3.Bool(f"{area} {word}") for word in ("before", "after"))
    known = [z3.Implies(was, now)]
    known += [z3.Implies(was, z3.Not(before.contends)) for before, _ in others]
    known += [z3.Implies(now, z3.Not(after.contends)) for _, after in others]
    standing = [Standing(area, flag, flag, flag, nothing, nothing) for flag in (was, now)]
    return standing[0], standing[1], conj(known)
