"""Gradescope's metadata, in the ways that Ruby writes it; a file that is none of them costs names only."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder.batch.export_yaml import read_export

PLAIN = """---
submission_1:
  :submitters:
  - :name: NAME
    :sid: SID
    :email: a@b.org
  :created_at: 2026-01-02 03:04:05 Z
"""


def read(tmp_path: Path, text: str | bytes) -> dict[str, object]:
    path = tmp_path / "submission_metadata.yml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return dict(read_export(path))


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Ada Lovelace", "Ada Lovelace"),
        ("'O''Hara'", "O'Hara"),
        ('"Ren\\u00e9 \\"R\\""', 'René "R"'),
        ("'=1+1'", "=1+1"),
        ("! 'Ada'", "Ada"),
        ("&1 Ada", "Ada"),
        ("!binary |-\n      UmVuw6k=", "René"),
        ("Ada\n      Lovelace", "Ada Lovelace"),
        ("Ada # a comment", "Ada"),
        ("C#", "C#"),
        ("", ""),
        ("~", ""),
        ("null", ""),
    ],
)
def test_a_name_is_read_however_it_is_quoted(tmp_path: Path, written: str, name: str) -> None:
    entry = read(tmp_path, PLAIN.replace("NAME", written))["submission_1"]
    assert entry.people[0].name == name  # type: ignore[attr-defined]
    assert entry.people[0].email == "a@b.org"  # type: ignore[attr-defined]
    assert entry.created_at == "2026-01-02 03:04:05 Z"  # type: ignore[attr-defined]


def test_a_number_keeps_its_zeros(tmp_path: Path) -> None:
    entry = read(tmp_path, PLAIN.replace("SID", "'00123'"))["submission_1"]
    assert entry.people[0].sid == "00123"  # type: ignore[attr-defined]


def test_a_text_that_stood_before_is_found_again(tmp_path: Path) -> None:
    text = PLAIN.replace("NAME", "&1 Ada") + PLAIN.replace("---\n", "").replace("NAME", "*1").replace("_1:", "_2:")
    assert read(tmp_path, text)["submission_2"].people[0].name == "Ada"  # type: ignore[attr-defined]


def test_keys_stand_without_colons_too_and_deeper(tmp_path: Path) -> None:
    text = PLAIN.replace("  :", "  ").replace("- :", "- ").replace("  - ", "    - ").replace("    sid", "      sid")
    assert read(tmp_path, text)["submission_1"].people[0].name == "NAME"  # type: ignore[attr-defined]


def test_json_is_yaml(tmp_path: Path) -> None:
    people = [{":name": "Ada", ":sid": 7, ":email": None}]
    text = json.dumps({"submission_1": {":submitters": people, ":created_at": "2026-01-02"}})
    person = read(tmp_path, text)["submission_1"].people[0]  # type: ignore[attr-defined]
    assert (person.name, person.sid, person.email) == ("Ada", "7", "")


@pytest.mark.parametrize("text", [b"", b"{", b"[1]", b"\xff\xfe\0", b"submission_1\n", b"- a\n- b\n", b"{" * 100_000])
def test_what_is_no_export_names_nobody(tmp_path: Path, text: bytes) -> None:
    assert read(tmp_path, text) == {}


def test_a_file_of_5000_submissions_with_long_results_is_read(tmp_path: Path) -> None:
    deep = "  :results:\n    tests:\n    - output: |\n" + "        submission_7: nothing\n" * 50
    one = PLAIN.replace("---\n", "") + deep
    text = "".join(one.replace("_1:", f"_{number}:").replace("NAME", f"S{number}") for number in range(5000))
    found = read(tmp_path, text)
    assert len(found) == 5000
    assert found["submission_4999"].people[0].name == "S4999"  # type: ignore[attr-defined]
