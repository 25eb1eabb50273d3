"""Whole cohorts at column speed: the rule base as operations over Arrow batches.

Needs the extra ``cohort``: ``pip install 'ipt_formulate[cohort]'``.
"""

from ipt_formulate.cohort.cases import from_cases, to_cases
from ipt_formulate.cohort.columns import schema

__all__ = ["from_cases", "schema", "to_cases"]
