"""Replies made by a fuzzer that follows the decoder's branches: results, or the decoder's own error, and nothing else.

    .venv/bin/python -m pip install atheris
    .venv/bin/python -m benchmarks.fuzz_frames [--runs 1000000] [--keep FOLDER]

`FUZZ_FRAMES=1000000 .venv/bin/python -m pytest tests/sandbox/test_fuzz.py` mutates as many blindly. Whatever raises
another exception, takes over five seconds or 256 MB ends the run, and its bytes stand in FOLDER: they belong into FOUND
of tests/sandbox/test_fuzz.py.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

try:
    import atheris
except ImportError:
    sys.exit("Atheris is not installed: .venv/bin/python -m pip install atheris")

with atheris.instrument_imports(include=["autograder.sandbox"]):
    from autograder.sandbox import accounts, link, wire
    from autograder.sandbox.values import ProtocolError

from tests.sandbox.test_fuzz import ERROR, FOUND, HONEST, TooShort, frame, reader

FAILURE = {"piece": "a.py", "line": 3, "column": 1, "type": "E", "builtin": True, "message": "", "text": "", "hint": ""}
REPORT = {"remarks": ["r"], "errors": [FAILURE], "fatal": True, "defined": ["f"]}
SEEDS = [*HONEST, *FOUND, frame({"report": REPORT, "buffers": []}, kind=wire.Kind.LOADED)]
SEEDS += [frame({"results": [{"error": {**ERROR, "kind": kind}}], "buffers": []}) for kind in ("missing", "signature")]


def take(data: bytes) -> None:
    """As the grader takes a reply, or the report of a load."""
    try:
        received = wire.unpack(reader(data))
        if received.kind is wire.Kind.LOADED:
            accounts.report_of(received.header.get("report"))
        else:
            link._results(received, 1)
    except (ProtocolError, TooShort):
        return


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(SEEDS):
            (Path(corpus) / str(number)).write_bytes(seed)
        limits = ["-timeout=5", "-rss_limit_mb=256", "-max_len=8192", "-print_final_stats=1", "-seed=1"]
        options = [f"-runs={arguments.runs}", f"-artifact_prefix={arguments.keep}/", *limits]
        atheris.Setup([sys.argv[0], *options, corpus], take)
        atheris.Fuzz()  # ends this process


if __name__ == "__main__":
    main()
