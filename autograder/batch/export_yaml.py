"""Gradescope's submission_metadata.yml: who handed in, and when; nothing else of it is read.

Read line by line, by indentation, without a YAML library, for three reasons. A file of 5,000 submissions holds every
result of every one of them, hundreds of megabytes of which four short texts are wanted. Its tags (``!ruby/object:...``)
are what a safe loader refuses, and what an unsafe one must not be given. And what cannot be read costs a name, never
the rest of the file. What is deeper than the keys we want is passed over whatever it holds, since no line inside of a
value can stand as far to the left as the key it belongs to.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.batch.identity import Earlier, Person

_TOP = re.compile(r"""(["']?)([A-Za-z_]+\d+)\1:\s*$""")
_KEY = re.compile(r"""["']?:?([A-Za-z_]+)["']?:(?:\s+(.*))?$""")
_OF_HISTORY = ("created_at", "score", "status")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "e": "\x1b", "_": "\xa0", "N": "\x85", "L": "\u2028"}
_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)


@dataclass
class Entry:
    """What the export says of one submission. history: of the same student's earlier ones."""

    people: tuple[Person, ...] = ()
    created_at: str = ""
    history: tuple[Earlier, ...] = ()


def read_export(path: Path) -> dict[str, Entry]:
    """Every submission of the file, by the name of its folder; none where the file cannot be read."""
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            start = file.read(1)
            file.seek(0)
            if start == "{":  # JSON is YAML too
                return {name: _from_json(data) for name, data in json.load(file).items() if isinstance(data, dict)}
            return {name: entry.finish() for name, entry in _entries(file)}
    except (OSError, ValueError, RecursionError):
        return {}


@dataclass
class _Open:
    """An entry while its lines come."""

    people: list[dict[str, str]] = field(default_factory=list)
    created_at: str = ""
    history: list[dict[str, str]] = field(default_factory=list)
    anchors: dict[str, str] = field(default_factory=dict)

    def finish(self) -> Entry:
        people = [{key: _scalar(text, self.anchors) for key, text in one.items()} for one in self.people]
        history = [{key: _scalar(text, self.anchors) for key, text in one.items()} for one in self.history]
        earlier = tuple(map(_earlier, history))
        return Entry(tuple(map(_person, people)), _scalar(self.created_at, self.anchors), earlier)


def _entries(lines: Iterable[str]) -> Iterator[tuple[str, _Open]]:
    name, entry = "", _Open()
    anchors: dict[str, str] = {}
    indent, section, last, inside = -1, "", "", -1
    for line in lines:
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        depth = len(line) - len(line.lstrip(" "))
        if depth == 0 and not text.startswith("- "):
            if name:
                yield name, entry
            top = _TOP.match(text)
            name = top[2] if top else ""
            entry, indent, section = _Open(anchors=anchors), -1, ""
            continue
        if not name:
            continue
        indent = depth if indent < 0 else indent
        item = text.startswith("- ") and (
            section == "submitters" or (section == "history" and inside in (-1, depth + 2))
        )
        if depth <= indent and not item:
            key = _KEY.match(text)
            section, last, inside = (key[1], "", -1) if key else ("", "", -1)
            if section == "created_at" and key is not None:
                entry.created_at = key[2] or ""
            elif section == "submitters" and key is not None and key[2]:
                entry.people = _flow(key[2])
        elif section == "submitters":
            last = _submitter(entry.people, text, item, last)
        elif section == "history":
            if item:
                inside = depth + 2  # where the keys of an earlier submission stand; what is deeper is in its results
                entry.history.append({})
                text = text[2:].strip()
            key = _KEY.match(text)
            if key is not None and entry.history and (item or depth == inside) and key[1] in _OF_HISTORY:
                entry.history[-1][key[1]] = key[2] or ""
        elif section == "created_at":  # Ruby's own time object: its parts stand below
            key = _KEY.match(text)
            if key is not None and key[1] in ("utc", "time") and not _is_time(entry.created_at):
                entry.created_at = key[2] or ""
    if name:
        yield name, entry


def _submitter(people: list[dict[str, str]], text: str, item: bool, last: str) -> str:
    """Take in one line below :submitters:, and say which key a line that goes on would belong to."""
    if item:
        people.append({})
        text = text[2:].strip()
    key = _KEY.match(text)
    if not people:
        return ""
    if key is not None:
        people[-1][key[1]] = key[2] or ""
        return key[1]
    if last:
        people[-1][last] = f"{people[-1][last]} {text}".strip()
    return last


def _flow(text: str) -> list[dict[str, str]]:
    """Submitters on one line, as JSON has them."""
    try:
        data = json.loads(text)
    except ValueError:
        return []
    people = [one for one in data if isinstance(one, dict)] if isinstance(data, list) else []
    return [{key.strip(":"): str(value) for key, value in one.items() if value is not None} for one in people]


def _from_json(data: dict[str, Any]) -> Entry:
    plain = {str(key).strip(":"): value for key, value in data.items()}
    people = _flow(json.dumps(plain.get("submitters", [])))
    history = _flow(json.dumps(plain.get("history", [])))
    return Entry(tuple(map(_person, people)), str(plain.get("created_at") or ""), tuple(map(_earlier, history)))


def _person(data: dict[str, str]) -> Person:
    return Person(name=data.get("name", ""), email=data.get("email", ""), sid=data.get("sid", ""))


def _earlier(data: dict[str, str]) -> Earlier:
    return Earlier(data.get("created_at", ""), data.get("score", ""), data.get("status", ""))


def _is_time(text: str) -> bool:
    return re.match(r"""["']?\d{4}-\d\d-\d\d""", text) is not None


def _scalar(text: str, anchors: dict[str, str]) -> str:
    """One value: plain, quoted, tagged, or the name of one that stood before."""
    text = text.strip()
    if text.startswith("*"):
        return anchors.get(text[1:], "")
    if text.startswith("&"):
        anchor, _, text = text[1:].partition(" ")
        anchors[anchor] = value = _scalar(text, anchors)
        return value
    if text.startswith("!"):
        tag, _, text = text.partition(" ")
        if tag == "!binary":
            return _from_base64(re.sub(r"^[|>][+-]?", "", text.strip()))
        return _scalar(text, anchors)
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    if len(text) > 1 and text[0] == text[-1] == '"':
        return _ESCAPE.sub(_unescaped, text[1:-1])
    if re.match(r"[|>][+-]?(\s|$)", text):
        return text[1:].lstrip("+-").strip()
    text = re.sub(r"\s+#.*", "", text)
    return "" if text in ("", "~", "null", "Null", "NULL") else text


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    if len(code) > 1:
        number = int(code[1:], 16)
        return chr(number) if number < 0x110000 else "\ufffd"
    return _ESCAPES.get(code, code)


def _from_base64(text: str) -> str:
    try:
        return base64.b64decode("".join(text.split())).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""
