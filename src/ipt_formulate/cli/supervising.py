"""The command that makes the supervision sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ipt_formulate.api import formulate
from ipt_formulate.cli.shared import TraditionOption, app, look_for_page, read_case, show, write_page
from ipt_formulate.report.supervision import supervision_sections, supervision_to_html


@app.command()
def supervision(
    earlier: Annotated[str, typer.Argument(metavar="EARLIER", help="The case as it was recorded first.")],
    later: Annotated[str, typer.Argument(metavar="LATER", help="The same case as it is recorded now.")],
    html: Annotated[
        Path | None, typer.Option(metavar="OUT", help="Write one A4 page to this .html file instead.")
    ] = None,
    tradition: TraditionOption = "weissman",
) -> None:
    """Make the supervision sheet: what changed, whether the focus holds, what remains unasked, one question."""
    look_for_page(html)
    then, now = (formulate(read_case(name), tradition=tradition) for name in (earlier, later))
    if html is not None:
        write_page(html, supervision_to_html(then, now))
    else:
        show(supervision_sections(then, now))
