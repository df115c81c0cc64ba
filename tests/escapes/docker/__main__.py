"""Every attack and every odd submission, graded in a container as Gradescope's.

    .venv/bin/python -m tests.escapes.docker [--setting ordinary] [--no-landlock] [--containers 2] [reading/links ...]

Each container is a Debian under Docker's default rules with half a processor and 750 MB, and grades one submission at
a time. With no names all are tried, each as it is and, where it names layers, once more without them, when it must
succeed. The exit code is 0 when all ended as they must. The root is made when it is not there: that takes runc,
debootstrap and some minutes.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.escapes.attack import KINDS, attacks
from tests.escapes.docker import image, runtime, sessions


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=image.usual_root())
    parser.add_argument("--containers", type=int, default=2)
    parser.add_argument("--setting", choices=("root", "ordinary"), default="root")
    parser.add_argument("--no-landlock", action="store_true", help="as Docker was before 20.10.10")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    if arguments.no_landlock and arguments.setting == "ordinary":
        parser.error("an ordinary user without Landlock is below the standard level, and refused")
    reason = runtime.why_not() or (None if image.is_made(arguments.root) else image.why_not())
    if reason:
        print(f"No container can be had here: {reason}.", file=sys.stderr)
        return 2
    if not image.is_made(arguments.root):
        image.make(arguments.root)
    inside = sessions.container(arguments.root, landlock=not arguments.no_landlock)
    print(f"as root: {_level(sessions.doctor(inside))}", flush=True)
    jobs = _jobs(arguments.names, arguments.setting, "old_container" if arguments.no_landlock else "container")
    kept, levels, broken, started = Counter[str](), set[str](), [], time.monotonic()
    for job, verdict in sessions.outcomes(inside, jobs, arguments.containers):
        levels |= {verdict["sandbox"]["level"]} if "sandbox" in verdict and not job["without"] else set()
        problem = sessions.promise_that_broke(job, verdict)
        if problem:
            broken.append(job)
            print(f"BROKEN {_name(job)}: {problem}", flush=True)
        else:
            kept[job["attack"].partition("/")[0] + (" bare" if job["without"] else "")] += 1
    seconds = time.monotonic() - started
    print(", ".join(f"{kind}: {kept[kind]}" for kind in (*KINDS, *(f"{kind} bare" for kind in KINDS)) if kept[kind]))
    print(f"{len(jobs) - len(broken)} of {len(jobs)} ended as they must, in {seconds:.0f} s,", end=" ")
    print(f"graded as {arguments.setting} at the level {' or '.join(sorted(levels))}")
    return int(bool(broken))


def _jobs(names: list[str], setting: str, likeness: str) -> list[dict[str, Any]]:
    chosen = [attack for attack in attacks() if not names or attack.id in names]
    unknown = set(names) - {attack.id for attack in chosen}
    if unknown:
        raise SystemExit(f"There is no {', '.join(sorted(unknown))}.")
    fit = [attack for attack in chosen if not {setting, likeness} & set(attack.not_in)]
    plain = [(attack, ()) for attack in fit]
    bare = [(attack, attack.without) for attack in fit if attack.without]
    return [sessions.job(attack.id, setting, without) for attack, without in plain + bare]


def _name(job: dict[str, Any]) -> str:
    return job["attack"] + (f" without {', '.join(job['without'])}" if job["without"] else "")


def _level(examination: dict[str, Any]) -> str:
    off = [f"{layer['name']} ({layer['state']})" for layer in examination["layers"] if not layer["on"]]
    said = json.dumps(examination["machine"], ensure_ascii=False)
    return f"level {examination['level']}; off: {', '.join(off) or 'none'}; {said}"


if __name__ == "__main__":
    sys.exit(main())
