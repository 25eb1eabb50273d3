"""A work sheet as one printable A4 page of HTML that loads nothing from anywhere."""

from __future__ import annotations

from typing import Final

from ipt_formulate.course.sheets.prompts import Reader, SheetText
from ipt_formulate.course.sheets.sheet import WorkSheet
from ipt_formulate.course.sheets.texts import card_of
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.report.pages import template
from ipt_formulate.report.sheet_blocks import blocks
from ipt_formulate.report.text import safety_section
from ipt_formulate.report.work_sheets import about

_ROWS: Final = 4
"""Empty rows of a table: a matter of looks."""
_CARDS: Final = 3
"""Empty entries where one is longer than a row: a matter of looks."""


def sheet_to_html(
    text: SheetText,
    reader: Reader = Reader.CLINICIAN,
    sheet: WorkSheet | None = None,
    *,
    note: str | None = None,
    formulation: Formulation | None = None,
) -> str:
    """A work sheet as a page of its own, blank or filled.

    Args:
        text: the texts of the kind of sheet.
        reader: in whose words.
        sheet: what is filled in; None for a blank sheet.
        note: what stands over it, such as that an example is composed.
        formulation: of the client that the sheet is about; its safety flags, and what was not yet asked, come first
            on a therapist's page.
    """
    card = card_of(text) if reader is Reader.CLINICIAN else None
    return template("work_sheet.html").render(
        title=text.title,
        purpose=text.purpose.words(reader),
        safety=(safety_section(formulation.safety),) if formulation and card else (),
        safety_line=text.safety.words(reader),
        note=note,
        cautions=[each.words(reader) for each in text.cautions],
        stance=card.stance if card else None,
        hold_back=card.hold_back if card else (),
        blocks=blocks(text, reader, sheet),
        blank=sheet is None,
        marked=card is not None,
        rows=_ROWS,
        cards=_CARDS,
        about=[words for _, _, words in about(text, reader)],
    )
