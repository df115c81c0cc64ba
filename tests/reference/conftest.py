"""What the tests of the reference share: a generator with a fixed seed, and that declared proofs are kept."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import pytest

from tests.reference.proofs import codes_of, declared_by, watching


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "proves(*functions, by): the test compares these functions with an oracle")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """A test that declares to prove a function and never calls it is red."""
    functions = {function for function, _ in declared_by(item.iter_markers())}
    if not functions:
        return (yield)
    with watching(codes_of(functions)) as missing:
        result = yield
    assert not missing, f"declared, but never called: {', '.join(sorted(missing))}"
    return result


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20190117)
