"""Words of a case within Markdown: shown as they stand, and never a link, heading, picture, table or HTML."""

from __future__ import annotations

import re
from typing import Final

_ENTITIES: Final = re.compile(r"[<>&|~^=$@]|:(?=\S)|(?<=[Ww]{3})\.")
_BACKSLASHES: Final = re.compile(r"[\\`*\[\]{}]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_BEGINS_A_BLOCK: Final = re.compile(r"^([0-9]*)([-+#!?.)])")
"""What would make a heading, a list or a box of a line."""


def escaped(words: str) -> str:
    """Words that any Markdown shows as they stand, wherever in a line they are put.

    >>> escaped("# <b>*you*</b> [here](javascript:go)"), escaped("grief.near_onset_or_worsening")
    ('&#35; &#60;b&#62;\\\\*you\\\\*&#60;/b&#62; \\\\[here\\\\](javascript&#58;go)', 'grief.near_onset_or_worsening')
    """
    words = " ".join(words.split())
    marked = _BACKSLASHES.sub(lambda found: f"\\{found[0]}", words)
    marked = _ENTITIES.sub(lambda found: f"&#{ord(found[0])};", marked)
    return _BEGINS_A_BLOCK.sub(lambda found: f"{found[1]}&#{ord(found[2])};", marked)
