"""What is fuzzed: each target takes bytes, and either takes them or raises an error of this library.

A target is one line of `TARGETS`. It runs without the fuzzer too, so that what once crashed is kept as a test.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import BaseModel

import ipt_formulate as ipt
from ipt_formulate.case.case import Case
from ipt_formulate.case.files import to_plain
from ipt_formulate.cohort import redcap
from ipt_formulate.cohort.runs import run as run_cohort
from ipt_formulate.course.files import parse_course
from ipt_formulate.course.record import CourseRecord
from ipt_formulate.course.sheets.files import parse_sheet
from ipt_formulate.course.sheets.kinds import MODELS
from ipt_formulate.documents import parse_json, parse_yaml, read_document
from ipt_formulate.errors import IptFormulateError
from ipt_formulate.resources import cases_directory, rules_directory
from ipt_formulate.rulebase.loader import load_rulebase
from ipt_formulate.rulebase.texts import Rule
from ipt_formulate.study.ratings import read_rater

HERE: Final = Path(tempfile.mkdtemp(prefix="fuzz-"))
"""Where files are written that a reader takes by path; `run.py` removes it in the end."""
_TIMES: Final = ("3mo", "today", "about 2y", "in 2mo", "1-4w", "more than 5y", "2020-02-30", "2020", "-3d", "99999999d")
_WORDS: Final = (
    "",
    "a",
    "\x00",
    "\u202e",
    "\ud800",
    "yes",
    "9" * 400,
    "asked_unknown",
    "$near_before",
    "../x",
    "!!int",
)


class Choices:
    """Turns bytes into choices, one after the other; after the last byte it always chooses the first."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def upto(self, number: int) -> int:
        """A whole number from 0 to below the one given."""
        if self.at >= len(self.data) or number <= 1:
            return 0
        self.at += 1
        return self.data[self.at - 1] % number

    def value(self, names: tuple[str, ...], depth: int = 0) -> Any:
        """Any content that a file can hold, with names and words of a model more often than others."""
        match self.upto(12 if depth < 12 else 8):
            case 0:
                return None
            case 1:
                return bool(self.upto(2))
            case 2:
                return (0, 1, -1, 4, 10**9, 10**40, -(10**40))[self.upto(7)]
            case 3:
                return (0.5, -0.0, 1e308, 1e-320)[self.upto(4)]
            case 4:
                return _TIMES[self.upto(len(_TIMES))]
            case 5:
                return _WORDS[self.upto(len(_WORDS))]
            case 6 | 7:
                return names[(self.upto(256) * 256 + self.upto(256)) % len(names)]
            case 8 | 9:
                return [self.value(names, depth + 1) for _ in range(self.upto(5))]
            case _:
                return {
                    str(
                        self.value(names)
                        if self.upto(9) == 0
                        else names[(self.upto(256) * 256 + self.upto(256)) % len(names)]
                    ): self.value(names, depth + 1)
                    for _ in range(self.upto(7))
                }


def _vocabulary(*models: type[BaseModel]) -> tuple[str, ...]:
    """The names of fields and the words of choices of some models."""
    found: dict[str, None] = {}

    def gather(part: Any) -> None:
        if isinstance(part, dict):
            found.update(dict.fromkeys(part.get("properties", ())))
            found.update(dict.fromkeys(str(each) for each in part.get("enum", ())))
            for each in part.values():
                gather(each)
        elif isinstance(part, list):
            for each in part:
                gather(each)

    for model in models:
        gather(model.model_json_schema())
    return tuple(found)


CASE_WORDS: Final = _vocabulary(Case)
COURSE_WORDS: Final = (*_vocabulary(CourseRecord), *CASE_WORDS)
SHEET_WORDS: Final = (*_vocabulary(*MODELS.values()), *MODELS)
RULE_WORDS: Final = (*_vocabulary(Rule), "all", "any", "not", "some", "none", "every", "where", "count", "is", "in",
                     "at_least", "at_most", "between", "$near_before", "$significant_ring", "near_onset_or_worsening", *CASE_WORDS)  # fmt: skip


def _grafted(whole: Any, choices: Choices, words: tuple[str, ...]) -> Any:
    """A sound document with one place in it that holds something else."""
    value = choices.value(words)
    place = copy = json.loads(json.dumps(whole))
    for _ in range(1 + choices.upto(6)):
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            break
        key = keys[choices.upto(len(keys))]
        if not isinstance(place[key], (dict, list)) or choices.upto(4) == 0:
            place[key] = value
            return copy
        place = place[key]
    return copy


def _told(data: bytes, words: tuple[str, ...], sound: tuple[Any, ...]) -> Any:
    """Content from bytes: made of the words of a model, or a sound document with something else in one place."""
    choices = Choices(data)
    way = choices.upto(3)
    return _grafted(sound[choices.upto(len(sound))], choices, words) if way else choices.value(words)


_CASES: Final = tuple(to_plain(ipt.example(name)) for name in ipt.example_names())
_COURSE: Final = {"course": 1, "log": [{"session": 1, "mood": 4, "measures": [{"instrument": "phq9", "total": 12}]}]}
_SHEETS: Final = (
    {"sheet": "attempts", "attempts": [{"what": "rang", "tried": True}]},
    *({"sheet": kind} for kind in MODELS),
)
_RULE: Final = yaml.safe_load(
    (rules_directory() / "problem_areas/grief/little_support.yaml").read_text(encoding="utf-8")
)
_PACK: Final = {"name": "fuzz", "version": "0.1.0", "extends": {"name": "ipt", "from": "0.0.1", "below": "9.0.0"}, "maintainers": ["us"], "replaces": [{"rule": "advice.ptsd", "because": "We would like it so."}], "parameters": {"near_before": {"value": "9mo", "because": "We would like it so."}}}  # fmt: skip


def case(data: bytes) -> None:
    """A case, and the formulation of one that is taken."""
    found = ipt.parse_case(_told(data, CASE_WORDS, _CASES))
    ipt.formulate(found, engine="reference").model_dump_json()


def course(data: bytes) -> None:
    """A course, and its progress."""
    ipt.progress(parse_course(_told(data, COURSE_WORDS, (_COURSE,))))


def sheet(data: bytes) -> None:
    """A work sheet."""
    parse_sheet(_told(data, SHEET_WORDS, _SHEETS))


def rules(data: bytes) -> None:
    """A pack: what it says of itself, and a rule of it."""
    choices = Choices(data)
    directory = HERE / "pack"
    shutil.rmtree(directory, ignore_errors=True)
    folder = directory / "problem_areas" / "grief"
    folder.mkdir(parents=True)
    about, rule = dict(_PACK), {**_RULE, "id": "grief.fuzz_rule"}
    if choices.upto(3) == 0:
        about = _grafted(_PACK, choices, RULE_WORDS)
    else:
        rule = _grafted(rule, choices, RULE_WORDS)
        if choices.upto(2):
            rule = {**rule, "when": choices.value(RULE_WORDS)}
    (directory / "rulebase.yaml").write_text(_dumped(about), encoding="utf-8", errors="surrogatepass")
    (folder / "fuzz_rule.yaml").write_text(_dumped(rule), encoding="utf-8", errors="surrogatepass")
    load_rulebase(directory)


def _dumped(content: Any) -> str:
    return json.dumps(content, ensure_ascii=True)  # JSON is YAML, and says what YAML cannot


def rule_text(data: bytes) -> None:
    """A pack whose rule file holds any bytes."""
    directory = HERE / "text"
    folder = directory / "advice"
    folder.mkdir(parents=True, exist_ok=True)
    (directory / "rulebase.yaml").write_text(_dumped({**_PACK, "replaces": []}), encoding="utf-8")
    (folder / "fuzz_rule.yaml").write_bytes(data)
    load_rulebase(directory)


def document(data: bytes) -> None:
    """A file of any bytes, as YAML and as JSON."""
    for name in ("a.yaml", "a.json"):
        (HERE / name).write_bytes(data)
        try:
            read_document(HERE / name)
        except IptFormulateError:
            continue


def cohort_lines(data: bytes) -> None:
    """A cohort as JSON Lines."""
    (HERE / "cohort.jsonl").write_bytes(data)
    for path in HERE.glob("out*"):
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()
    run_cohort(HERE / "cohort.jsonl", HERE / "out.parquet", workers=1)


def cohort_csv(data: bytes) -> None:
    """A cohort as REDCap exports it."""
    (HERE / "redcap.csv").write_bytes(data)
    redcap.read_cases(HERE / "redcap.csv")


def ratings(data: bytes) -> None:
    """What a rater said, as CSV."""
    (HERE / "ratings.csv").write_bytes(data)
    read_rater(str(HERE / "ratings.csv"), {})


def _seeds_of(suffix: str, folder: Path, count: int = 12) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.rglob(f"*{suffix}"))[:count]]


def _csv() -> list[bytes]:
    redcap.write_cases(HERE / "seed.csv", {name: ipt.example(name) for name in ipt.example_names()[:2]})
    return [(HERE / "seed.csv").read_bytes()]


ipt.formulate(ipt.example("mrs-e-late-life-widow"), engine="reference")  # so that no input waits for the rules to load
_LINES: Final = [b"\n".join(json.dumps({"id": str(place), **each}).encode() for place, each in enumerate(_CASES[:3]))]
_YAML: Final = [*_seeds_of(".yaml", cases_directory()), *_seeds_of(".yaml", rules_directory() / "advice", 4)]
_NO_SEED: Final = [bytes(range(64)), bytes(range(255, 0, -3))]

TARGETS: Final[Mapping[str, tuple[Callable[[bytes], object], list[bytes]]]] = {
    "yaml": (lambda data: parse_yaml(data.decode("utf-8", "surrogateescape")), _YAML),
    "json": (lambda data: parse_json(data.decode("utf-8", "surrogateescape")), _LINES),
    "document": (document, _YAML),
    "case": (case, _NO_SEED),
    "course": (course, _NO_SEED),
    "sheet": (sheet, _NO_SEED),
    "rules": (rules, _NO_SEED),
    "rule_text": (rule_text, _seeds_of(".yaml", rules_directory() / "advice")),
    "cohort_lines": (cohort_lines, _LINES),
    "cohort_csv": (cohort_csv, _csv()),
    "ratings": (ratings, [b"case,rater,focus\na,one,grief\n"]),
}
"""Each target: what takes the bytes, and the bytes to begin with. A reader is added by one line."""


def tried(name: str, data: bytes) -> None:
    """Run a target; an error of this library is a proper end, and anything else is a crash."""
    try:
        TARGETS[name][0](data)
    except IptFormulateError:
        return
