"""``python -m autograder`` and the console command ``autograder``."""

from __future__ import annotations

import gc
import os
import sys

from autograder.cli import main as run


def main() -> None:
    """Run one command, and leave without taking the interpreter down piece by piece, which takes its time."""
    gc.set_threshold(50_000)  # nearly all that is allocated while modules load stays
    code = 1
    try:
        run()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
        if isinstance(end.code, str):
            sys.stderr.write(f"{end.code}\n")
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
