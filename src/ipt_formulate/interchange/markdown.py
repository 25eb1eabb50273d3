"""Text of a case within Markdown: shown as it stands, and never a link, image, heading, table or HTML."""

from __future__ import annotations

import re
from typing import Final

_MARKS: Final = re.compile(r"[\\`*_\[\]<>#|~&$!{}]")
_LINE_MARK: Final = re.compile(r"^(\s*)(\d{1,9})([.)])|^(\s*)([-+=])")
_ADDRESS: Final = re.compile(r"\b(https?|ftp|mailto|xmpp)(:)|\b(www)(\.)", re.IGNORECASE)
_JOINER: Final = "\u2060"


def inert(text: str) -> str:
    r"""Text for one line of Markdown (CommonMark and GitHub's), which then shows nothing but these characters.

    Marks are escaped with a backslash, line ends become spaces, and addresses lose what would make a link of them; an
    ``@`` is followed by a word joiner, which is not seen, as GitHub's form links addresses of mail even if escaped.

    >>> print(inert("<b>*so*</b> [x](http://a.b)"))
    \<b\>\*so\*\</b\> \[x\](http\://a.b)
    """
    line = " ".join(text.split())
    line = _MARKS.sub(r"\\\g<0>", line)
    line = _LINE_MARK.sub(_escaped_line_mark, line)
    line = _ADDRESS.sub(lambda found: (found[1] or found[3]) + "\\" + (found[2] or found[4]), line)
    return line.replace("@", f"@{_JOINER}")


def _escaped_line_mark(found: re.Match[str]) -> str:
    if found[3]:
        return f"{found[1]}{found[2]}\\{found[3]}"
    return f"{found[4]}\\{found[5]}"
