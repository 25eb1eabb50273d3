"""The pictures as they are laid out: nothing overlaps, nothing leaves the frame, nobody is left out."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ipt_formulate as ipt
from ipt_formulate.case.case import Case
from ipt_formulate.errors import CaseNeeded, UnknownName
from ipt_formulate.report.closeness import closeness_circle_svg
from ipt_formulate.report.drawing import SIZE
from ipt_formulate.report.events import events_of, onset_of, worsenings_of
from ipt_formulate.report.measuring import printable, width_of
from ipt_formulate.report.reasoning import reasoning_svg
from ipt_formulate.report.ties import ties_of
from ipt_formulate.report.timeline import timeline_svg
from ipt_formulate.vocabulary import Truth

SVG = "{http://www.w3.org/2000/svg}"
ROUNDED = 0.11
"""Places are written to a tenth, so that a frame can seem to begin as much before another ends."""


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        return (
            self.left < other.right - ROUNDED
            and other.left < self.right - ROUNDED
            and self.top < other.bottom - ROUNDED
            and other.top < self.bottom - ROUNDED
        )


def box_of(shape: ET.Element) -> Box:
    at = {name: float(value) for name, value in shape.attrib.items() if re.fullmatch(r"-?[\d.]+", value)}
    if shape.tag == f"{SVG}circle":
        return Box(at["cx"] - at["r"], at["cy"] - at["r"], at["cx"] + at["r"], at["cy"] + at["r"])
    if shape.tag in (f"{SVG}rect", f"{SVG}svg"):
        return Box(at["x"], at["y"], at["x"] + at["width"], at["y"] + at["height"])
    numbers = [float(each) for each in re.findall(r"-?\d+(?:\.\d+)?", shape.attrib["d"])]
    return Box(min(numbers[::2]), min(numbers[1::2]), max(numbers[::2]), max(numbers[1::2]))


def looks(shape: ET.Element) -> list[str]:
    return shape.get("class", "").split()


def labels(picture: ET.Element) -> Iterator[ET.Element]:
    return (each for each in picture if looks(each) == ["label"])


def words_of(frame: ET.Element) -> str:
    """The whole label, whether it stands there or had to be cut."""
    title = frame.find(f"{SVG}title")
    lines = [line.text or "" for line in frame.findall(f"{SVG}text")]
    return (title.text or "") if title is not None else " ".join(lines)


def look_at(svg: str) -> list[str]:
    """See that a picture keeps what pictures promise; the labels in it."""
    picture = ET.fromstring(svg)
    width, height = map(float, picture.attrib["viewBox"].split()[2:])
    frames = [(frame, box_of(frame)) for frame in labels(picture)]
    signs = [box_of(each) for each in picture if "mark" in looks(each)]
    for (_, one), (_, other) in combinations(frames, 2):
        assert not one.meets(other), "two labels overlap"
    for frame, box in frames:
        assert 0 <= box.left <= box.right <= width, "a label leaves the frame"
        assert 0 <= box.top <= box.bottom <= height, "a label leaves the frame"
        assert not any(box.meets(sign) for sign in signs), "a label and a sign overlap"
        for line in frame.findall(f"{SVG}text"):
            wide = width_of(line.text or "") * SIZE
            assert wide <= box.right - box.left + ROUNDED or len(line.text or "") == 1, "a line leaves its frame"
            assert float(line.attrib["y"]) < box.bottom - box.top, "a line lies below its frame"
            assert (line.text or "").endswith("…") <= (frame.find(f"{SVG}title") is not None), "what is cut is lost"
    assert all(0 <= s.left <= s.right <= width and 0 <= s.top <= s.bottom <= height for s in signs), "a sign is outside"
    return [words_of(frame) for frame, _ in frames]


def without_spaces(words: str) -> str:
    return "".join(printable(words).split())


@settings(max_examples=60)
@given(
    seed=st.integers(0, 2**32),
    people=st.integers(0, 20),
    events=st.integers(0, 12),
    odd=st.lists(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=200), max_size=3),
)
def test_no_labels_overlap_none_leaves_the_frame_and_nobody_is_left_out(
    crowded: Callable[..., Case], seed: int, people: int, events: int, odd: list[str]
) -> None:
    odd = [re.sub("[\u202a-\u202e\u2066-\u2069]", "", each) for each in odd]
    case = crowded(seed, people, events, (None, *odd, "a label " * 20)) if odd else crowded(seed, people, events)
    circle = [without_spaces(each) for each in look_at(closeness_circle_svg(case))]
    assert all(without_spaces(tie.name) in circle for tie in ties_of(case))
    line = [without_spaces(each) for each in look_at(timeline_svg(case))]
    assert all(without_spaces(each.name) in line for each in (onset_of(case), *worsenings_of(case), *events_of(case)))


@pytest.mark.parametrize("seed", range(3))
def test_the_tree_shows_every_rule_with_its_verdict_in_words(crowded: Callable[..., Case], seed: int) -> None:
    formulation = ipt.formulate(crowded(seed))
    told = look_at(reasoning_svg(formulation))
    rules = [rule for area in formulation.why() for candidate in area.candidates for rule in candidate.children]
    assert len(rules) > 100
    for truth in Truth:
        words = sum(each == truth.word.replace("_", " ") for each in told)
        assert words == sum(rule.verdict is truth for rule in rules)


def test_signs_of_people_keep_apart(crowded: Callable[..., Case]) -> None:
    for people in (1, 2, 7, 20, 90):
        picture = ET.fromstring(closeness_circle_svg(crowded(people, people, 0)))
        signs = [box_of(each) for each in picture if "mark" in looks(each)]
        assert len(signs) == people + 4
        assert not any(one.meets(other) for one, other in combinations(signs, 2))


def people(**told: object) -> ET.Element:
    person = {"id": "a", "role": "sibling", **told}
    return ET.fromstring(closeness_circle_svg(ipt.parse_case({"inventory": {"people": [person]}})))


def test_what_is_not_recorded_of_a_person_is_not_drawn_as_a_no() -> None:
    (tie,) = ties_of(ipt.parse_case({"inventory": {"people": [{"id": "a", "role": "sibling"}]}}))
    assert (tie.alive, tie.lost, tie.support, tie.conflict) == (Truth.UNKNOWN,) * 4
    assert tie.words == ("alive or dead: not recorded", "ring not known")
    unknown, alive, dead = (
        next(each.tag for each in people(**told) if "mark" in looks(each))
        for told in ({}, {"alive": True}, {"alive": False})
    )
    assert len({unknown, alive, dead}) == 3


def test_lines_tell_conflict_from_support_by_their_shape() -> None:
    both = ipt.parse_case(
        {
            "inventory": {
                "people": [{"id": "a", "role": "sibling", "emotional_support": "much"}],
                "conflicts": [
                    {"person": "a", "kind": "covert"},
                    {"role": "boss", "kind": {"one_of": ["covert", "none"]}},
                ],
            }
        }
    )
    sister, boss = ties_of(both)
    assert {"support", "conflict"} <= set(sister.words)
    assert "conflict not settled" in boss.words
    legend = 3
    drawn = [(each.tag.removeprefix(SVG), tuple(looks(each))) for each in ET.fromstring(closeness_circle_svg(both))]
    assert drawn.count(("line", ("support",))) == 1 + 1
    assert drawn.count(("path", ("conflict",))) == 1 + 1
    assert drawn.count(("path", ("conflict", "open"))) == 1 + 1
    assert sum("conflict" in look or "support" in look for _, look in drawn) == 3 + legend


def test_a_place_that_is_narrowed_down_and_a_time_are_drawn_as_the_ranges_they_are() -> None:
    assert [looks(each) for each in people(closeness={"at_least": 2, "at_most": 3})].count(["bar"]) == 1
    assert [looks(each) for each in people(closeness=2)].count(["bar"]) == 0

    def widths(when: str) -> list[float]:
        case = ipt.parse_case({"inventory": {"deaths": [{"role": "parent", "when": when}]}})
        return [float(each.attrib["width"]) for each in ET.fromstring(timeline_svg(case)) if looks(each) == ["range"]]

    exact, rough, rougher = widths("90d"), widths("2-4mo"), widths("1-5mo")
    assert exact < rough < rougher
    assert len(exact) == len(rough) == 1


def test_an_event_without_a_date_lies_where_the_order_that_was_told_puts_it() -> None:
    told = {"role": "parent", "relative_to_onset": "around"}
    case = ipt.parse_case({"assessment": {"episode": {"onset": "90d"}}, "inventory": {"deaths": [told]}})
    (death,) = events_of(case)
    assert death.when == (60, 120)
    assert any("from the order told" in each for each in death.words)
    (undated,) = events_of(case.without("assessment.episode.onset"))
    assert not undated.when_known
    assert "when: not recorded" in undated.words
    assert "around the onset" in undated.words


def test_each_picture_can_be_had_by_itself() -> None:
    case = ipt.example("mariana-ipta-casebook")
    formulation = ipt.formulate(case)
    assert formulation.to_svg("circle") == closeness_circle_svg(case)
    assert formulation.to_svg("timeline") == timeline_svg(case)
    assert formulation.to_svg("reasoning") == reasoning_svg(formulation)
    with pytest.raises(UnknownName, match="there are: circle, timeline, reasoning"):
        formulation.to_svg("tree")
    with pytest.raises(CaseNeeded):
        ipt.Formulation.model_validate_json(formulation.model_dump_json()).to_svg("circle")
