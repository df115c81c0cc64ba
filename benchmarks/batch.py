"""What a class costs, whole processes, in one run: beside other graders with the same checks, and by its size.

    .venv/bin/python -m benchmarks.batch [--count 1000] [--assignment gates] [--otter VENV] [--nbgrader VENV]

The first table: the 20 checks of benchmarks/single.py on a class made of the examples of `activations`; each way of
grading has two processes, and they take turns in rounds, so that the ratios stand where the seconds depend on the
machine. Peers grade some of the sound submissions that are modules of the expected name: an endless loop would hold
them up for ever, and each of their submissions costs as much as the next. Ours grades the whole class, the hostile and
broken 2 % included. Without --otter and --nbgrader, which name a virtual environment each, those are left out.

The second: a real assignment, by how many there are. CPU seconds count every process, zygotes and workers included;
memory counts a page that several processes share once.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from autograder.assignment import load_assignment
from benchmarks.class_of import ROOT, Student, write_class
from benchmarks.measured import Cost, measured
from benchmarks.peers import Peer, gradescope_utils, idle_workers, nbgrader, otter, twenty_checks

AUTOGRADER = [str(Path(sys.executable).with_name("autograder")), "grade"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000, help="submissions of the class")
    parser.add_argument("--assignment", default="gates", help="of the second table")
    parser.add_argument("--rounds", type=int, default=3, help="of the first table")
    parser.add_argument("--peers", type=int, default=60, help="submissions for gradescope-utils, in each round")
    parser.add_argument("--slow-peers", type=int, default=4, help="the same for otter and nbgrader")
    parser.add_argument("--otter", type=Path, metavar="VENV")
    parser.add_argument("--nbgrader", type=Path, metavar="VENV")
    parser.add_argument("--only", choices=("peers", "size"), help="one of the two tables")
    arguments = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        if arguments.only != "size":
            beside_others(Path(scratch), arguments)
        if arguments.only != "peers":
            by_size(Path(scratch), arguments)
    print(f"load {os.getloadavg()[0]:.1f} at the end")
    return 0


def beside_others(scratch: Path, arguments: argparse.Namespace) -> None:
    assignment = twenty_checks(scratch)
    examples = ROOT / "examples" / "activations"
    students = write_class(assignment, scratch / "twenty", arguments.count, examples)
    plain = [one.folder for one in students if one.is_sound and (one.folder / assignment.file).is_file()]
    peers = [(gradescope_utils(scratch), arguments.peers), (idle_workers(), arguments.peers)]
    peers += [(otter(arguments.otter, scratch), arguments.slow_peers)] if arguments.otter else []
    peers += [(nbgrader(arguments.nbgrader, scratch), arguments.slow_peers)] if arguments.nbgrader else []
    costs: dict[str, Cost] = {}
    at = 0
    for turn in range(arguments.rounds):
        for peer, number in peers:
            taken = [plain[(at + step) % len(plain)] for step in range(min(number, len(plain)))]
            at += len(taken)
            _add(costs, peer.name, _graded_by(peer, taken))
        part = students[turn :: arguments.rounds]
        folder = _gathered(part, scratch / f"part-{turn}")
        command = [*AUTOGRADER, str(assignment.folder), str(folder), "--many", "-j", "2", "-o", f"{scratch}/out-{turn}"]
        _add(costs, "autograder grade -j 2", measured([[command]], len(part)))
    first = costs[peers[0][0].name]
    print(f"\n20 checks, two processes, {arguments.rounds} rounds {'':9} {_HEAD}")
    for name, cost in costs.items():
        print(f"  {name:30} {_row(cost, first)}", flush=True)


def by_size(scratch: Path, arguments: argparse.Namespace) -> None:
    assignment = load_assignment(ROOT / "assignments" / arguments.assignment)
    command = [*AUTOGRADER, str(assignment.folder)]
    few = max(10, arguments.count // 10)
    students = write_class(assignment, scratch / "all", arguments.count)
    tenth = _gathered(students[:few], scratch / "tenth")
    alone = [one for one in students if one.is_sound][: min(10, few)]
    loop = [[*command, str(one.folder), "--one", "-o", f"{scratch}/loop/{one.folder.name}"] for one in alone]
    out = f"{scratch}/all-out"
    costs = {
        "a loop of commands": measured([loop], len(loop)),
        f"{few}, -j 1": measured([[[*command, str(tenth), "--many", "-j", "1", "-o", f"{scratch}/one"]]], few),
        f"{few}, -j 2": measured([[[*command, str(tenth), "--many", "-j", "2", "-o", f"{scratch}/two"]]], few),
        f"{arguments.count}, -j 2": measured(
            [[[*command, str(scratch / "all"), "--many", "-j", "2", "-o", out]]], arguments.count
        ),
        "the same again": measured(
            [[[*command, str(scratch / "all"), "--many", "-j", "2", "-o", out]]], arguments.count
        ),
    }
    first = costs["a loop of commands"]
    print(f"\n{arguments.assignment} {'':{32 - len(arguments.assignment)}} {_HEAD}   MB, middle  most")
    for name, cost in costs.items():
        print(f"  {name:30} {_row(cost, first)} {cost.memory:12.0f} {cost.most_memory:5.0f}")
    few_cost, all_cost = costs[f"{few}, -j 2"], costs[f"{arguments.count}, -j 2"]
    print(f"  CPU for each of {arguments.count} against each of {few}: {all_cost.cpu_each / few_cost.cpu_each:.2f}")
    print(f"  memory with {arguments.count} against {few}: {all_cost.memory / few_cost.memory:.2f}")


_HEAD = f"{'a minute':>9} {'ratio':>7} {'CPU s each':>11} {'ratio':>7}"


def _row(cost: Cost, first: Cost) -> str:
    ratios = (cost.rate / first.rate, first.cpu_each / cost.cpu_each)
    return f"{cost.rate:9.0f} {ratios[0]:7.2f} {cost.cpu_each:11.3f} {ratios[1]:7.2f}"


def _graded_by(peer: Peer, students: Sequence[Path]) -> Cost:
    return measured(peer.lanes(students), len(students))


def _add(costs: dict[str, Cost], name: str, cost: Cost) -> None:
    costs[name] = costs[name] + cost if name in costs else cost


def _gathered(students: Sequence[Student], folder: Path) -> Path:
    """A folder of these submissions alone, copied: links are not followed in a class."""
    folder.mkdir()
    for one in students:
        shutil.copytree(one.folder, folder / one.folder.name)
    return folder


if __name__ == "__main__":
    sys.exit(main())
