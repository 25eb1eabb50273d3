"""A formulation as CDS Hooks cards (version 2.0 of HL7's specification): safety first, then the focus, then what to ask.

Nothing is suggested that a click would carry out: a card has no suggestions and no actions, as clinician and client
decide. Every text of a case is inert in the Markdown of a card.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from ipt_formulate.errors import InputError, Problem
from ipt_formulate.formulation.markdown import escaped
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.interchange.codes import OVERRIDE
from ipt_formulate.vocabulary import FocusStatus, Urgency

LONGEST_SUMMARY: Final = 139
"""The specification asks for fewer than 140 characters."""
_CUT: Final = "…"
_LABEL: Final = "ipt_formulate"
_NEVER_SAFE: Final = "No red flag is met by what is recorded. That never means that there is no risk."
_SAFETY_REASONS: Final = (
    ("acted-on", "What it asks for has been done"),
    ("recorded-wrongly", "What was recorded is not right"),
)
_FOCUS_REASONS: Final = (
    ("client-decides-otherwise", "Clinician and client chose otherwise"),
    ("recorded-wrongly", "What was recorded is not right"),
    ("not-recorded", "What matters here is not recorded"),
)


def to_cards(
    formulation: Formulation,
    *,
    url: str | None = None,
    links: Mapping[str, str] | None = None,
    instance: str | None = None,
) -> dict[str, Any]:
    """The cards of a formulation, as the body of a service's response.

    Args:
        formulation: what `formulate` returned.
        url: the address where a reader learns more of this service, for the source of each card.
        links: addresses of pages by their words, such as that of the case's page; they go with the focus.
        instance: the ``hookInstance`` of the request. With it each card has a ``uuid``, the same each time.

    Returns:
        ``{"cards": [...]}``. The first card is about safety where a red flag is met (``critical`` where it asks for
        action on the same day, else ``warning``) or where safety was not asked about (``info``).

    Raises:
        InputError: an address is none of the web.

    Examples:
        >>> from ipt_formulate import example, formulate
        >>> cards = to_cards(formulate(example("mr-jones-ipt-ci")))["cards"]
        >>> [card["indicator"] for card in cards]
        ['info', 'info', 'info']
    """
    source = {"label": _LABEL} | ({"url": _address("url", url)} if url is not None else {})
    found = [
        {"label": words, "url": _address("links", address), "type": "absolute"}
        for words, address in (links or {}).items()
    ]
    cards = [*_safety(formulation), _focus(formulation, found), *_asking(formulation)]
    for place, card in enumerate(cards):
        card["source"] = dict(source)
        if instance is not None:
            card["uuid"] = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{OVERRIDE}/{instance}/{place}/{card['summary']}"))
    return {"cards": cards}


def shortened(text: str, longest: int = LONGEST_SUMMARY) -> str:
    """A summary of fewer than 140 characters, cut between words where it is too long.

    >>> len(shortened("word " * 50)) < 140
    True
    """
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    cut = line[: longest - len(_CUT)]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:.") + _CUT


def _card(summary: str, indicator: str, detail: Iterable[str]) -> dict[str, Any]:
    return {"summary": shortened(summary), "indicator": indicator, "detail": "\n".join(detail)}


def _safety(formulation: Formulation) -> Iterator[dict[str, Any]]:
    safety = formulation.safety
    asks = f"Not known, ask: {'; '.join(safety.not_yet_asked)}."
    if safety.flags:
        urgent = any(flag.urgency is Urgency.SAME_DAY for flag in safety.flags)
        more = f" (and {len(safety.flags) - 1} more)" if len(safety.flags) > 1 else ""
        summary = f"{shortened(f'Red flag: {safety.flags[0].flag}', LONGEST_SUMMARY - len(more))}{more}"
        yield {
            **_card(summary, "critical" if urgent else "warning", [*_flags(formulation), *([f"\n{escaped(asks)}"] if safety.not_yet_asked else [])]),
            "overrideReasons": _reasons(_SAFETY_REASONS),
        }  # fmt: skip
    elif safety.not_yet_asked:
        detail = [
            escaped(_NEVER_SAFE),
            "",
            escaped(asks),
        ]
        yield _card(f"Safety is not fully asked about: {len(safety.not_yet_asked)} questions are open.", "info", detail)


def _flags(formulation: Formulation) -> Iterator[str]:
    for flag in formulation.safety.flags:
        yield f"- **{escaped(flag.flag)}** ({escaped(flag.urgency.replace('_', ' '))}, {escaped(flag.rule)})"
        yield from (f"    - {escaped(action)}" for action in flag.actions)
    if formulation.focus.holds:
        yield "\nWork on any focus waits for this."


def _focus(formulation: Formulation, links: list[dict[str, str]]) -> dict[str, Any]:
    card = _card(formulation.focus.sentence, "info", _reasoning(formulation))
    return {**card, "overrideReasons": _reasons(_FOCUS_REASONS)} | ({"links": links} if links else {})


def _reasoning(formulation: Formulation) -> Iterator[str]:
    focus, made = formulation.focus, formulation.provenance
    yield escaped(focus.sentence)
    yield ""
    for finding in formulation.areas.values():
        yield f"- **{escaped(finding.title)}**: {escaped(finding.status.replace('_', ' '))}. {escaped(finding.reason)}"
        for candidate in finding.candidates:
            yield f"    - {escaped(candidate.candidate.name)}: {escaped(candidate.status.replace('_', ' '))}"
            yield from (
                f"        - {escaped(item.sentence)} ({escaped(item.rule)}{', an assumption' if item.assumption else ''})"
                for item in candidate.evidence_for
                if item.verdict == "met"
            )
    yield ""
    if focus.open_inquiries:
        asked = "; ".join(f"{each.list} ({each.asked})" for each in focus.open_inquiries)
        yield f"{escaped(f'More may exist than is recorded: {asked}.')} What was not asked is not absent."
        yield ""
    if focus.client:
        yield escaped(focus.client.sentence)
        yield ""
    if not formulation.safety.flags:
        yield escaped(_NEVER_SAFE)
        yield ""
    yield escaped(formulation.intended_use)
    yield escaped(f"Not for: {' '.join(formulation.not_for)}")
    yield escaped(
        f"Rule base {made.rulebase} {made.rulebase_version} ({made.rulebase_sha256[:12]}), library {made.library}."
    )


def _asking(formulation: Formulation) -> Iterator[dict[str, Any]]:
    if formulation.questions:
        settled = formulation.focus.status is FocusStatus.CHOSEN
        summary = f"Ask {'also' if settled else 'next'}: {formulation.questions[0].ask}"
        detail = [
            f"{number}. {escaped(each.ask)} (About {escaped(each.about)}.)"
            for number, each in enumerate(formulation.questions, start=1)
        ]
        yield _card(summary, "info", detail)


def _reasons(told: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"system": OVERRIDE, "code": code, "display": words} for code, words in told]


def _address(name: str, given: str) -> str:
    try:
        parts = urlsplit(given)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc or any(each.isspace() for each in given):
        raise InputError([Problem(name, "is no address of the web", "give one that begins with https://")])
    return given
