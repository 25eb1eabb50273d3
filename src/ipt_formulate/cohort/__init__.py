"""Whole cohorts at column speed: the rule base as operations over Arrow batches.

Needs the extra ``cohort``: ``pip install 'ipt_formulate[cohort]'``.
"""

from ipt_formulate.cohort.cases import from_cases, to_cases
from ipt_formulate.cohort.columns import schema
from ipt_formulate.cohort.evaluate import evaluate_batch
from ipt_formulate.cohort.results import result_schema, row_of

__all__ = ["evaluate_batch", "from_cases", "result_schema", "row_of", "schema", "to_cases"]
