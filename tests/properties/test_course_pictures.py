"""The chart and the circles: well formed, escaped, and no text meets another or leaves the frame, whatever is recorded."""

from __future__ import annotations

from xml.etree import ElementTree

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ipt_formulate.course.circles import circles_of
from ipt_formulate.course.files import parse_course
from ipt_formulate.course.notices import PhaseSpan
from ipt_formulate.course.progress import progress
from ipt_formulate.report import chart, circles
from ipt_formulate.report.svg import Picture, overlaps, printable, text_width, wrapped
from ipt_formulate.vocabulary import Phase

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = st.sampled_from(
    [
        "<script>alert(1)</script>",
        "]]></style><text>&amp;&#0;",
        '" onload="x',
        "M" * 200,
        "漢字" * 100,
        "a\u0301\u0301\u0301\u0301\u0301" * 30,
        "مرحبا بالعالم",
        "🙂" * 80,
        "{person} $name %s",
    ]
)
LABELS = HOSTILE | st.text(max_size=200).filter(lambda each: each == "" or printable(each) == each)
SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def sound(svg: str, picture: Picture) -> ElementTree.Element:
    root = ElementTree.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    assert {each.tag for each in root.iter()} <= {
        SVG + name for name in ("svg", "title", "desc", "style", "rect", "line", "circle", "polygon", "text")
    }
    assert not any(name.startswith("on") or name.endswith("href") for each in root.iter() for name in each.attrib)
    assert root.findtext(f"{SVG}title")
    assert root.findtext(f"{SVG}desc")
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    assert len(picture.boxes) == len(list(root.iter(f"{SVG}text")))
    for box in picture.boxes:
        assert box.left >= 0
        assert box.top >= 0
        assert box.right <= width
        assert box.bottom <= height
    assert overlaps(picture.boxes) == []
    return root


@st.composite
def courses(draw: st.DrawFn) -> dict[str, object]:
    last = draw(st.sampled_from([3, 8, 16, 40, 100]))
    log = []
    for session in sorted(draw(st.sets(st.integers(1, last), max_size=min(last, 30)))):
        entry: dict[str, object] = {"session": session}
        if draw(st.booleans()):
            entry["event"] = draw(LABELS)
        if draw(st.booleans()):
            entry["mood"] = draw(st.integers(0, 10))
        given_at = draw(st.sets(st.sampled_from(["phq9", "hamd17", "wsas", "who5", "gad7"]), max_size=3))
        low, high = sorted((draw(st.integers(0, 21)), draw(st.integers(0, 21))))
        total = {"at_least": low, "at_most": high} if low < high else low
        entry["measures"] = [{"instrument": each, "total": total} for each in sorted(given_at)]
        log.append(entry)
    sessions = {"sessions": last} if draw(st.booleans()) else {}
    return {"course": 1, **sessions, "log": log}


@given(courses(), st.booleans())
@SETTINGS
def test_a_chart_of_any_course_is_sound(content: dict[str, object], phased: bool) -> None:
    found = progress(parse_course(content))
    if phased:
        last = max(found.sessions or 0, found.last_session, 3)
        spans = [(Phase.INITIAL, 1, 1), (Phase.MIDDLE, 2, last - 1), (Phase.TERMINATION, last, last)]
        phases = tuple(PhaseSpan(phase=phase, first=first, last=end) for phase, first, end in spans)
        found = found.model_copy(update={"phases": phases})
    root = sound(*chart.draw(found))
    written = " ".join(each.text or "" for each in root.iter(f"{SVG}text"))
    for week in found.weeks:
        words = printable(week.event or "").split()
        assert "".join(words) in written.replace(" ", "")


@given(st.data())
@SETTINGS
def test_circles_of_any_people_are_sound(data: st.DataObject) -> None:
    count = data.draw(st.sampled_from([0, 1, 5, 12, 13, 40]))
    people = [{"id": f"p{each}", "role": "friend", "label": data.draw(LABELS)} for each in range(count)]
    drawn = []
    for at in ("start", "middle", "end"):
        placed = data.draw(st.sets(st.sampled_from([each["id"] for each in people]), max_size=count)) if people else []
        places = [{"person": each, "ring": data.draw(st.integers(1, 4))} for each in sorted(placed)]
        if data.draw(st.booleans()):
            drawn.append({"at": at, "places": places})
    course = parse_course({"course": 1, "case": {"inventory": {"people": people}}, "circles": drawn})
    root = sound(*circles.draw(circles_of(course)))
    titles = [each.text for each in root.iter(f"{SVG}text") if each.text in ("start", "middle", "end")]
    assert set(titles) == {each["at"] for each in drawn}


@given(st.text(max_size=80), st.integers(30, 400))
def test_wrapped_text_loses_nothing_and_fits(words: str, width: int) -> None:
    lines = wrapped(words, width)
    assert "".join(lines).replace(" ", "") == printable(words).replace(" ", "")
    assert all(text_width(line) <= width or len(line) == 1 for line in lines)
