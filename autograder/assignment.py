"""An Assignment: the folder an author keeps, read from its assignment.toml."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

from autograder.errors import AssignmentError

VISIBILITIES = ("hidden", "after_due_date", "after_published", "visible")  # Gradescope's words
RECORDED = "recorded.json"  # stands in a released folder, in the place of the reference
NOTEBOOK_MODES = ("definitions", "run")

if TYPE_CHECKING:
    from autograder.policy import Late, RateLimit

T = TypeVar("T")


@dataclass(frozen=True)
class Limits:
    """What a submission may use. Seconds are by the grader's clock.

    Nothing is shorter than 2 s: half a CPU, as Gradescope gives by default, stalls for 50 ms at a time.
    """

    load_seconds: float = 30.0  # importing the submission
    call_seconds: float = 10.0  # one call of a student's function, or one batch of calls
    check_seconds: float = 60.0  # everything that one check asks
    submission_seconds: float = 480.0  # all checks: below Gradescope's 600 s
    memory_mb: int = 512  # of Gradescope's 768


@dataclass(frozen=True)
class Visibility:
    """When students see the outcome of a check, in Gradescope's words, by the file the check stands in."""

    public: str = "visible"
    hidden: str = "after_published"


@dataclass(frozen=True)
class Assignment:
    """One assignment's folder.

    file: the name a submission is expected to have; the same name with .ipynb is the expected notebook.
    functions: what a submission must provide, each with the shapes of its arguments by symbol ({"z": "N,D"}).
    reference: the modules of reference/ that are its model solution; without it the one of the assignment's name.
    given: what a student finds in the starter as it stands in the reference, and need not write.
    notebook: "definitions" grades what the cells define; "run" runs every cell.
    """

    folder: Path
    title: str
    file: str
    points: float
    functions: dict[str, dict[str, str]]
    reference: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    notebook: str = "definitions"
    limits: Limits = field(default_factory=Limits)
    visibility: Visibility = field(default_factory=Visibility)
    late: Late | None = None
    rate_limit: RateLimit | None = None

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def root(self) -> Path:
        """The folder that holds assignments/ and reference/."""
        return self.folder.parent.parent

    @property
    def unexplained(self) -> Path:
        """The log of wrong answers that nothing explains, for the author; written by `autograder grade`."""
        return self.folder / "unexplained.jsonl"

    @property
    def test_files(self) -> tuple[Path, ...]:
        """Public checks first, so that a student meets them first."""
        return tuple(sorted(self.folder.glob("test_*.py"), key=lambda path: (is_sealed(path), path.name)))


def is_sealed(test_file: Path) -> bool:
    """Whether the checks in this file are hidden: nothing a student is shown may come from their inputs."""
    return test_file.name.startswith("test_hidden")


def load_assignment(folder: Path) -> Assignment:
    """The assignment in a folder. AssignmentError names the file and the key that is wrong."""
    folder = folder.resolve()
    path = folder / "assignment.toml"
    if not folder.is_dir():
        raise AssignmentError(f"There is no assignment folder {folder}.")
    if not path.is_file():
        raise AssignmentError(f"{folder} is not an assignment: it has no assignment.toml.")
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AssignmentError(f"{path}: not valid TOML: {error}") from error
    assignment = _assignment(folder, data, str(path))
    if not assignment.test_files:
        raise AssignmentError(f"{folder} has no checks: no test_*.py.")
    return assignment


def _assignment(folder: Path, data: Mapping[str, Any], where: str) -> Assignment:
    known = [entry.name for entry in fields(Assignment) if entry.name != "folder"]
    _refuse_unknown(data, known, where)
    for key in ("title", "file", "points", "functions"):
        if key not in data:
            raise AssignmentError(f"{where}: the key {key!r} is missing.")
    file = _text(data, "file", where)
    if not file.endswith(".py") or "/" in file or "\\" in file:
        raise AssignmentError(f"{where}: file must be a plain name that ends in .py, not {file!r}.")
    notebook = data.get("notebook", "definitions")
    _one_of(notebook, NOTEBOOK_MODES, f"{where}: notebook")
    visibility = _record(Visibility, data.get("visibility", {}), f"{where} [visibility]")
    for name in ("public", "hidden"):
        _one_of(getattr(visibility, name), VISIBILITIES, f"{where}: visibility.{name}")
    return Assignment(
        folder=folder,
        title=_text(data, "title", where),
        file=file,
        points=_number(data["points"], f"{where}: points"),
        functions=_functions(data["functions"], where),
        reference=_names(data.get("reference", [folder.name]), f"{where}: reference"),
        given=_names(data.get("given", []), f"{where}: given", least=0),
        notebook=notebook,
        limits=_record(Limits, data.get("limits", {}), f"{where} [limits]"),
        visibility=visibility,
        late=_late(data["late"], f"{where} [late]") if "late" in data else None,
        rate_limit=_rate_limit(data["rate_limit"], f"{where} [rate_limit]") if "rate_limit" in data else None,
    )


def _functions(table: Any, where: str) -> dict[str, dict[str, str]]:
    if not isinstance(table, dict) or not table:
        raise AssignmentError(f"{where}: [functions] must name what a submission has to provide.")
    for name, shapes in table.items():
        if not name.isidentifier():
            raise AssignmentError(f"{where}: [functions] {name!r} is not a Python name.")
        if not isinstance(shapes, dict) or not all(isinstance(shape, str) for shape in shapes.values()):
            raise AssignmentError(f"{where}: functions.{name} must map arguments to shapes, {{ z = 'N,D' }}.")
    return {name: dict(shapes) for name, shapes in table.items()}


def _names(value: Any, where: str, least: int = 1) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) and name.isidentifier() for name in value):
        raise AssignmentError(f"{where} must be a list of Python names, not {value!r}.")
    if len(value) < least or len(set(value)) < len(value):
        raise AssignmentError(f"{where} must name something, and each once, not {value!r}.")
    return tuple(value)


def _late(table: Any, where: str) -> Late:
    from autograder.policy import Late  # few assignments have it

    late = _record(Late, table, where)
    for name in ("per_day", "at_most"):
        if getattr(late, name) > 1:
            raise AssignmentError(f"{where}: {name} is a share of the points, at most 1, not {getattr(late, name)!r}.")
    return late


def _rate_limit(table: Any, where: str) -> RateLimit:
    from autograder.policy import RateLimit

    limit = _record(RateLimit, table, where)
    if not isinstance(limit.submissions, int):
        raise AssignmentError(f"{where}: submissions must be a whole number, not {limit.submissions!r}.")
    return limit


def _record(kind: type[T], table: Any, where: str) -> T:
    """A dataclass of numbers and strings with defaults, from a TOML table with the same names and types."""
    if not isinstance(table, dict):
        raise AssignmentError(f"{where}: must be a table.")
    defaults = kind()
    names = [entry.name for entry in fields(kind)]  # type: ignore[arg-type]  # kind is a dataclass
    _refuse_unknown(table, names, where)
    for name, value in table.items():
        if isinstance(getattr(defaults, name), str):
            _text(table, name, where)
        elif _number(value, f"{where}: {name}") <= 0:
            raise AssignmentError(f"{where}: {name} must be positive, not {value!r}.")
    return kind(**table)


def _refuse_unknown(table: Mapping[str, Any], known: list[str], where: str) -> None:
    for key in table:
        if key not in known:
            import difflib

            close = difflib.get_close_matches(key, known, n=1)
            hint = f"Did you mean {close[0]!r}?" if close else f"Known are: {', '.join(known)}."
            raise AssignmentError(f"{where}: unknown key {key!r}. {hint}")


def _text(table: Mapping[str, Any], key: str, where: str) -> str:
    value = table[key]
    if not isinstance(value, str) or not value.strip():
        raise AssignmentError(f"{where}: {key} must be a text, not {value!r}.")
    return value


def _number(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise AssignmentError(f"{where} must be a number, not {value!r}.")
    return value


def _one_of(value: Any, allowed: tuple[str, ...], where: str) -> None:
    if value not in allowed:
        raise AssignmentError(f"{where} must be one of {', '.join(allowed)}, not {value!r}.")
