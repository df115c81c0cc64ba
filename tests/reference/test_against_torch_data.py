"""What torch has ready-made around a model: batch norm, sliding windows, samplers, gradient checks and timers."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not installed: ./setup.sh test oracles")

import torch
from torch.nn import functional
from torch.utils import benchmark
from torch.utils.data import BatchSampler

from reference import vectorization
from reference.gradcheck import check_gradient
from reference.locations import find_locations, labelled_windows, load_sentences, vocabulary
from reference.preprocessing import normalize, subtract_mean, whiten
from reference.retraining import sentiment
from reference.training import minibatches
from reference.vectorization import speedup
from reference.word_window import PAD, RADIUS, UNKNOWN, init_window_model, window_ids
from tests.reference.proofs import proves


@proves("preprocessing.subtract_mean", "preprocessing.normalize", by="torch")
def test_preprocessing_is_batch_norm_with_the_statistics_of_the_training_set(rng):
    sets = [rng.normal(3, 2, size=(size, 4)) for size in (50, 20, 9)]
    variance, mean = torch.var_mean(torch.tensor(sets[0]), dim=0, correction=0)
    for ours, scale in ((subtract_mean, torch.ones(4, dtype=torch.float64)), (normalize, variance)):
        for X, result in zip(sets, ours(*sets), strict=True):
            expected = functional.batch_norm(torch.tensor(X), mean, scale, training=False, eps=0)
            np.testing.assert_allclose(result, expected.numpy(), rtol=1e-12, atol=1e-14)


@proves("preprocessing.whiten", by="torch")
def test_whitening_is_the_projection_onto_scaled_eigenvectors_of_the_covariance(rng):
    mixing = rng.normal(size=(4, 4))
    sets = [rng.normal(1, 1, size=(size, 4)) @ mixing for size in (50, 9)]
    values, vectors = torch.linalg.eigh(torch.cov(torch.tensor(sets[0]).T, correction=0))
    results = whiten(*sets)
    for X, result in zip(sets, results, strict=True):
        projected = (torch.tensor(X - sets[0].mean(axis=0)) @ vectors / values.sqrt()).numpy()[:, ::-1]
        signs = np.sign(np.sum(projected * result, axis=0))  # signs are free, order here is by falling deviation
        np.testing.assert_allclose(result, projected * signs, rtol=1e-8, atol=1e-10)


def windows_of(sentence):
    return functional.pad(torch.tensor(sentence), (RADIUS, RADIUS), value=PAD).unfold(0, 2 * RADIUS + 1, 1).numpy()


@proves("word_window.window_ids", "locations.labelled_windows", by="torch")
def test_windows_are_those_that_torch_unfolds():
    sentences = load_sentences()
    rows = vocabulary(sentences[:180])
    ids, y = labelled_windows(sentences, rows)
    coded = [[rows.get(word, UNKNOWN) for word in words] for words, _ in sentences]
    np.testing.assert_array_equal(ids, np.concatenate([windows_of(sentence) for sentence in coded]))
    np.testing.assert_array_equal(y, torch.cat([torch.tensor(labels) for _, labels in sentences]).numpy())
    for sentence in ([7], [7, 3], coded[0]):
        ours = [window_ids(sentence, position) for position in range(len(sentence))]
        np.testing.assert_array_equal(ours, windows_of(sentence))


@proves("locations.find_locations", by="torch")
def test_found_locations_are_the_words_whose_score_by_torch_is_above_the_threshold(rng):
    sentences = load_sentences()
    rows = vocabulary(sentences)
    model = init_window_model(len(rows) + 2, 4, 6, rng)
    E, W, b, u = (torch.tensor(model[name]) for name in ("E", "W", "b", "u"))
    found = 0
    for words, _ in sentences[:20]:
        ids = torch.tensor(windows_of([rows[word] for word in words]))
        scores = torch.tanh(functional.linear(functional.embedding(ids, E).flatten(1), W, b)) @ u
        for threshold in (0.0, 0.3):
            expected = [words[i] for i in torch.nonzero(scores > threshold).flatten().tolist()]
            assert find_locations(model, words, rows, threshold) == expected
            found += len(expected)
    assert found > 0


@proves("training.minibatches", by="torch")
@pytest.mark.parametrize(("N", "batch_size"), [(7, 3), (6, 3), (1, 5), (10, 1), (50, 50)])
def test_mini_batches_are_those_of_a_batch_sampler(N, batch_size):
    order = np.random.default_rng(5).permutation(N).tolist()
    expected = list(BatchSampler(order, batch_size, drop_last=False))
    assert [batch.tolist() for batch in minibatches(N, batch_size, np.random.default_rng(5))] == expected


@proves("retraining.sentiment", by="torch")
def test_a_sentiment_is_one_sigmoid_neuron_of_torch(rng):
    E, w, b = rng.normal(size=(6, 3)), rng.normal(size=3), 0.3
    score = functional.linear(torch.tensor(E), torch.tensor(w[None]), torch.tensor([b], dtype=torch.float64))
    expected = torch.sigmoid(score)
    np.testing.assert_allclose(sentiment(E, w, b), expected.numpy()[:, 0], rtol=1e-14)


class Claimed(torch.autograd.Function):
    """sum(sin(x) * x) with the gradient that is claimed for it."""

    @staticmethod
    def forward(ctx, x, claimed):
        ctx.save_for_backward(claimed)
        return torch.sum(torch.sin(x) * x)

    @staticmethod
    def backward(ctx, upstream):
        return upstream * ctx.saved_tensors[0], None


def is_right(x, claimed):
    inputs = torch.tensor(x, requires_grad=True), torch.tensor(claimed)
    return torch.autograd.gradcheck(Claimed.apply, inputs, eps=1e-5, atol=1e-7, rtol=1e-5, raise_exception=False)


@proves("gradcheck.check_gradient", by="torch")
def test_a_gradient_is_right_where_gradcheck_of_torch_finds_it_right(rng):
    verdicts = set()
    for trial in range(20):
        x = rng.normal(size=(3, 2))
        gradient = np.sin(x) + x * np.cos(x)
        if trial % 2:
            gradient[tuple(rng.integers(0, (3, 2)))] += rng.choice([1e-3, -0.5, 2.0])
        found = check_gradient(lambda x: np.sum(np.sin(x) * x), x, gradient)
        assert (found == []) == is_right(x, gradient)
        assert found == [i for i in np.ndindex(3, 2) if not is_right(x[i], gradient[i])]  # every element is a term
        verdicts.add(found == [])
    assert verdicts == {True, False}


class Clock:
    """A time that passes only while its own work is done."""

    def __init__(self):
        self.now = 0.0

    def perf_counter(self):
        return self.now

    def work(self, seconds):
        self.now += seconds


@proves("vectorization.speedup", by="torch")
def test_speedup_is_the_ratio_that_the_timer_of_torch_measures(monkeypatch):
    clock = Clock()
    slow, fast = (
        benchmark.Timer("clock.work(seconds)", globals={"clock": clock, "seconds": s}, timer=clock.perf_counter)
        for s in (3.0, 0.5)
    )
    expected = slow.timeit(10).median / fast.timeit(10).median
    monkeypatch.setattr(vectorization, "time", clock)
    assert speedup(lambda: clock.work(3.0), lambda: clock.work(0.5)) == pytest.approx(expected, rel=1e-12)
