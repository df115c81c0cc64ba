"""What Python's own library computes as well: orders, ratios of times, closeness, means, roots and text."""

from __future__ import annotations

import csv
import decimal
import graphlib
import math
import re
import sqlite3
import statistics
import timeit
from pathlib import Path

import numpy as np
import pytest

import reference
from reference import vectorization
from reference.gradcheck import relative_error
from reference.graph import ComputationalGraph, GraphError
from reference.initialization import output_bias_from_mean
from reference.locations import load_sentences, vocabulary
from reference.schedules import fan_in_scaled
from reference.vectorization import speedup
from tests.reference.proofs import proves
from tests.reference.random_graphs import random_nodes


@proves("graph.ComputationalGraph", "graph.GraphError", by="graphlib")
def test_an_order_is_one_of_graphlibs_and_an_error_where_graphlib_finds_a_cycle():
    outcomes = set()
    for seed in range(100):
        nodes = random_nodes(seed, 1 + seed % 9, cycles=seed % 2 == 0)
        sorter = graphlib.TopologicalSorter({"x": [], "y": [], **{name: inputs for name, _, inputs in nodes}})
        try:
            sorter.prepare()
        except graphlib.CycleError:
            with pytest.raises(GraphError, match="cycle"):
                ComputationalGraph(nodes)
            outcomes.add("cycle")
            continue
        order = ComputationalGraph(nodes).nodes_topologically_sorted()
        ready = set()
        for name in ["x", "y", *order]:
            ready |= set(sorter.get_ready())
            assert name in ready
            sorter.done(name)
        assert not sorter.is_active()
        outcomes.add("order")
    assert outcomes == {"cycle", "order"}


class Clock:
    """A time that passes only while its own work is done."""

    def __init__(self):
        self.now = 0.0

    def perf_counter(self):
        return self.now

    def work(self, seconds):
        durations = iter(seconds)

        def run():
            self.now += next(durations)

        return run


@proves("vectorization.speedup", by="timeit")
def test_speedup_is_the_ratio_of_the_shortest_times_that_timeit_measures(monkeypatch):
    slow, fast = [5.0, 3.0, 4.0, 9.0], [0.5, 0.75, 2.0, 0.25]
    clock = Clock()
    shortest = [
        min(timeit.repeat(clock.work(seconds), timer=clock.perf_counter, repeat=4, number=1))
        for seconds in (slow, fast)
    ]
    monkeypatch.setattr(vectorization, "time", clock)
    ratio = speedup(clock.work(slow), clock.work(fast), repeats=4)
    assert ratio == pytest.approx(shortest[0] / shortest[1], rel=1e-12)


@proves("gradcheck.relative_error", by="math")
def test_two_arrays_are_close_to_within_their_relative_error_and_no_closer(rng):
    def close(a, b, tolerance):
        return all(math.isclose(x, y, rel_tol=tolerance, abs_tol=0) for x, y in zip(a.flat, b.flat, strict=True))

    for scale in (1e-12, 1e-3, 0.5):
        a = rng.normal(size=(3, 5))
        b = a * (1 + scale * rng.normal(size=a.shape))
        a[0, 0] = b[0, 0] = 0.0
        error = relative_error(a, b)
        assert close(a, b, error * (1 + 1e-9))
        assert not close(a, b, error * (1 - 1e-9))


@proves("initialization.output_bias_from_mean", by="statistics")
def test_the_output_bias_is_the_mean_of_statistics(rng):
    targets = rng.normal(size=(20, 3))
    expected = [statistics.fmean(column) for column in targets.T.tolist()]
    np.testing.assert_allclose(output_bias_from_mean(targets), expected, rtol=1e-13)


@proves("schedules.fan_in_scaled", by="decimal")
def test_the_rate_by_fan_in_equals_thirty_decimal_digits():
    with decimal.localcontext() as context:
        context.prec = 30
        for n_in in (1, 2, 25, 300, 12345):
            expected = decimal.Decimal("0.1") / decimal.Decimal(n_in).sqrt()
            assert fan_in_scaled(0.1, n_in) == pytest.approx(float(expected), rel=1e-15)


TEXT = Path(reference.__file__).parent / "location_sentences.txt"


@proves("locations.load_sentences", by=("re", "csv"))
def test_the_sentences_are_what_other_parsers_read_in_the_file():
    sentences = load_sentences()
    lines = re.findall(r"^.+$", TEXT.read_text(encoding="utf-8"), re.MULTILINE)
    by_re = [re.findall(r"(\[?)(\w+)(\]?)", line) for line in lines]
    assert sentences == [([word for _, word, _ in line], [len(opened) for opened, _, _ in line]) for line in by_re]
    with TEXT.open(encoding="utf-8", newline="") as file:
        by_csv = list(csv.reader(file, delimiter=" "))
    assert [len(words) for words, _ in sentences] == [len(row) for row in by_csv]
    bracketed = [
        [f"[{word}]" if label else word for word, label in zip(*sentence, strict=True)] for sentence in sentences
    ]
    assert bracketed == by_csv


@proves("locations.vocabulary", by="sqlite3")
def test_the_vocabulary_is_what_a_database_would_number():
    sentences = load_sentences()
    database = sqlite3.connect(":memory:")
    try:
        database.execute("create table words (word text)")
        database.executemany("insert into words values (?)", [(word,) for words, _ in sentences for word in words])
        rows = database.execute("select word, dense_rank() over (order by word) + 1 from words group by word")
        assert vocabulary(sentences) == dict(rows)
    finally:
        database.close()
