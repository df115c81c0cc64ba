"""Names that a student chose, as names of folders."""

from __future__ import annotations

import pytest

from autograder.batch.identity import HandedIn, folder_name, named

HARMLESS = [
    "ada",
    "submission_123",
    "Ada Lovelace_657737",
    "lovelace,ada",
    "chloé",
    "gates.py",
    "O-Neil (2)",
    "a@b.org",
]
MALICIOUS = [
    *("", ".", "..", "../../etc/passwd", "/etc", "a/b", "a\\b", "-rf", "~root", ".lock", ".ssh", "x" * 300, "*", "🜁"),
    *("a\0b", "a\nb", "\u202egnp.exe", "=cmd|' /C calc'!A0", "a ", "a.", "\ud800", "$(reboot)"),
    *("grades.csv", "results.json"),
]


@pytest.mark.parametrize("label", HARMLESS)
def test_a_harmless_name_stays_as_it_is(label: str) -> None:
    assert folder_name(label) == label


@pytest.mark.parametrize("label", MALICIOUS, ids=ascii)
def test_any_other_becomes_one_plain_folder(label: str) -> None:
    name = folder_name(label)
    assert name != label
    assert name.isprintable()
    assert not set("/\\\0\n") & set(name)
    assert name[0].isalnum()
    assert not name.lower().endswith((".csv", ".json"))
    assert len(name.encode()) <= 255


def test_every_submission_has_a_folder_of_its_own_even_where_case_does_not_count() -> None:
    handed = named([HandedIn(label) for label in ["Ada", "ada", "ADA", "a/b", "a_b", "ada"]])
    assert len({one.folder.casefold() for one in handed}) == len(handed)


def test_a_name_does_not_depend_on_who_else_is_there() -> None:
    alone = named([HandedIn("a/b")])[0].folder
    assert alone in {one.folder for one in named([HandedIn("c"), HandedIn("a/b"), HandedIn("d/e")])}


def test_numbers_are_sorted_as_numbers() -> None:
    handed = named([HandedIn(f"submission_{number}") for number in (10, 9, 100)])
    assert [one.label for one in handed] == ["submission_9", "submission_10", "submission_100"]
