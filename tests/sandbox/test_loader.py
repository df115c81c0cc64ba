"""A module's source becomes a module, or a record that says where and why it did not."""

from __future__ import annotations

import inspect
import json
import sys
import textwrap
import traceback
from pathlib import Path

import pytest

from autograder.sandbox.loader import Loaded, frames, load

pytestmark = pytest.mark.usefixtures("folder")


def load_module(source: str) -> Loaded:
    loaded = load([("gates.py", textwrap.dedent(source))], kind="module")
    assert json.loads(json.dumps(loaded.report)) == loaded.report
    return loaded


def only_error(loaded: Loaded) -> dict[str, object]:
    assert loaded.fatal
    (error,) = loaded.report["errors"]
    return error


def test_a_module_is_loaded_under_its_name_with_file_docstring_and_source() -> None:
    loaded = load_module('''\
        """Gates."""
        import math
        def double(x):
            return 2 * x
        """not the docstring"""
        if __name__ == "__main__":
            raise SystemExit
        ''')
    assert loaded.report == {"remarks": [], "errors": [], "fatal": False, "defined": ["double"]}
    module = loaded.module
    assert module is sys.modules["submission"]
    assert (module.__name__, module.__doc__, module.double(4)) == ("submission", "Gates.", 8)
    assert module.__file__ is not None
    assert Path(module.__file__) == Path.cwd() / "gates.py"
    assert inspect.getsource(module.double) == "def double(x):\n    return 2 * x\n"


def test_future_features_hold_for_the_rest_of_the_file() -> None:
    module = load_module("from __future__ import annotations\ndef f(x: nowhere) -> nothing:\n    return x\n").module
    assert module.f.__annotations__ == {"x": "nowhere", "return": "nothing"}


def test_the_features_of_the_loader_itself_do_not_hold() -> None:
    assert load_module("def f(x: int): return x\n").module.f.__annotations__ == {"x": int}


def test_a_dataclass_and_a_type_hint_find_their_module() -> None:
    loaded = load_module("""\
        from __future__ import annotations
        from dataclasses import dataclass
        from typing import ClassVar, get_type_hints
        @dataclass
        class Gate:
            count: ClassVar[int] = 0
            name: str = "add"
        hints = get_type_hints(Gate)
        """)
    assert loaded.module.Gate().name == "add"
    assert loaded.module.hints["name"] is str


@pytest.mark.parametrize(
    ("source", "kind", "line", "column", "hint"),
    [
        ("def f(:\n    pass\n", "SyntaxError", 1, 7, ""),
        ("x = 1\nreturn x\n", "SyntaxError", 2, 1, ""),
        ("x = 1\nprint x\n", "SyntaxError", 2, 1, "print(x)"),
        ("exec 'x = 1'\n", "SyntaxError", 1, 1, "exec(code)"),
        ("try:\n    pass\nexcept ValueError, e:\n    pass\n", "SyntaxError", 3, 8, "except Error as e"),
        ("raise ValueError, 'no'\n", "SyntaxError", 1, 17, "raise Error"),
        ("x = 1 <> 2\n", "SyntaxError", 1, 7, "!="),
        ("x = 10L\n", "SyntaxError", 1, 6, "no L"),
        ("x = 0777\n", "SyntaxError", 1, 5, "0o17"),
        ("x = `1`\n", "SyntaxError", 1, 5, "repr"),
        ("if 1:\n        x = 1\n\ty = 2\n", "TabError", 3, None, "tabs"),
        ("def f():\n    x = 1\n  y = 2\n", "IndentationError", 3, None, ""),
        ("<<<<<<< HEAD\nx = 1\n", "SyntaxError", 1, 1, "merge"),
        ("x = 'abc\n", "SyntaxError", 1, 5, ""),
    ],
)
def test_a_file_that_does_not_parse_is_told_by_line_and_column(
    source: str, kind: str, line: int, column: int | None, hint: str
) -> None:
    error = only_error(load_module(source))
    assert (error["piece"], error["type"], error["line"], error["builtin"]) == ("gates.py", kind, line, True)
    assert error["text"] == source.splitlines()[line - 1].strip()
    assert column is None or error["column"] == column
    assert bool(error["hint"]) == bool(hint)
    assert hint in str(error["hint"] or "")


def test_nothing_runs_of_a_file_that_does_not_parse_at_its_end(folder: Path) -> None:
    assert load_module("open('ran', 'w').close()\nx = (\n").fatal
    assert not (folder / "ran").exists()


@pytest.mark.parametrize(
    ("statement", "kind", "hint"),
    [
        ("1 / 0", "ZeroDivisionError", ""),
        ("xrange(3)", "NameError", "range"),
        ("raw_input()", "NameError", "input"),
        ("{}.iteritems()", "AttributeError", "dict"),
        ("import sys; print >>sys.stderr, 1", "TypeError", "file=f"),
        ("import sys; sys.exit(0)", "SystemExit", "exit()"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt", ""),
        ("raise GeneratorExit", "GeneratorExit", ""),
        ("raise MemoryError", "MemoryError", ""),
        ("(lambda f: f(f))(lambda f: f(f))", "RecursionError", ""),
        ("from . import nothing", "ImportError", ""),
    ],
)
def test_what_a_module_raises_ends_the_load_and_is_told(statement: str, kind: str, hint: str) -> None:
    loaded = load_module(f"def before(): pass\n\n{statement}\ndef after(): pass\n")
    error = only_error(loaded)
    assert (error["piece"], error["type"], error["line"], error["builtin"]) == ("gates.py", kind, 3, True)
    assert bool(error["hint"]) == bool(hint)
    assert hint in str(error["hint"] or "")
    assert loaded.report["defined"] == ["before"]


def test_an_exception_of_the_students_own_is_no_builtin_whatever_its_name() -> None:
    error = only_error(load_module("class ValueError(Exception):\n    pass\nraise ValueError('mine')\n"))
    assert (error["type"], error["builtin"], error["message"]) == ("ValueError", False, "mine")


def test_an_exception_that_cannot_be_printed_is_told_without_its_message() -> None:
    source = "class E(Exception):\n    def __str__(self):\n        raise SystemExit\nraise E\n"
    assert only_error(load_module(source))["message"] == ""


def test_messages_are_bounded() -> None:
    assert len(str(only_error(load_module("raise ValueError('x' * 10**6)\n"))["message"])) == 500


@pytest.mark.parametrize("source", ["(" * 10_000, "x = " + "-" * 100_000 + "1", "\0", "x = '\ud800'"])
def test_source_that_breaks_the_compiler_is_an_error_like_any_other(source: str) -> None:
    assert only_error(load_module(source))["type"]


@pytest.mark.parametrize(
    ("imports", "use"),
    [
        ("import absent_package", "absent_package.x"),
        ("import absent_package.deep as ap", "ap.x"),
        ("import math, absent_package as ap", "ap(1)"),
        ("from absent_package import a, b", "b[0]"),
        ("from absent_package.deep import a as b", "class C(b): pass"),
        ("from absent_package import a", "1 + a"),
        ("from math import nothing_of_that_name", "nothing_of_that_name()"),
        ("from .beside import a", "a()"),
        ("from ..above import a", "a()"),
    ],
)
def test_a_package_that_is_not_there_costs_only_the_function_that_needs_it(imports: str, use: str) -> None:
    loaded = load_module(f"{imports}\ndef right(x):\n    return x\ndef wrong():\n    {use}\n")
    assert not loaded.report["errors"]
    (remark,) = loaded.report["remarks"]
    assert remark.startswith("gates.py, line 1 was passed over: ")
    assert loaded.module.right(3) == 3
    with pytest.raises(ModuleNotFoundError, match="could not be imported"):
        loaded.module.wrong()


def test_a_failing_import_does_not_take_its_neighbours_along() -> None:
    module = load_module("import absent_package, math\nfrom math import absent_name, pi\n").module
    assert module.math.pi == module.pi


def test_a_missing_part_of_a_package_does_not_hide_the_package() -> None:
    assert load_module("import json\nimport json.absent_part\n").module.json is json


def test_a_star_import_of_what_is_not_there_is_passed_over() -> None:
    loaded = load_module("from absent_package import *\nx = 1\n")
    assert not loaded.fatal
    assert loaded.module.x == 1


def test_what_uses_an_absent_package_at_the_top_is_passed_over_too() -> None:
    loaded = load_module("""\
        import absent_package as plt
        from absent_package import jit, Shape
        plt.rcParams["figsize"] = (10, 8)
        plt.style.use("dark")
        device, other = plt.device("cpu")
        class Net(plt.Module): pass
        @jit
        def fast(x): return x
        def hinted(x: Shape["N, D"]) -> plt.Tensor:
            return x
        def right(x): return x
        """)
    assert not loaded.fatal
    assert not loaded.errors
    assert loaded.module.right(1) == loaded.module.hinted(1) == 1
    for name in ("device", "other", "Net", "fast"):
        with pytest.raises(ModuleNotFoundError, match="absent_package"):
            getattr(loaded.module, name)(1)


def test_an_import_inside_try_is_the_students_own_business() -> None:
    loaded = load_module("try:\n    import absent_package\nexcept ImportError:\n    absent_package = None\n")
    assert loaded.report["remarks"] == []
    assert loaded.module.absent_package is None


@pytest.mark.parametrize(
    ("sibling", "kind", "line"),
    [
        ("x = 1\nimport absent_package\n", "ModuleNotFoundError", 2),
        ("x = (\n", "SyntaxError", 1),
        ("\n\n1 / 0\n", "ZeroDivisionError", 3),
    ],
)
def test_a_sibling_file_that_fails_is_an_error_and_named(folder: Path, sibling: str, kind: str, line: int) -> None:
    (folder / "layers_beside.py").write_text(sibling)
    error = only_error(load_module("import layers_beside\n"))
    assert (error["piece"], error["type"], error["line"]) == ("layers_beside.py", kind, line)


def test_a_sibling_file_that_lacks_a_name_is_an_error(folder: Path) -> None:
    (folder / "layers_beside.py").write_text("x = 1\n")
    assert only_error(load_module("from layers_beside import y\n"))["type"] == "ImportError"


def test_sibling_files_are_found_by_name_and_relatively(folder: Path) -> None:
    (folder / "layers_beside.py").write_text("def f(): return 5\n")
    loaded = load_module("import layers_beside as a\nfrom .layers_beside import f\nfrom . import layers_beside as b\n")
    assert loaded.report["errors"] == loaded.report["remarks"] == []
    assert loaded.module.a.f() == loaded.module.b.f() == loaded.module.f() == 5


def test_a_script_exported_from_a_notebook_loads() -> None:
    loaded = load_module("get_ipython().run_line_magic('matplotlib', 'inline')\ndisplay(3)\nx = 1\n")
    assert not loaded.fatal
    assert loaded.report["defined"] == ["x"]


def test_frames_are_the_students_own_innermost_last(folder: Path) -> None:
    (folder / "layers_beside.py").write_text("def g(f):\n    return sorted([1, 2], key=f)\n")
    pieces = [("gates.py", "import layers_beside\ndef h(x):\n    return x / 0\ndef f():\n    layers_beside.g(h)\n")]
    module = load(pieces, kind="module").module
    with pytest.raises(ZeroDivisionError) as caught:
        module.f()
    assert frames(caught.value, pieces) == [("gates.py", 5), ("layers_beside.py", 2), ("gates.py", 3)]
    assert "    return x / 0" in "".join(traceback.format_exception(caught.value))


def test_frames_of_an_endless_recursion_are_bounded() -> None:
    pieces = [("gates.py", "def f(): f()\n")]
    with pytest.raises(RecursionError) as caught:
        load(pieces, kind="module").module.f()
    assert frames(caught.value, pieces) == [("gates.py", 1)] * 20


def test_the_report_is_bounded_whatever_the_module_binds() -> None:
    loaded = load_module(
        "globals().update({f'n{i}': i for i in range(5000)})\nglobals()['x' * 10**6] = globals()[3] = 1\n"
    )
    assert len(loaded.report["defined"]) == 1000
