"""The pages themselves, from templates in which every text is cleaned and escaped, whoever wrote it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from autograder.batch.store import NOT_GRADED, Record
from autograder.clean import clean
from autograder.report.classroom import Classroom, Member, numbers
from autograder.report.groups import VAGUE, Group, merged, ranked, skeleton
from autograder.report.items import FEWEST, hardest, items
from autograder.report.shown import for_staff, for_student

FOLDER = Path(__file__).parent / "templates"
MAX_TEXT = 20_000  # characters of one text, a traceback included
TOP = 3  # mistakes that are named at the very top
MOST_GROUPS = 40  # of each kind: what stands behind them was met least often
MOST_NAMED = 400  # submissions by name in one group
SHOWN_FIRST = 24  # characters by which a check without a number is called
GENERATOR = b'<meta name="generator" content="autograder report">'  # by which an earlier report is known


class Pages:
    """Makes pages, all of one kind: for staff, or for students."""

    def __init__(self, for_students: bool = False) -> None:
        self.for_students = for_students
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(FOLDER),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            finalize=_harmless,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {"number": _number, "percent": _percent, "plural": _plural}
        style = (FOLDER / "report.css").read_text(encoding="utf-8")
        script = (FOLDER / "report.js").read_text(encoding="utf-8")
        self._environment.globals |= {
            "style": Markup(style),
            "script": Markup(script),
            "policy": _policy(style, script),
            "for_students": for_students,
        }

    def of_submission(self, record: Record, member: Member, before: str, after: str) -> bytes:
        """The page of one submission. before, after: the addresses of the pages beside it, or nothing."""
        report = record.report
        outcomes = report.outcomes if report is not None else ()
        shown = [
            for_student(outcome, place) if self.for_students else for_staff(outcome, place)
            for place, outcome in enumerate(outcomes)
        ]
        told = [one for one in shown if one is not None]
        return self._render(
            "submission.html.j2",
            member=member,
            report=report,
            shown=told,
            left_out=len(shown) - len(told),
            why=NOT_GRADED if self.for_students else member.why,
            before="" if self.for_students else before,
            after="" if self.for_students else after,
        )

    def of_class(self, classroom: Classroom, plot: str, torn: Sequence[str], waiting: int) -> bytes:
        """The page of the class. torn: submissions whose results cannot be read. waiting: those that are not graded."""
        groups = classroom.groups
        mistakes, checks = ranked(groups.mistakes), items(classroom)
        return self._render(
            "class.html.j2",
            classroom=classroom,
            numbers=numbers(classroom.graded),
            items=checks,
            hardest=hardest(checks),
            fewest=FEWEST,
            plot=Markup(plot),
            top=[group for group in mistakes if group.kind not in VAGUE and len(group.members) > 1][:TOP],
            mistakes=mistakes,
            crashes=ranked(merged(groups.crashes)),
            numeric=ranked(groups.numeric),
            unknown=ranked(merged(groups.unknown)),
            broken=ranked(groups.broken),
            torn=torn,
            waiting=waiting,
            most_groups=MOST_GROUPS,
            most_named=MOST_NAMED,
            called=lambda group: _called(classroom, group),
            skeleton=lambda group: skeleton(group, len(group.members), _called(classroom, group)),
        )

    def _render(self, template: str, **values: Any) -> bytes:
        return self._environment.get_template(template).render(**values).encode("utf-8", "replace")


def _policy(style: str, script: str) -> str:
    """Nothing is fetched from anywhere, and nothing runs or styles but what has this hash."""
    sources = {"default-src": "'none'", "script-src": _hash(script), "style-src": _hash(style)}
    sources |= {"base-uri": "'none'", "form-action": "'none'"}
    return "; ".join(f"{kind} {source}" for kind, source in sources.items())


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _harmless(value: Any) -> Any:
    """What every ``{{ }}`` of a template goes through before it is escaped."""
    return clean(value, MAX_TEXT) if isinstance(value, str) and not isinstance(value, Markup) else value


def _called(classroom: Classroom, group: Group) -> list[str]:
    """The checks of a group by their numbers, each once."""
    checks = [classroom.checks[name] for name in classroom.checks if name in group.checks]
    return list(dict.fromkeys(check.number or check.title[:SHOWN_FIRST] for check in checks))


def _number(value: float, digits: int = 4) -> str:
    return f"{value:.{digits}g}".replace("-", "−")


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _plural(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
