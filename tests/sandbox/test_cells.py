"""Of a notebook the definitions are loaded, or all of it; what is no Python is left out, and the rest goes on."""

from __future__ import annotations

import ast
import json
import sys
import textwrap
from pathlib import Path

import pytest

from autograder.sandbox.cells import loaded_globals, parse_cell
from autograder.sandbox.loader import Loaded, load

pytestmark = pytest.mark.usefixtures("folder")


def load_cells(*cells: str, mode: str = "definitions", **options: object) -> Loaded:
    pieces = [(f"code cell {at}", textwrap.dedent(cell)) for at, cell in enumerate(cells, start=1)]
    loaded = load(pieces, kind="notebook", mode=mode, **options)  # type: ignore[arg-type]  # passed on as they are
    assert json.loads(json.dumps(loaded.report)) == loaded.report
    assert not loaded.fatal
    return loaded


def bound_by(*cells: str) -> dict[str, object]:
    """What the cells bind, of which none may fail."""
    loaded = load_cells(*cells)
    assert loaded.report["errors"] == []
    return {name: getattr(loaded.module, name) for name in loaded.report["defined"]}


def test_functions_classes_and_imports_are_loaded_and_nothing_else_runs() -> None:
    bound = bound_by(
        "import math\nprint('prose')\n",
        "def area(r):\n    return math.pi * r**2\nfor epoch in range(10**9):\n    area(epoch)\n",
        "history = train()\nhistory.plot()\nwhile True: pass\nassert False\nraise SystemExit\n",
        "class Net:\n    def forward(self): return 7\n",
    )
    assert set(bound) == {"area", "Net"}


def test_the_last_definition_wins() -> None:
    assert load_cells("def f(): return 1\n", "def f(): return 2\n").module.f() == 2


@pytest.mark.parametrize(
    ("assignment", "function"),
    [
        ("eps = 1e-8", "def f(): return eps"),
        ("eps: float = 1e-8", "def f(): return eps"),
        ("a, (b, eps) = 1, (2, 1e-8)", "def f(): return eps"),
        ("small = 1e-8\neps = small", "def f(): return eps"),
        ("eps = 0\neps += 1e-8", "def f(): return eps"),
        ("eps = 1e-8", "def f(eps=eps): return eps"),
        ("eps = 1e-8", "def f():\n    def g(): return eps\n    return g()"),
        ("eps = 1e-8", "def f(): return [eps for _ in range(1)][0]"),
        ("eps = 1e-8", "class C:\n    eps = eps\ndef f(): return C.eps"),
        ("eps = 1e-8", "f = lambda: eps"),
        ("table = {}\ntable['eps'] = 1e-8", "def f(): return table['eps']"),
        ("class C: pass\nC.eps = 1e-8", "def f(): return C.eps"),
        ("class C: pass\nC.other, [*C.others, C.eps] = 1, (2, 3, 1e-8)", "def f(): return C.eps"),
        ("class C: pass\nsetattr(C, 'eps', 1e-8)", "def f(): return C.eps"),
        (
            "class C: pass\nall = {'eps': 1e-8}\nfor name in all:\n    setattr(C, name, all[name])",
            "def f(): return C.eps",
        ),
        ("if True:\n    eps = 1e-8\nelse:\n    eps = 1", "def f(): return eps"),
        ("try:\n    eps = nowhere\nexcept NameError:\n    eps = 1e-8", "def f(): return eps"),
        ("def double(g): return lambda: g() / 1", "@double\ndef f(): return 1e-8"),
        ("def f(): return 1", "def better(): return 1e-8\nf = better"),
    ],
)
def test_the_plain_assignments_that_a_definition_needs_are_loaded(assignment: str, function: str) -> None:
    f = bound_by(assignment, function)["f"]
    assert callable(f)
    assert f() == 1e-8


@pytest.mark.parametrize(
    "function",
    [
        "def f(history): return history",
        "def f():\n    history = 1\n    return history",
        "def f(x): return x.history",
        "def f(): return [history for history in range(3)]",
        "class C:\n    history = 1\n",
    ],
)
def test_an_assignment_that_only_shares_its_name_with_something_local_does_not_run(function: str) -> None:
    assert "history" not in bound_by("history = 1 / 0\n", function)


def test_what_assigns_a_wanted_name_is_loaded() -> None:
    cells = ("import math\nfactors = [1, 2]\nscale = math.prod\n", "unwanted = 1 / 0\n")
    loaded = load_cells(*cells, wanted=["scale"])
    assert loaded.report["defined"] == ["scale"]


def test_a_definition_inside_if_or_try_is_loaded() -> None:
    bound = bound_by(
        "try:\n    from absent_package import f\nexcept ImportError:\n    def f(): return 1\n",
        "if not hasattr(print, 'nothing'):\n    def g(): return 2\n",
        "if False:\n    x = 1 / 0\n    for i in range(3): print(i)\n",
    )
    assert set(bound) == {"f", "g"}


def test_a_failing_statement_is_named_and_passed_over_and_its_cell_goes_on() -> None:
    loaded = load_cells("import math\n\n@nobody\ndef f(): pass\n\ndef g(): return math.e\n", "def h(): return 3\n")
    (error,) = loaded.report["errors"]
    assert (error["piece"], error["line"], error["type"]) == ("code cell 1", 3, "NameError")
    assert loaded.report["remarks"] == ["code cell 1, line 3 was passed over: NameError: name 'nobody' is not defined."]
    assert loaded.report["defined"] == ["g", "h"]


def test_a_cell_that_does_not_parse_is_named_with_its_line_and_hint_and_passed_over() -> None:
    loaded = load_cells("def f(): return 1\n", "x = 1\nprint x\n", "def g(): return f()\n")
    (error,) = loaded.report["errors"]
    assert (error["piece"], error["line"], error["type"]) == ("code cell 2", 2, "SyntaxError")
    (remark,) = loaded.report["remarks"]
    assert remark.startswith("code cell 2, line 2 was passed over: SyntaxError")
    assert "print(x)" in remark
    assert loaded.module.g() == 1


def test_cells_that_were_run_in_another_order_are_tried_again() -> None:
    bound = bound_by(
        "@wraps\ndef f(): return 1\nclass B(A): pass\n", "from functools import cache as wraps\nclass A: pass\n"
    )
    assert set(bound) == {"A", "B", "f", "wraps"}


def test_trying_again_does_not_bring_back_an_older_definition() -> None:
    cells = ("@later\ndef f(): return 1\n", "def f(): return 2\n", "def later(g): return g\n")
    loaded = load_cells(*cells)
    assert loaded.module.f() == 2
    assert len(loaded.report["errors"]) == 1


@pytest.mark.parametrize("statement", ["raise KeyboardInterrupt", "import sys; sys.exit()", "raise MemoryError", "1/0"])
@pytest.mark.parametrize("mode", ["definitions", "run"])
def test_whatever_a_cell_raises_the_others_are_loaded(statement: str, mode: str) -> None:
    cell = f"if True:\n    import math\n    {statement}\n"
    loaded = load_cells("def f(): return 1\n", cell, "def g(): return 2\n", mode=mode)
    assert [error["piece"] for error in loaded.report["errors"]] == ["code cell 2"]
    assert loaded.report["defined"] == ["f", "g"]


def test_in_run_mode_every_cell_runs_up_to_its_first_exception() -> None:
    loaded = load_cells(
        "total = 0\n",
        "for i in range(4):\n    total += i\n",
        "total += 10\n1 / 0\ntotal = None\n",
        "def f(): return total\n",
        mode="run",
    )
    assert loaded.module.f() == 16
    assert [(error["piece"], error["line"]) for error in loaded.report["errors"]] == [("code cell 3", 2)]


@pytest.mark.parametrize("mode", ["definitions", "run"])
def test_a_cell_that_takes_too_long_is_stopped_and_passed_over(mode: str) -> None:
    # CPython 3.10 takes no signal where a loop's body begins with its try.
    body = "x = math.pi\n        try: x(x)\n        except Exception: pass"
    endless = f"if True:\n    import math\n    while True:\n        {body}\n"
    loaded = load_cells(endless, "def g(): return 2\n", mode=mode, cell_seconds=0.1)
    (error,) = loaded.report["errors"]
    assert (error["piece"], error["type"]) == ("code cell 1", "TimeoutError")
    assert loaded.module.g() == 2


def test_input_has_nobody_to_answer_and_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with open("/dev/null") as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        loaded = load_cells("n = int(input())\n", mode="run")
    assert "input()" in loaded.report["errors"][0]["hint"]


@pytest.mark.parametrize(
    "line",
    [
        "%matplotlib inline",
        "%load_ext autoreload",
        "%autoreload 2",
        "!pip install numpy",
        "!echo \"it's unbalanced",
        "!ls (",
        "!ls \\\n   -l",
        "%cd /content)",
        "?print",
        "print?",
        "math.pi??",
        "files = !ls",
        "a, b = %sx ls",
        "pip install numpy",
        "cd ../data",
        "%%time",
    ],
)
def test_a_magic_or_shell_line_is_left_out_and_the_line_numbers_stay(line: str) -> None:
    lines = line.count("\n") + 1
    loaded = load_cells(f"import math\n{line}\ndef f():\n    return 1 / 0\n")
    assert loaded.report["errors"] == []
    assert loaded.report["remarks"] == ["Magics and shell lines were left out in code cell 1."]
    assert loaded.module.f.__code__.co_firstlineno == 2 + lines


def test_a_magic_that_is_all_of_a_block_leaves_the_block_standing() -> None:
    assert set(bound_by("if True:\n    import math\n    !ls\nelse:\n    %cd x\ndef f(): return 1\n")) == {"f"}


@pytest.mark.parametrize("magic", ["%%time", "%%timeit -n 3", "%%capture out", "\n\n%%time"])
def test_a_cell_magic_that_runs_python_keeps_its_body(magic: str) -> None:
    source = f"{magic}\n%matplotlib inline\ndef f(): return 1\n"
    assert parse_cell("code cell 1", source).statements[-1].lineno == source.split("\n").index("def f(): return 1") + 1


def test_a_timed_line_keeps_what_it_times() -> None:
    loaded = load_cells("def f(): return scale\n%time scale = 3\n")
    assert loaded.module.f() == 3


@pytest.mark.parametrize("magic", ["%%bash", "%%html", "%%javascript", "%%writefile gates.py", "%%latex"])
def test_a_cell_magic_of_another_language_drops_its_cell_and_says_so(magic: str) -> None:
    loaded = load_cells(f"{magic}\ndef f(): return 1\n", "def g(): return 1\n")
    assert loaded.report["remarks"] == [f"code cell 1 was left out: {magic}"]
    assert loaded.report["defined"] == ["g"]


@pytest.mark.parametrize(
    "source",
    [
        'text = """\n%matplotlib inline\n!ls\nprint?\n"""\n',
        "x = (5\n%3)\n",
        "x = 5 \\\n%3\n",
        "# !ls\nx = 1\n",
    ],
)
def test_what_only_looks_like_a_magic_is_left_as_it_is(source: str) -> None:
    cell = parse_cell("code cell 1", source)
    assert not cell.magics
    assert ast.dump(ast.Module(cell.statements, [])) == ast.dump(ast.parse(source))


def test_a_string_beside_a_true_magic_is_left_as_it_is() -> None:
    cell = parse_cell("code cell 1", 'text = """\n%not a magic\n"""\n%matplotlib inline\n')
    assert cell.magics
    assert ast.unparse(cell.statements[0]) == ast.unparse(ast.parse('text = """\n%not a magic\n"""'))


def test_a_mistake_beside_a_magic_is_told_as_it_is() -> None:
    with pytest.raises(SyntaxError) as caught:
        parse_cell("code cell 1", "%matplotlib inline\nx = = 1\n")
    assert caught.value.lineno == 2


def test_packages_of_a_notebook_that_are_not_there_cost_nothing() -> None:
    loaded = load_cells(
        "from google_absent.colab import drive\nimport absent_torch.nn as nn\ndrive.mount('/x')\n",
        "class Net(nn.Module): pass\n",
        "def f(): return 1\n",
    )
    assert loaded.report["errors"] == []
    assert loaded.module.f() == 1


def test_a_folder_added_to_the_path_is_found(folder: Path) -> None:
    (folder / "src").mkdir()
    (folder / "src" / "helpers_beside.py").write_text("x = 5\n")
    loaded = load_cells("import sys\nsys.path.append('src')\n", "from helpers_beside import x\ndef f(): return x\n")
    assert loaded.module.f() == 5


def test_the_globals_of_a_function_are_those_of_the_compiler() -> None:
    (function,) = ast.parse("def f(a, *, b=c):\n    d = a\n    return lambda: d + e + a.g\n").body
    assert loaded_globals(function) == {"c", "e"}


def test_a_notebook_full_of_mistakes_gives_a_bounded_report() -> None:
    loaded = load_cells(*["x = = 1"] * 500)
    assert len(loaded.report["errors"]) == len(loaded.report["remarks"]) == 20
