"""What this machine grants: a worker is really locked down, with nobody's code in it, and tells which layers bite."""

from __future__ import annotations

import contextlib
import os
import platform
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.errors import SandboxError
from autograder.sandbox import landlock
from autograder.sandbox.hatch import Zygote
from autograder.sandbox.levels import ON, Level
from autograder.sandbox.session import Sandbox

# For each layer: what it keeps a submission from, and where it can be had.
LAYERS = {
    "oom_score": ("getting the grader killed when memory runs out", "Linux with /proc"),
    "namespaces": ("seeing the network or other processes; outliving the grader", "Linux, as root or where users may"),
    "descriptors": ("reading or writing what the grader has open", "Linux"),
    "rlimits": ("taking all memory, processor time, threads or disk", "any system; memory on Linux only"),
    "capability_bounds": ("gaining rights of root again", "root; the layer no_new_privs stands in for it"),
    "uid": ("reading files and signalling processes of the grader's user", "root, with python where all may read it"),
    "folders": ("reading tests and reference, where Landlock is missing", "root, as for uid"),
    "capabilities": ("using rights of root", "Linux"),
    "no_new_privs": ("gaining rights by starting a program", "Linux"),
    "dumpable": ("leaving a core file; being read by its neighbours", "Linux"),
    "parent_death": ("outliving the zygote", "Linux"),
    "landlock": ("opening any file but python's and its own", "Linux >= 5.13; in Docker >= 20.10.10"),
    "session": ("signals to the grader's terminal and group", "any system"),
    "seccomp": ("making processes, sockets and rarer calls of the kernel", "Linux on x86_64 or aarch64"),
}

MEANING = {
    Level.STRONG: "A submission sees its own files only and reaches nobody, by more than one layer each.",
    Level.STANDARD: "A submission sees its own files only and reaches nobody. This is what grading needs.",
    Level.WEAK: (
        "A submission could read the tests or the reference. Nothing is graded here, unless --allow-weak-sandbox says "
        "that the code can be trusted."
    ),
}
NONE = "No submission can be run here at all."


@dataclass(frozen=True)
class Examination:
    """level: None where no worker could be had, for the reason in ``problem``."""

    level: Level | None
    layers: dict[str, str]
    machine: dict[str, str]
    problem: str = ""

    @property
    def will_do(self) -> bool:
        return self.level is not None and self.level >= Level.STANDARD

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready data."""
        return {
            "level": None if self.level is None else self.level.value,
            "will_do": self.will_do,
            "problem": self.problem,
            "machine": self.machine,
            "layers": [
                {"name": name, "on": state == ON, "state": state, "protects_from": words[0], "needs": words[1]}
                for name, words in LAYERS.items()
                for state in [self.layers.get(name, "not tried")]
            ],
        }


def examine(without: tuple[str, ...] = ()) -> Examination:
    """Lock a worker down, by the grader's own ways, and look. without: layers to be left out on purpose."""
    with tempfile.TemporaryDirectory() as scratch:
        folder, secret = Path(scratch) / "submission", Path(scratch) / "secret"
        folder.mkdir()
        secret.mkdir()
        Path(scratch).chmod(0o711)  # a worker of another uid must reach its folder
        folder.chmod(0o755)
        (secret / "canary.txt").write_text("not for a submission\n", encoding="utf-8")
        try:
            with contextlib.closing(Zygote(isolated="namespaces" not in without)) as zygote:
                sandbox = Sandbox(zygote, folder, 512, 30, (secret,), Level.WEAK, without)
                sandbox.prove_machine()
                sandbox.close()
        except (SandboxError, OSError) as error:
            return Examination(None, {}, _machine(), str(error))
        return Examination(sandbox.level, sandbox.layers, _machine())


def show(examination: Examination, console: Console | None = None) -> None:
    """Print it as a table."""
    console = console or Console()
    console.print(Text(" · ".join(f"{name}: {value}" for name, value in examination.machine.items()), style="dim"))
    if examination.level is None:
        console.print(Text(f"{NONE} {examination.problem}", style="bold red"))
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("", "layer", "keeps a submission from", "if it is missing: why, and where it can be had"):
        table.add_column(name, overflow="fold")
    for name, (purpose, needs) in LAYERS.items():
        state = examination.layers.get(name, "not tried")
        sign, style = ("✓ on", "green") if state == ON else ("– off", "yellow")
        table.add_row(Text(sign, style=style), name, purpose, "" if state == ON else Text(f"{state} ({needs})"))
    console.print(table)
    style = "bold green" if examination.will_do else "bold red"
    level = examination.level
    console.print(Text.assemble("\n", (f"level: {level.value}. ", style), MEANING[level]))


def _machine() -> dict[str, str]:
    return {
        "system": f"{platform.system()} {platform.release()}",
        "processor": platform.machine(),
        "user": "root" if os.geteuid() == 0 else "an ordinary user",
        "python": f"{platform.python_version()} in {sys.prefix}",
        "Landlock": _landlock(),
    }


def _landlock() -> str:
    try:
        return f"version {landlock.abi()}"
    except OSError as error:
        return f"none ({error.strerror})"
