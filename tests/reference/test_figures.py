"""The figures of the docs can be drawn, and those that are kept are all of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

pytest.importorskip("matplotlib", reason="matplotlib is not installed: ./setup.sh test figures")

DOCS = Path(__file__).parents[2] / "docs"


def test_every_figure_is_drawn_and_kept(tmp_path):
    # In a process of its own, since the script fixes the number of threads for the whole process.
    subprocess.run([sys.executable, DOCS / "figures.py", tmp_path], check=True)
    drawn = {path.name for path in tmp_path.glob("*.svg")}
    assert len(drawn) == 6
    assert {path.name for path in (DOCS / "figures").iterdir()} == drawn
    for name in drawn:
        paths = list(ElementTree.parse(tmp_path / name).iter("{http://www.w3.org/2000/svg}path"))
        assert len(paths) > 10
