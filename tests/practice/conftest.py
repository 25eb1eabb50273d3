"""A small staged case: a death that is denied when first asked, and comes out with the day of the year."""

from __future__ import annotations

from typing import Any

import pytest

STAGED: dict[str, Any] = {
    "teaching": 1,
    "title": "The day in March",
    "origin": "composed",
    "grade": "hard",
    "shows": "grief",
    "story": "A woman has been low for four months. She says that nothing has happened.",
    "case": {
        "assessment": {
            "episode": {"onset": "4mo", "onset_kind": "dated"},
            "conditions": {"depression": "moderate"},
        },
        "inventory": {"inquiry": {"people": "thorough", "conflicts": "thorough", "changes": "thorough"}},
    },
    "asks_a_session": 1,
    "stages": [
        {
            "session": 1,
            "told": "She cannot sleep.",
            "asks": [
                {"id": "deaths", "ask": "Has anyone died?", "answer": "No.", "adds": {"inventory": {"inquiry": {"deaths": "brief"}}}},
                {"id": "sleep", "ask": "How do you sleep?", "answer": "Badly."},
            ],
        },
        {
            "session": 2,
            "told": "She was worse last week, and does not know why.",
            "adds": {"assessment": {"episode": {"worsenings": []}}},
            "asks": [
                {
                    "id": "march",
                    "ask": "Is it a special time of the year?",
                    "answer": "My brother died in March.",
                    "after": ["deaths"],
                    "adds": {
                        "inventory": {
                            "people": [{"id": "brother", "role": "sibling", "alive": False, "closeness": 1, "importance": "high"}],
                            "deaths": [{"id": "brother-death", "person": "brother", "when": "4mo", "kind": "person"}],
                            "inquiry": {"deaths": "thorough"},
                        }
                    },
                }
            ],
        },
    ],
}  # fmt: skip


@pytest.fixture
def staged() -> dict[str, Any]:
    """The content of its file."""
    return {**STAGED}
