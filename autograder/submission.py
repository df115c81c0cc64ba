"""A Submission: what one student handed in, found, copied and decoded; nothing of it is parsed or run here.

CPython's own parser can be crashed by hostile source, so even ast.parse is left to the worker: which file defines
what is judged by regular expressions, line by line.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.decoding import decode
from autograder.errors import SubmissionError
from autograder.ingest import SOURCES, ingest, shown, shown_name
from autograder.notebook import code_cells


@dataclass(frozen=True)
class Piece:
    """A run of source code, with the name that messages give it.

    name: a module's file name, or "code cell 4": the fourth code cell from the top, text cells not counted.
    """

    name: str
    source: str


@dataclass(frozen=True)
class Submission:
    """What one student handed in.

    name: how the person who grades calls it: the last part of its path.
    folder: the private copy, which becomes the worker's working folder.
    kind: "module" | "notebook".
    file: the graded file, relative to ``folder``, with "/".
    pieces: its source; one piece for a module, one for each code cell of a notebook.
    search_path: folders relative to ``folder`` where its imports look for sibling files: its own, then upwards.
    remarks: sentences for the student: files left out, a wrong file name, a guessed encoding.
    """

    name: str
    folder: Path
    kind: str
    file: str
    pieces: tuple[Piece, ...]
    search_path: tuple[str, ...]
    remarks: tuple[str, ...]


def read(path: Path, *, file: str, provides: Collection[str], into: Path) -> Submission:
    """The submission at ``path`` (a module, a notebook, a folder, a zip, a tar), copied into the empty folder ``into``.

    file: the expected file name, such as "gates.py"; "gates.ipynb" is then the expected notebook.
    provides: the names of the functions and classes that the assignment asks for.

    Which file is graded: among the files that fill in at least one of the names, the expected module, else the
    expected notebook, else the one that fills in most of them. Where none fills in any, the same order among
    those that name them, so an untouched starter is graded as what it is. Ties go to the shallower path, then
    to the module, then by name. A remark tells what was passed over.
    Raises SubmissionError, with a sentence for the student, where there is nothing to grade.
    """
    copied = ingest(path, into)
    name = shown_name(path)
    if not copied.files:
        raise SubmissionError(_sentences(f"{name} holds no file that can be graded.", copied.remarks))
    sources = [known for known in copied.files if known.lower().endswith(SOURCES)] or copied.files
    candidates = [_candidate(into, known, file, provides) for known in sources]
    chosen = min(candidates, key=_rank)
    if chosen.expected == _OTHER and not chosen.provided:
        raise _nothing_found(name, file, candidates, copied.remarks)
    if chosen.problem:
        raise SubmissionError(_sentences(chosen.problem, copied.remarks))
    return Submission(
        name=name,
        folder=into,
        kind="notebook" if chosen.is_notebook else "module",
        file=chosen.file,
        pieces=chosen.pieces,
        search_path=tuple(parent.as_posix() for parent in PurePosixPath(chosen.file).parents),
        remarks=(*copied.remarks, *chosen.remarks, *_on_the_choice(chosen, candidates, file)),
    )


_MODULE, _NOTEBOOK, _OTHER = range(3)  # named as the expected module, as the expected notebook, otherwise


@dataclass(frozen=True)
class _Candidate:
    """One file that may be the graded one. provided: how many of the wanted names it defines; filled: of these,
    how many are no longer as in the starter. problem: why it cannot be graded at all."""

    file: str
    is_notebook: bool
    expected: int
    pieces: tuple[Piece, ...] = ()
    remarks: tuple[str, ...] = ()
    provided: int = 0
    filled: int = 0
    problem: str = ""


def _rank(candidate: _Candidate) -> tuple[bool, bool, int, int, int, int, bool, str]:
    depth = candidate.file.count("/")
    quality = (candidate.expected, -candidate.filled, -candidate.provided)
    hopeless = candidate.expected == _OTHER and not candidate.provided
    return not candidate.filled, hopeless, *quality, depth, candidate.is_notebook, candidate.file


def _candidate(folder: Path, file: str, wanted_file: str, provides: Collection[str]) -> _Candidate:
    base = PurePosixPath(file).name
    content = (folder / file).read_bytes()
    is_notebook = base.lower().endswith(".ipynb") or (not base.lower().endswith(SOURCES) and b'"cell_type"' in content)
    expected = {wanted_file: _MODULE, _notebook_of(wanted_file): _NOTEBOOK}.get(base, _OTHER)
    try:
        text, remark = decode(content, shown(base))
        if is_notebook:
            cells = code_cells(text, shown(base))
            pieces = tuple(Piece(f"code cell {at}", cell) for at, cell in enumerate(cells, start=1))
        else:
            pieces = (Piece(shown(base), text),)
        if not any(piece.source.strip() for piece in pieces):
            raise SubmissionError(f"{shown(base)} {'has no code in it' if is_notebook else 'is empty'}.")
    except SubmissionError as exc:
        return _Candidate(file, is_notebook, expected, problem=str(exc))
    provided, filled = _coverage("\n".join(piece.source for piece in pieces), provides)
    return _Candidate(file, is_notebook, expected, pieces, (remark,) if remark else (), len(provided), len(filled))


def _notebook_of(file: str) -> str:
    return str(PurePosixPath(file).with_suffix(".ipynb"))


def _coverage(source: str, provides: Collection[str]) -> tuple[set[str], set[str]]:
    """Which of the names the source defines, and which of these are more than the starter's empty body.

    One look at each line, and no expression that goes back and forth in it: the text may have been written to take for
    ever, and no deadline runs yet.
    """
    if not provides:
        return set(), set()
    definition, assignment, known = looks_for(tuple(provides))
    provided, filled = set[str](), set[str]()
    open_, left_open = (
        set[str](),
        set[str](),
    )  # definitions that are under way, and those that something is left open in
    for line in source.split("\n"):
        if _NEXT_DEFINITION.match(line):
            filled |= open_ - left_open
            open_, left_open = set(), set()
        if match := definition.match(line):
            provided.add(match[1])
            open_.add(match[1])
            left_open.discard(match[1])
        elif match := assignment.match(line):
            filled.add(match[1])
        elif match := _IMPORT.match(line):
            filled |= set(known.findall(line, match.end()))
        elif _RETURNS.match(line):
            filled |= open_
        elif _LEFT_OPEN.match(line):
            left_open |= open_
    filled |= open_ - left_open
    return provided | filled, filled


@functools.cache  # a class asks for the same names again and again
def looks_for(names: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """The beginning of a line that defines one of the names, of one that assigns it, and the name itself."""
    one = "|".join(map(re.escape, names))
    definition = re.compile(rf"[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+({one})\b")
    return definition, re.compile(rf"({one})[ \t]*=(?!=)"), re.compile(rf"\b({one})\b")


_NEXT_DEFINITION = re.compile(r"@|def\b|class\b|async\b")
_IMPORT = re.compile(r"from[ \t].*?\bimport\b")
_RETURNS = re.compile(r"[ \t]+(?:return|yield)\b")
_LEFT_OPEN = re.compile(r"[ \t]+(?:raise[ \t]+NotImplementedError|pass\b|\.\.\.)")


def _on_the_choice(chosen: _Candidate, candidates: Sequence[_Candidate], wanted_file: str) -> list[str]:
    remarks = []
    graded = shown(chosen.file)
    if chosen.expected == _OTHER:
        remarks.append(f"Your functions were found in {graded}; the file should be called {wanted_file}.")
    rivals = [known for known in candidates if known is not chosen and known.provided]
    if not rivals:
        return remarks
    names = ", ".join(shown(known.file) for known in rivals[:3]) + (" and others" if len(rivals) > 3 else "")
    remarks.append(f"{graded} was graded, not {names}: {_reason(chosen, rivals, wanted_file)}.")
    return remarks


def _reason(chosen: _Candidate, rivals: Sequence[_Candidate], wanted_file: str) -> str:
    better_named = [known for known in rivals if known.expected < chosen.expected]
    if better_named:
        return f"{shown(better_named[0].file)} is not filled in"
    if chosen.expected == _MODULE and any(known.expected == _NOTEBOOK for known in rivals):
        return "where both are there, the module counts"
    if all(known.expected == chosen.expected for known in rivals):
        return "it defines most of what is asked for, or lies nearest"
    return f"it is named {PurePosixPath(chosen.file).name}, as asked"


def _nothing_found(
    name: str, wanted_file: str, candidates: Sequence[_Candidate], remarks: Sequence[str]
) -> SubmissionError:
    found = ", ".join(shown(known.file) for known in candidates[:5])
    more = f" and {len(candidates) - 5} more" if len(candidates) > 5 else ""
    problems = [known.problem for known in candidates if known.problem][:3]
    if len(candidates) == 1 and problems and candidates[0].file.lower().endswith(SOURCES):
        return SubmissionError(_sentences(problems[0], remarks))
    return SubmissionError(
        _sentences(
            f"There is no {wanted_file} (nor {_notebook_of(wanted_file)}) in {name}, and no other file defines what"
            f" it should. Found: {found}{more}.",
            [*problems, *remarks],
        )
    )


def _sentences(first: str, rest: Sequence[str]) -> str:
    return " ".join([first, *rest])
