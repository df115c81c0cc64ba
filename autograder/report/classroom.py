"""A class as it is counted: of each submission what the class's page shows, and no more, so that thousands fit."""

from __future__ import annotations

import hashlib
import statistics
from collections import Counter
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from autograder.batch.store import Record
from autograder.clean import clean_line
from autograder.outcome import Check, Outcome, Report, Status
from autograder.report.groups import Groups

MOST_PEOPLE = 6  # of a group that are named
LONGEST = 80  # characters of a name
LONGEST_FILE = 200  # bytes of a page's name: a file system takes 255, and an unfinished one has a longer name


@dataclass(frozen=True)
class Member:
    """One submission. page: its page, from the class's. counts: of each status. why: it could not be graded."""

    label: str
    page: str
    people: str = ""
    contacts: str = ""
    score: float = 0.0
    max_score: float = 0.0
    counts: dict[str, int] = field(default_factory=dict)
    lost: float = 0.0
    sandbox: str = ""
    graded: bool = True
    why: str = ""

    @property
    def name(self) -> str:
        return self.people or self.label

    @property
    def link(self) -> str:
        return quote(self.page, errors="surrogateescape")


@dataclass
class Classroom:
    """The class so far. checks: in the assignment's order. statuses, scores: of each by the member's place."""

    title: str = ""
    members: list[Member] = field(default_factory=list)
    checks: dict[str, Check] = field(default_factory=dict)
    statuses: dict[str, dict[int, Status]] = field(default_factory=dict)
    scores: dict[str, dict[int, float]] = field(default_factory=dict)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    groups: Groups = field(default_factory=Groups)

    def add(self, member: Member, report: Report | None) -> None:
        """Count one more."""
        place = len(self.members)
        self.members.append(member)
        if report is None:
            return
        self.title = self.title or clean_line(report.assignment)
        for outcome in report.outcomes:
            self._count(place, outcome)
        self.groups.add(place, report.outcomes)

    def _count(self, place: int, outcome: Outcome) -> None:
        name = outcome.check.name
        self.checks.setdefault(name, outcome.check)
        self.statuses.setdefault(name, {})[place] = outcome.status
        self.scores.setdefault(name, {})[place] = outcome.score
        self.seconds.setdefault(name, []).append(outcome.seconds)

    @property
    def graded(self) -> list[Member]:
        return [member for member in self.members if member.graded]

    @property
    def max_score(self) -> float:
        return max((member.max_score for member in self.graded), default=0.0)


@dataclass(frozen=True)
class Numbers:
    """How the scores of a class lie."""

    count: int
    lowest: float
    quarter: float
    median: float
    mean: float
    three_quarters: float
    highest: float
    all_passed: int


def numbers(members: list[Member]) -> Numbers | None:
    """None of a class of which nothing is graded."""
    scores = sorted(member.score for member in members)
    if not scores:
        return None
    quarter, _, three_quarters = statistics.quantiles(scores, n=4, method="inclusive") if scores[1:] else scores * 3
    return Numbers(
        count=len(scores),
        lowest=scores[0],
        quarter=quarter,
        median=statistics.median(scores),
        mean=statistics.fmean(scores),
        three_quarters=three_quarters,
        highest=scores[-1],
        all_passed=sum(set(member.counts) <= {Status.PASSED.value} for member in members),
    )


def member_of(record: Record) -> Member:
    """What the class's page says of one submission."""
    handed, report = record.handed, record.report
    people = handed.people[:MOST_PEOPLE]
    contacts = [word for person in people for word in (person.email, person.sid)]
    member = Member(
        label=clean_line(handed.label, LONGEST),
        page=f"submissions/{page_name(handed.folder)}",
        people="; ".join(clean_line(person.name, LONGEST) for person in people if person.name),
        contacts=" ".join(clean_line(word, LONGEST) for word in contacts if word),
    )
    if report is None:
        why = record.why.strip().splitlines()
        return replace(member, graded=False, why=clean_line(why[-1] if why else "no reason is known"))
    counts = Counter(outcome.status.value for outcome in report.outcomes)
    level = clean_line(str(report.sandbox.get("level", "none")), 20)
    member = replace(member, score=report.score, max_score=report.max_score, lost=report.lost)
    return replace(member, counts=dict(counts), sandbox=level)


def page_name(folder: str) -> str:
    """The file of a submission's page: as its folder is called, or a hash of that where it would be too long."""
    if len(folder.encode("utf-8", "surrogateescape")) <= LONGEST_FILE:
        return f"{folder}.html"
    return f"{hashlib.sha256(folder.encode('utf-8', 'surrogateescape')).hexdigest()[:32]}.html"
