"""`autograder report` from the command line: of a class that was graded a moment ago, and where it cannot be done."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.assignment import Assignment

CLASS = {
    "ada": "def double(x):\n    return 2 * x\n\ndef half(x):\n    return x / 2\n",
    "bela": "def double(x):\n    return x + 1\n\ndef half(x):\n    return x / 2\n",
    "<b>dinh": "def double(x:\n",
}
WITHOUT = "import sys; sys.modules[{!r}] = None; from autograder.__main__ import main; main()"
LOADED = "import sys, autograder.cli; print(*({'jinja2', 'matplotlib', 'autograder.report.build'} & set(sys.modules)))"


def autograder(*arguments: object, code: str = "") -> subprocess.CompletedProcess[str]:
    start = ["-c", code] if code else ["-m", "autograder"]
    command = [sys.executable, *start, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


def test_a_class_that_was_graded_becomes_pages(assignment: Assignment, tmp_path: Path) -> None:
    for name, text in CLASS.items():
        (tmp_path / "class" / name).mkdir(parents=True)
        (tmp_path / "class" / name / "double.py").write_text(text)
    done = autograder("grade", assignment.folder, tmp_path / "class", "-o", tmp_path / "graded")
    assert done.returncode == 1, done.stderr
    done = autograder("report", tmp_path / "graded", "-o", tmp_path / "pages")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{tmp_path / 'pages' / 'index.html'}: 3 submissions; ")
    page = (tmp_path / "pages" / "index.html").read_text(encoding="utf-8")
    assert "SyntaxError" in page
    assert "<b>dinh" not in page
    assert "&lt;b&gt;dinh" in page
    (bela,) = (tmp_path / "pages" / "submissions").glob("bela.html")
    assert '<svg class="bars"' in bela.read_text(encoding="utf-8")
    done = autograder("report", tmp_path / "graded", "-o", tmp_path / "handed-back", "--for-students")
    assert done.stdout == f"{tmp_path / 'handed-back' / 'submissions'}: 3 submissions, for students.\n"
    assert not (tmp_path / "handed-back" / "index.html").exists()


@pytest.mark.parametrize("results", ["nowhere", "empty"])
def test_where_no_results_are_the_exit_code_is_two(tmp_path: Path, results: str) -> None:
    (tmp_path / "empty").mkdir()
    done = autograder("report", tmp_path / results, "-o", tmp_path / "pages")
    assert done.returncode == 2
    assert done.stderr.startswith("autograder: ")
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "pages").exists()


@pytest.mark.parametrize("package", ["jinja2", "matplotlib"])
def test_what_is_missing_is_named_with_the_way_to_get_it(tmp_path: Path, package: str) -> None:
    done = autograder("report", tmp_path, "-o", tmp_path / "pages", code=WITHOUT.format(package))
    assert done.returncode == 2
    assert f"needs {package}" in done.stderr
    assert "./setup.sh report" in done.stderr
    assert not (tmp_path / "pages").exists()


def test_nobody_who_grades_loads_what_draws() -> None:
    assert autograder(code=LOADED).stdout.split() == []


def test_templates_and_styles_are_installed_with_the_package(request: pytest.FixtureRequest) -> None:
    """setuptools takes what pyproject names; a page without its template would fail only where it is installed."""
    import fnmatch
    import importlib.util

    tomllib = importlib.import_module("tomllib" if importlib.util.find_spec("tomllib") else "tomli")
    root = request.config.rootpath
    patterns = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]["autograder"]
    files = [path for path in (root / "autograder" / "report").rglob("*") if path.suffix in (".j2", ".css", ".js")]
    assert len(files) == 6
    for path in files:
        name = path.relative_to(root / "autograder").as_posix()
        assert any(fnmatch.fnmatch(name, pattern) for pattern in patterns), name
