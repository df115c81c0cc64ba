"""numpy, threads and files inside the whole lock-down: honest code does not notice it."""

from __future__ import annotations

import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.linalg
import numpy.random
import pytest

from autograder.sandbox import lockdown


def test_honest_code_does_not_notice(children: Any) -> None:
    def honest() -> dict[str, Any]:
        rng = np.random.default_rng(3)
        A = rng.standard_normal((300, 300))
        with ThreadPoolExecutor(4) as pool:
            products = list(pool.map(lambda k: float((A @ A)[k, k]), range(8)))
        time.sleep(0.01)
        results: list[int] = []
        threads = [threading.Thread(target=results.append, args=(k,)) for k in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with open("data.txt") as data, open(os.devnull, "w") as null, open("/dev/urandom", "rb") as noise:
            null.write("nothing")
            read = [data.read(), len(noise.read(8))]
        identity = np.linalg.solve(A, A)
        return {
            "solve": bool(np.allclose(identity, np.eye(300))),
            "svd": bool(np.linalg.svd(A)[1][0] > 0),
            "products": products == [float((A @ A)[k, k]) for k in range(8)],
            "threads": sorted(results) == list(range(10)),
            "read": read,
            "listed": os.listdir(),
        }

    _, said = children.confined(honest)
    assert said == {
        "solve": True,
        "svd": True,
        "products": True,
        "threads": True,
        "read": ["the student's own data\n", 8],
        "listed": ["data.txt"],
    }


def test_a_late_import_works(children: Any) -> None:
    if children.user == "ordinary" and not lockdown.uid_can_import(lockdown.interpreter_paths()):
        pytest.skip("this interpreter is shut to other users")

    def import_late() -> int:
        for name in ("colorsys", "wave", "numpy.testing", "sqlite3"):
            sys.modules.pop(name, None)
        import colorsys
        import wave

        return len(colorsys.__all__) + len(wave.__all__)

    assert children.confined(import_late)[1] > 0
