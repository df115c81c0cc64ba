"""Who runs what when processes share the tests (pytest -n 2): what takes long comes first, so that all end together.

The tests of one file stay in one process, as what they share is made once there; but for those of files in APART, each
of which takes long by itself and shares nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

HERE = Path(__file__).resolve().parent
APART = ("test_validate.py", "test_examples.py", "verdicts/test_whole_assignments.py", "test_house.py")
# The longest first. A file that is not named here comes after them, as it was collected.
LONG = (
    "escapes/test_escapes.py",
    "test_validate.py",
    "gradescope/test_end_to_end.py",
    "test_assignments.py",
    "test_examples.py",
    "batch/test_cluster.py",
    "verdicts/test_whole_assignments.py",
    "test_diagnosis.py",
    "test_own_forward_in_assignments.py",
    "test_probes.py",
    "batch/test_resume.py",
    "batch/test_class_of.py",
    "gradescope/test_results.py",
    "verdicts/test_verdicts.py",
    "test_house.py",
    "batch/test_batch.py",
    "sandbox/test_files.py",
    "sandbox/test_fuzz.py",
    "sandbox/test_session.py",
    "reference/test_against_jax.py",
    "reference/test_training_against_optax.py",
)


class InTurn(LoadScopeScheduling):
    """A file at a time, or a test of those that stand apart."""

    def __init__(self, config: pytest.Config, log: Producer) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False  # ours is kept

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return nodeid if file.removeprefix("tests/") in APART else file


def longest_first(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    ranks = {str(HERE / name): rank for rank, name in enumerate(LONG)}
    return sorted(items, key=lambda item: ranks.get(str(item.path), len(ranks)))  # stable
