"""``python -m autograder`` and the console command ``autograder``."""

from __future__ import annotations

import gc

gc.set_threshold(200_000)  # nearly all that is allocated while modules load stays: 65,000 objects for one grading

import contextlib  # noqa: E402 - the threshold comes first
import os  # noqa: E402
import sys  # noqa: E402


def main() -> None:
    """Run one command, and leave without taking the interpreter down piece by piece, which takes its time."""
    code = 1
    zygote = None
    if sys.argv[1:2] == ["grade"]:
        from autograder.sandbox.hatch import Zygote

        with contextlib.suppress(OSError):  # the command tries again, and says why
            zygote = Zygote()  # before anything else: it loads numpy while the command line loads here
    try:
        from autograder.cli import main as run

        run(zygote)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
        if isinstance(end.code, str):
            sys.stderr.write(f"{end.code}\n")
    finally:
        if zygote is not None:
            zygote.close()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
