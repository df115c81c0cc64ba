"""The plot of a class's scores."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from autograder.report.svg import INK, inline

BINS = 20
INK_OF = {name: colour for colour, name in INK.items()}


def distribution(scores: Sequence[float], maximum: float, median: float) -> str:
    """How many submissions reached how many points, with the median marked."""
    counts = histogram(scores, maximum)
    step = maximum / BINS if maximum > 0 else 1.0
    figure = Figure(figsize=(8.4, 2.5))
    axes = figure.add_axes((0.015, 0.26, 0.97, 0.72))
    axes.bar([step * place for place in range(BINS)], counts, width=0.88 * step, align="edge", color=INK_OF["accent"])
    most = max(counts, default=0)
    for place, count in enumerate(counts):
        if count:
            at = (step * (place + 0.44), count + 0.02 * most)
            axes.text(*at, str(count), ha="center", va="bottom", fontsize=8, color=INK_OF["soft"])
    beside = counts[min(BINS - 1, int(BINS * median / maximum))] if maximum > 0 else 0
    axes.plot([median, median], [beside + 0.16 * most, 1.3 * most], color=INK_OF["second"], linewidth=1.6)
    side, gap = ("right", -0.2) if median > 0.7 * maximum else ("left", 0.2)
    words = f"median {median:.4g}"
    axes.text(median + gap * step, 1.24 * most, words, ha=side, va="center", fontsize=10, color=INK_OF["second"])
    axes.set_xlim(-0.1 * step, maximum + 0.1 * step or 1.0)
    axes.set_ylim(0, 1.32 * most or 1.0)
    axes.set_yticks([])
    axes.set_xticks([maximum * tenth / 10 for tenth in range(0, 11, 2)])
    axes.tick_params(length=0, labelsize=10, labelcolor=INK_OF["soft"])
    axes.set_xlabel("points", fontsize=10, labelpad=7, color=INK_OF["soft"])
    for side_name, spine in axes.spines.items():
        spine.set_visible(side_name == "bottom")
        spine.set_color(INK_OF["soft"])
    full = [(step * place, count) for place, count in enumerate(counts) if count]
    told = [f"{low:.4g} to {low + step:.4g} points: {count}" for low, count in full]
    described = f"Submissions by their points. Median {median:.4g} of {maximum:g}. {'; '.join(told)}."
    return inline(figure, "scores", "Distribution of the scores", described)


def histogram(scores: Sequence[float], maximum: float) -> list[int]:
    """How many scores lie in each of BINS equal parts from none to all points."""
    counts = [0] * BINS
    for score in scores:
        share = score / maximum if maximum > 0 else 0.0
        counts[min(BINS - 1, max(0, int(BINS * share)))] += 1
    return counts
