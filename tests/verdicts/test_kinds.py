"""Every wrong answer of the corpus has its kinds of mistake, and the words of the diagnosis have theirs."""

from __future__ import annotations

import sys

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

from tests.verdicts.entries import entries
from tests.verdicts.kinds import KINDS, TABLE, contradicts, of_person, of_structure, of_words


def test_every_wrong_answer_has_kinds_that_are_known_and_the_table_has_no_other() -> None:
    wrong = [entry for entry in entries() if not entry.right]
    assert len(wrong) > 1000
    for entry in wrong:
        assert of_person(entry)
        assert of_person(entry) <= set(KINDS)
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    listed = {(function, label) for function, labels in table.items() for label in labels}
    assert listed == {(entry.function, entry.label) for entry in wrong}


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("the sign is flipped", "sign"),
        ("it is 1 / (the number of rows of X) times what it should be", "mean"),
        ("the upstream gradient da is missing as a factor", "missing"),
        ("sum runs along axis 1, the wrong axis", "axis"),
        ("it is transposed", "order"),
        ("where z is not positive it is 0.01 times z", "mask"),
        ("it is tanh of z", "function"),
        ("a small number, 1e-08, is added to a denominator", "epsilon"),
    ],
)
def test_words_have_a_kind(label: str, kind: str) -> None:
    assert kind in of_words(label)
    assert of_words(label) <= set(KINDS)


def test_a_structure_is_named_by_the_grader_and_values_are_none() -> None:
    assert of_structure("scale 1: ValueError: shapes differ") == {"exception"}
    assert of_structure("result 1 should have shape (3,), not (3, 1).") == {"shape"}
    assert of_structure("result 1 should be 0.5, not 0.7.") == set()


def test_a_sign_contradicts_a_missing_term_and_a_missing_factor_no_wrong_factor() -> None:
    assert contradicts({"sign"}, {"missing"})
    assert not contradicts({"missing"}, {"factor"})
    assert not contradicts({"sign"}, {"sign", "order"})
    assert not contradicts({"sign"}, {"exception"})
