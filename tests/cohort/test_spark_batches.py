"""What Spark runs on a partition, without Spark."""

import pickle

import pyarrow as pa

from ipt_formulate.cohort import evaluate_batch, from_cases
from ipt_formulate.cohort.spark import batches
from ipt_formulate.cohort.units import PARQUET, Job
from ipt_formulate.testing import random_case


def test_a_partition_gives_plain_words_batch_by_batch() -> None:
    cases = [from_cases([random_case(seed) for seed in range(start, start + 20)]) for start in (0, 20)]
    job = pickle.loads(pickle.dumps(Job("", PARQUET, "weissman")))
    found = list(batches(job)(cases))
    assert [each.to_pylist() for each in found] == [evaluate_batch(each).to_pylist() for each in cases]
    assert not any(pa.types.is_dictionary(kind) for each in found for kind in each.schema.types)
