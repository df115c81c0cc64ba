"""A package for plots that is imported, and not used, is not loaded; used, it is there."""

from __future__ import annotations

import json
import subprocess
import sys
import types
from pathlib import Path

import pytest

from autograder.sandbox.blank import MODULE
from autograder.sandbox.loader import load

# Each in a python of its own, with a package of that name beside it: what is installed here does not matter.
PACKAGE = {
    "__init__.py": "__version__ = '3'\nimport seen\nseen.loaded.append('matplotlib')\nrcParams = {}\n",
    "pyplot.py": "import seen\nseen.loaded.append('pyplot')\n_hidden = 1\ndef plot(x):\n    return [x]\n",
    "cm.py": "import matplotlib\nhot = matplotlib.rcParams\n",
}
RUN = "import json, seen\nfrom autograder.sandbox import late\nlate.put_off()\n{code}\nprint(json.dumps(seen.loaded))\n"

NOT_USED = [
    "import matplotlib.pyplot as plt, matplotlib, matplotlib.pyplot",
    "import matplotlib.pyplot as plt\nimport inspect\ninspect.getmodule(print)",
    "import matplotlib.pyplot\nimport warnings\nwith warnings.catch_warnings():\n    warnings.simplefilter('error')",
    "import matplotlib.pyplot as plt\nassert isinstance(plt, type(json)) and 'plot' in repr(plt)",
    "from importlib.util import find_spec\nassert find_spec('matplotlib') and find_spec('nobody_has_it') is None",
]
USED = [
    "import matplotlib.pyplot as plt\nassert plt.plot(1) == [1]",
    "from matplotlib import pyplot\nassert pyplot.plot(1) == [1]",
    "from matplotlib.pyplot import plot\nassert plot(1) == [1]",
    "from matplotlib.pyplot import *\nassert plot(1) == [1]\nassert '_hidden' not in globals()",
    "import matplotlib\nassert matplotlib.pyplot.plot(1) == [1]\nimport matplotlib.cm\nassert matplotlib.cm.hot == {}",
    "import matplotlib.cm as cm\nassert cm.hot == {}\nfrom matplotlib import pyplot\npyplot.plot(1)",
    "import matplotlib.pyplot as plt\nplt.plot = len\nimport matplotlib.pyplot as p\nassert p.plot is len is plt.plot",
    "import matplotlib.pyplot as plt\nassert 'plot' in dir(plt)",
    "import matplotlib\nassert matplotlib.__version__ == '3'\nmatplotlib.rcParams['a'] = 1\n"
    "import matplotlib.pyplot as plt\nassert plt.plot(1)\nimport matplotlib as m\nassert m.rcParams == {'a': 1}",
]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A folder with the package, and with the list of what of it was loaded."""
    (tmp_path / "matplotlib").mkdir()
    for name, text in PACKAGE.items():
        (tmp_path / "matplotlib" / name).write_text(text)
    (tmp_path / "seen.py").write_text("loaded = []\n")
    return tmp_path


def loaded(course: Path, code: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(course)!r})\n{RUN.format(code=code)}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("code", NOT_USED)
def test_what_is_only_imported_is_not_loaded(course: Path, code: str) -> None:
    assert loaded(course, code) == []


@pytest.mark.parametrize("code", USED)
def test_what_is_used_is_loaded_once(course: Path, code: str) -> None:
    assert loaded(course, code) == ["matplotlib", "pyplot"]


def test_what_is_not_installed_is_not_there(course: Path) -> None:
    code = (
        "import sys\nlate.PACKAGES = (('nobody_has_it',),)\nlate.put_off()\nassert 'nobody_has_it' not in sys.modules"
    )
    assert loaded(course, code) == []


@pytest.mark.parametrize(
    "settings",
    ["plt.rcParams['figure.figsize'] = (10, 8)", "plt.rcParams.size = 3", "if True:\n    plt.style = 'dark'"],
)
@pytest.mark.parametrize("imported", ["import matplotlib.pyplot as plt", "from matplotlib import pyplot as plt"])
def test_how_plots_look_is_not_set_where_nobody_looks(settings: str, imported: str) -> None:
    fake = types.ModuleType("matplotlib.pyplot")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, MODULE, fake)  # the load puts its own there
        patch.setitem(sys.modules, "matplotlib", types.ModuleType("matplotlib"))
        patch.setitem(sys.modules, "matplotlib.pyplot", fake)
        sys.modules["matplotlib"].pyplot = fake  # type: ignore[attr-defined]
        cells = [imported, settings, "def show(x):\n    plt.plot(x)\n", "plt = 3\ndef f(): return plt\n"]
        found = load([(f"code cell {number}", cell) for number, cell in enumerate(cells, start=1)], kind="notebook")
    assert found.report["errors"] == []
    assert vars(fake).keys() == vars(types.ModuleType("m")).keys()
    assert found.module.f() == 3
