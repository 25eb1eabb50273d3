"""How one answer is written in a column: a word, and nothing but words.

Every answer of a case becomes one word of a dictionary-encoded column, as a person would read it: ``yes``,
``mild``, ``mild|moderate`` where it is narrowed down, ``3``, ``3-5`` where it lies between, ``about 3mo``, and
``asked_unknown`` where the client does not know. Null is what nobody asked.
"""

from __future__ import annotations

import re
from typing import Any, Final

from ipt_formulate.case.fields import ChoiceKind, Kind, WholeKind, YesNoKind
from ipt_formulate.case.values import ASKED_UNKNOWN

YES_WORD: Final = "yes"
NO_WORD: Final = "no"
OR: Final = "|"
_BETWEEN = re.compile(r"(\d{1,4})-(\d{1,4})")
_WHOLE = re.compile(r"\d{1,4}")


def to_word(kind: Kind, value: Any) -> str | None:
    """The word for a recorded answer; None where nobody asked.

    >>> to_word(YesNoKind(), True)
    'yes'
    """
    if value is None or value == ASKED_UNKNOWN:
        return None if value is None else ASKED_UNKNOWN
    plain = kind.write(value)
    if isinstance(plain, bool):
        return YES_WORD if plain else NO_WORD
    if isinstance(plain, dict):
        return OR.join(plain["one_of"]) if "one_of" in plain else f"{plain['at_least']}-{plain['at_most']}"
    return str(plain)


def from_word(kind: Kind, word: Any) -> Any:
    """What a case file would hold for a word. A word that the field does not have, and what is no word, comes back as
    it is, for the case model to refuse.

    >>> from_word(WholeKind(0, 9), "3-5")
    {'at_least': 3, 'at_most': 5}
    """
    if not isinstance(word, str) or word == ASKED_UNKNOWN:
        return word
    if isinstance(kind, YesNoKind):
        return {YES_WORD: True, NO_WORD: False}.get(word, word)
    if isinstance(kind, ChoiceKind) and OR in word:
        return {"one_of": word.split(OR)}
    if isinstance(kind, WholeKind):
        if _WHOLE.fullmatch(word):
            return int(word)
        if found := _BETWEEN.fullmatch(word):
            return {"at_least": int(found[1]), "at_most": int(found[2])}
    return word
