"""Options and fixtures that all tests share."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from random import Random
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from ipt_formulate.case.case import Case
    from ipt_formulate.formulation.model import Formulation
    from ipt_formulate.practice.teaching import TeachingCase

settings.register_profile("ipt", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ipt")
_SETTINGS = "_hypothesis_internal_use_settings"  # there is no public place for the settings of a test
_FEWEST = 8


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Draw a share of the examples that each property asks for, where ``IPT_EXAMPLES`` says which."""
    share = float(os.environ.get("IPT_EXAMPLES", "1"))
    for test in {getattr(item, "obj", None) for item in items if share != 1 and item.get_closest_marker("hypothesis")}:
        asked = getattr(test, _SETTINGS)
        setattr(test, _SETTINGS, settings(asked, max_examples=max(_FEWEST, round(asked.max_examples * share))))


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


LABELS = (
    None,
    None,
    "older sister",
    "Donaudampfschifffahrtsgesellschaftskapitänswitwe" * 4,
    "someone who is told of at length " * 6,
    "الأخت الكبرى من جهة الأب التي تسكن في المدينة",
    "אחות",
    "妹" * 60,
    "👩‍👩‍👧‍👦 " * 25,
    "W" * 200,
    "e\u0301\u0302\u0303" * 50,
)
TIMES = (None, "today", "10d", "1-4w", "3mo", "about 2y", "more than 5y", "less than 3mo", "12y", "60y", "in 2mo")


@pytest.fixture(scope="session")
def crowded() -> Callable[..., Case]:
    """A case with as many people and events as are told, in every state, under labels that are hard to place."""
    from ipt_formulate.case.files import parse_case

    def made(seed: int, people: int = 20, events: int = 12, labels: Sequence[str | None] = LABELS) -> Case:
        random = Random(seed)

        def item(**told: Any) -> dict[str, Any]:
            told["label"] = random.choice(labels)
            return {name: value for name, value in told.items() if value is not None}

        def yes_no() -> bool | None:
            return random.choice((True, False, None))

        living, dead, rest = (
            [f"{stem}-{place}" for place in range(people) if place % 3 == turn]
            for turn, stem in enumerate(("living", "dead", "other"))
        )
        known = {**dict.fromkeys(living, True), **dict.fromkeys(dead, False), **dict.fromkeys(rest)}
        inventory: dict[str, Any] = {
            "people": [
                item(
                    id=id_,
                    alive=alive,
                    role=random.choice(("partner", "parent", "sibling", "friend", None)),
                    closeness=random.choice((1, 2, 3, 4, None, {"at_least": 2, "at_most": 3}, {"at_most": 2})),
                    contact=random.choice(("none", "weekly", None)),
                    emotional_support=random.choice(("much", "none", None)),
                    change_since_onset=random.choice(("lost", "same", None)),
                    coercion=random.choice((None, {"period": "past"}, {"period": "current"})) if alive else None,
                )
                for id_, alive in known.items()
            ],
            "deaths": [],
            "conflicts": [],
            "changes": [],
        }
        for place in range(events):
            when, order = random.choice(TIMES), random.choice((None, "around"))
            shared = {"when": when, "relative_to_onset": None if when else order}
            name = ("deaths", "conflicts", "changes")[place % 3]
            if name == "deaths":
                told = item(id=f"death-{place}", kind="person", person=dead.pop() if dead else None, **shared)
            elif name == "conflicts":
                kind = random.choice(("overt", "covert", "none", {"one_of": ["covert", "none"]}))
                who = random.choice([*living, None])
                stage = random.choice((None, "renegotiation", "dissolution"))
                told = item(
                    id=f"conflict-{place}",
                    kind=kind,
                    person=who,
                    stage=stage,
                    worse_when=random.choice(TIMES),
                    **shared,
                )
            else:
                kind = random.choice(("move", "birth", "job_loss"))
                told = item(id=f"change-{place}", kind=kind, ongoing=yes_no(), completed=yes_no(), **shared)
            inventory[name].append(told)
        onset = random.choice(("4mo", "about 2y", None))
        episode = (
            {"onset": onset, "worsenings": [{"when": "3w"}]}
            if onset
            else {"onset_kind": random.choice(("lifelong", "gradual"))}
        )
        return parse_case({"assessment": {"episode": episode}, "inventory": inventory})

    return made


DAY = """
teaching: 1
title: The day in March
origin: composed
grade: hard
shows: grief
story: A woman has been low for four months. She says that nothing has happened.
case:
  assessment: {episode: {onset: 4mo, onset_kind: dated}, conditions: {depression: moderate}}
  inventory:
    inquiry: {people: thorough, conflicts: thorough, changes: thorough}
    people: [{id: husband, role: partner, alive: true, closeness: 2}]
    changes:
      - {id: late, kind: move, when: 1mo}
      - {id: early, kind: job_loss, when: 5y}
asks_a_session: 1
stages:
  - session: 1
    told: She cannot sleep.
    asks:
      - {id: deaths, ask: Has anyone died?, answer: "No, nobody.", adds: {inventory: {inquiry: {deaths: brief}}}}
      - {id: sleep, ask: How do you sleep?, answer: Badly.}
  - session: 2
    told: She was worse last week.
    asks:
      - id: march
        ask: Is it a special time of the year?
        answer: My brother died in March.
        after: [deaths]
        adds:
          inventory:
            people: [{id: brother, role: sibling, alive: false, closeness: 1, importance: high}]
            deaths: [{id: brother-death, person: brother, when: 4mo, kind: person}]
            inquiry: {deaths: thorough}
"""


@pytest.fixture(scope="session")
def day() -> TeachingCase:
    """A staged case: a death that is denied when first asked about, and comes out with the time of the year."""
    from ipt_formulate.documents import parse_yaml
    from ipt_formulate.practice.files import parse_teaching_case

    return parse_teaching_case(parse_yaml(DAY).content, name="day")


@pytest.fixture(scope="session")
def serving() -> Callable[..., AbstractContextManager[int]]:
    """The practice page, served from a thread while it is wanted: called with its cases, it gives the port."""

    @contextmanager
    def serve(cases: Mapping[str, TeachingCase], **options: Any) -> Iterator[int]:
        from ipt_formulate.practice import server

        with server.taken(0) as listening:
            port = listening.getsockname()[1]
            running = server.server(cases, port, **options)
            thread = Thread(target=running.run, kwargs={"sockets": [listening]})
            thread.start()
            while not running.started:
                assert thread.is_alive(), "the server has ended"
                time.sleep(0.01)
            try:
                yield port
            finally:
                running.should_exit = True
                thread.join(10)
        assert not thread.is_alive()

    return serve
