"""Whatever a function or a file does wrong loses its own checks, with a sentence, and no other."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from autograder.outcome import Report

Graded = Callable[..., Report]

HALF = "def half(x):\n    return x / 2\n"


def statuses(report: Report) -> list[str]:
    return [outcome.status.value for outcome in report.outcomes]


# Each kills or fools `double` only: `half` must not lose anything.
BROKEN_FUNCTIONS = {
    "raises": ("def double(x):\n    return x / None\n", "crashed", "TypeError"),
    "raises a class of its own": (
        "class Oops(Exception): pass\ndef double(x):\n    raise Oops('why')\n",
        "crashed",
        "Oops: why",
    ),
    "sys.exit": ("import sys\ndef double(x):\n    sys.exit()\n", "crashed", "is there an exit() in it?"),
    "os._exit": ("import os\ndef double(x):\n    os._exit(0)\n", "crashed", "exit code 0"),
    "interrupt": ("def double(x):\n    raise KeyboardInterrupt\n", "crashed", "KeyboardInterrupt"),
    "segmentation fault": (
        "import ctypes\ndef double(x):\n    ctypes.string_at(0)\n",
        "crashed",
        "segmentation fault",
    ),
    "kills itself": ("import os\ndef double(x):\n    os.kill(os.getpid(), 9)\n", "crashed", "SIGKILL"),
    "endless loop": ("def double(x):\n    while True: pass\n", "crashed", "did not finish within 3 s"),
    "loop that swallows": (
        "def double(x):\n  while True:\n    try:\n      while True: pass\n    except BaseException: pass\n",
        "crashed",
        "did not finish",
    ),
    "endless recursion": ("def double(x):\n    return double(x)\n", "crashed", "RecursionError"),
    "endless output": ("def double(x):\n    while True: print('x' * 1000)\n", "crashed", "did not finish"),
    "much output": ("def double(x):\n    print('x' * 10_000_000)\n    return 2 * x\n", "passed", ""),
    "closed output": ("import os\ndef double(x):\n    os.closerange(1, 3)\n    return 2 * x\n", "passed", ""),
    "too much memory": (
        "import numpy as np\ndef double(x):\n    return [np.ones(10**8) for _ in range(50)]\n",
        "crashed",
        "MemoryError",
    ),
    "no return": ("def double(x):\n    y = 2 * x\n", "failed", "None: is there a return missing?"),
    "nan": ("def double(x):\n    return x * float('nan')\n", "failed", "should be 2, not nan"),
    "text": ("def double(x):\n    return 'twice'\n", "failed", "should be a number or an array"),
    "an object": ("def double(x):\n    return object()\n", "failed", "should be a number or an array"),
    "too many results": ("def double(x):\n    return 2 * x, x\n", "failed", "one value, y of shape (3,), not 2 values"),
    "wrong shape": ("def double(x):\n    return 2 * x[:, None]\n", "failed", "shape (3,), not (3, 1)"),
    "changed in place": (
        "def double(x):\n    x *= 2\n    return x\n",
        "failed",
        "changed its first argument in place",
    ),
    "right on the first call only": (
        "seen = []\ndef double(x):\n    seen.append(x)\n    return 2 * x if len(seen) == 1 else x\n",
        "failed",
        "another answer when it is called a second time",
    ),
    "never the same rounding twice": (
        "import random\ndef double(x):\n    return 2 * x * (1 + random.random() * 1e-15)\n",
        "passed",
        "",
    ),
    "random": ("import random\ndef double(x):\n    return 2 * x + random.random()\n", "failed", "should be 2, not"),
    "missing": ("def dubble(x):\n    return 2 * x\n", "crashed", "has no double. It has dubble"),
    "not callable": ("double = 2\n", "crashed", "is not a function"),
    "wrong signature": ("def double(x, y):\n    return 2 * x\n", "crashed", "Yours is double(x, y)"),
    "fork": ("import os\ndef double(x):\n    os.fork()\n    return 2 * x\n", "crashed", "BlockingIOError"),
    "huge result": (
        "import numpy as np\ndef double(x):\n    return np.ones(10**7)\n",
        "crashed",
        "too large to be an answer",
    ),
}


@pytest.mark.parametrize("name", BROKEN_FUNCTIONS)
def test_a_broken_function_loses_its_own_check_and_no_other(graded: Graded, name: str) -> None:
    source, status, phrase = BROKEN_FUNCTIONS[name]
    report = graded(source + HALF)
    assert statuses(report) == [status, "passed"]
    assert phrase in report.outcomes[0].message
    assert "autograder/" not in report.outcomes[0].message


def test_an_exception_names_the_line_and_quotes_it(graded: Graded) -> None:
    message = graded("def double(x):\n    y = 0\n    return 1 / y\n" + HALF).outcomes[0].message
    assert "ZeroDivisionError: division by zero" in message
    assert "in double.py, line 3:\n    return 1 / y" in message


# Each breaks the import: every check is there, with no points and the same sentence.
BROKEN_FILES = {
    "empty": ("", "double.py is empty"),
    "does not parse": ("def double(x)\n    return 2 * x\n", "line 1, column"),
    "raises": ("x = 1\nraise ValueError('no')\n", "ValueError: no"),
    "exits": ("import sys\nsys.exit(1)\n", "ends the program"),
    "os._exit": ("import os\nos._exit(4)\n", "exit code 4"),
    "crashes": ("import ctypes\nctypes.string_at(0)\n", "segmentation fault"),
    "never ends": ("while True: pass\n", "did not finish within 4 s"),
    "prints for ever": ("while True: print('x' * 1000)\n", "did not finish"),
    "takes all memory": ("import numpy as np\nx = [np.ones(10**8) for _ in range(50)]\n", "MemoryError"),
    "imports its own broken file": ("import double\nfrom double import nothing\n", "ImportError"),
}


@pytest.mark.parametrize("name", BROKEN_FILES)
def test_a_file_that_cannot_be_loaded_leaves_every_check_with_a_sentence(graded: Graded, name: str) -> None:
    source, phrase = BROKEN_FILES[name]
    report = graded(source)
    assert statuses(report) == ["crashed", "crashed"]
    assert report.score == 0
    assert report.max_score == 10
    for outcome in report.outcomes:
        assert phrase in outcome.message
