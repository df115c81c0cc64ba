"""An attack, or an odd but honest submission: one TOML file each, with the outcome that must hold."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

HERE = Path(__file__).resolve().parent
KINDS = ("reading", "forging", "hurting", "reaching", "hiding", "cheating", "odd")
MAX_POINTS = 10  # of the target's checks: 1 double, 2 Square, 2 apply, 5 double where nobody sees it

RIGHT = """\
def double(x):
    return 2 * x
class Square:
    def forward(self, x):
        self.x = x
        return x * x
    def backward(self, dz):
        return 2 * self.x * dz
def apply(f, x):
    return f(x) + 1
"""
WRONG = """\
def double(x):
    return x + 2.0
class Square:
    def forward(self, x):
        return x + 1.0
    def backward(self, dz):
        return dz + 3.0
def apply(f, x):
    return x + 4.0
"""
# Whoever finds something out says it on every way there is.
SHOUT = """\
def shout(found):
    print(found)
    raise RuntimeError(str(found))
"""
GIVEN = {"right": RIGHT + SHOUT, "wrong": WRONG + SHOUT, "nothing": ""}


@dataclass(frozen=True)
class Attack:
    """One file of this folder.

    says: what it tries. given: "right", "wrong" or "nothing": the functions that stand above its source, which it may
    replace. score: the points that it must have, of 10. shows: words that the student must read. limits: of the
    assignment, where the attack waits for them. without: the layers without which it succeeds, which proves that the
    court would notice. not_in: settings in which this is not promised. in_docker: setting -> what the student reads in
    a container, where Docker's rules or its memory stop the attack by other means. files: what else is handed in.
    encoding, newline: of the file.
    """

    kind: str
    name: str
    says: str
    source: str
    score: float
    given: str = "wrong"
    shows: tuple[str, ...] = ()
    limits: dict[str, float] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    not_in: tuple[str, ...] = ()
    in_docker: dict[str, tuple[str, ...]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    encoding: str = "utf-8"
    newline: str = "\n"

    @property
    def id(self) -> str:
        return f"{self.kind}/{self.name}"

    @property
    def text(self) -> str:
        return GIVEN[self.given] + self.source


def load(path: Path) -> Attack:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    lists = {key: tuple(data.pop(key)) for key in ("shows", "without", "not_in") if key in data}
    return Attack(kind=path.parent.name, name=path.stem, **data, **lists)


def attacks() -> list[Attack]:
    found = [load(path) for kind in KINDS for path in sorted((HERE / kind).glob("*.toml"))]
    assert found, "no attacks"
    return found
