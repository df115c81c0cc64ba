"""The least that a fresh worker for each check costs: forked, locked down and ended, with nothing loaded or called.

    .venv/bin/python -m benchmarks.idle_workers SUBMISSIONS CHECKS

Grades nothing and prints nothing. benchmarks/batch.py runs it, as the bound of any grader that confines each check.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from pathlib import Path

from autograder.batch.zygotes import LastingZygote
from autograder.sandbox.session import Sandbox


def main() -> int:
    submissions, checks = map(int, sys.argv[1:])
    zygote = LastingZygote()
    try:
        for _ in range(submissions):
            with tempfile.TemporaryDirectory() as folder:
                os.chmod(folder, 0o755)
                with contextlib.closing(Sandbox(zygote, Path(folder), 512, 10)) as sandbox:
                    for _ in range(checks):
                        link = sandbox.launch()
                        sandbox.prove(link)
                        sandbox.retire(link)
            zygote.close()
    finally:
        zygote.end()
    return 0


if __name__ == "__main__":
    sys.exit(main())
