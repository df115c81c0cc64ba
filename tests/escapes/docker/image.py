"""Makes the root of the container: a Debian by debootstrap, with an upload set up in it as Gradescope would.

The upload is the zip of ``autograder build``, unpacked in /autograder/source, and its own setup.sh makes the
environment, from wheels that were fetched outside, since the container has no way out.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from autograder.gradescope.upload import build
from tests.escapes.docker.runtime import Container, run

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

CHECKOUT = Path(__file__).resolve().parents[3]
SUITE = "bookworm"
PACKAGES = "python3,python3-venv,ca-certificates"
STUDENTS = ("scipy", "matplotlib")  # what submissions import beside numpy: here it is installed
UPLOAD = "gates"
SOURCE = "/autograder/source"
PYTHON = f"{SOURCE}/.venv/bin/python"
DONE = "autograder/ready"  # made last


def usual_root() -> Path:
    """Where the root is kept from one run to the next."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    return Path(os.environ.get("ESCAPES_ROOT", cache / "backprop-autograder" / f"debian-{SUITE}"))


def is_made(root: Path) -> bool:
    """Whether it is there, with what the project needs today."""
    ready = root / DONE
    return ready.exists() and ready.read_text(encoding="utf-8") == "\n".join(_needs())


def why_not() -> str | None:
    """Why the root cannot be made here; None if it can."""
    return None if shutil.which("debootstrap") else "debootstrap is not installed"


def make(root: Path) -> None:
    """Make what is not there yet: some five minutes, most of them for 90 packages of Debian.

    subprocess.CalledProcessError when a step fails, which the next call takes up again.
    """
    wheels = root.with_name(f"{root.name}-wheels")
    root.parent.mkdir(parents=True, exist_ok=True)
    if not (root / "usr/bin/python3").exists():
        base = ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", SUITE, str(root)]
        subprocess.run(base, check=True, stdout=sys.stderr)
    _fetch(wheels, _version(root))
    unpack(root)
    container = Container(
        root,
        share=None,
        mounts={"/wheels": wheels},
        environment={"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/wheels"},
        keep=True,
    )
    run(container, ["bash", "./setup.sh"], SOURCE)
    run(container, [PYTHON, "-m", "pip", "install", "--quiet", *STUDENTS], SOURCE)
    (root / DONE).write_text("\n".join(_needs()), encoding="utf-8")


def unpack(root: Path) -> None:
    """An upload of this checkout, as Gradescope unpacks it."""
    home = root / "autograder"
    for name in ("source", "submission", "results"):
        (home / name).mkdir(parents=True, exist_ok=True)
    archive = home / "upload.zip"
    build(CHECKOUT / "assignments" / UPLOAD, archive)
    with zipfile.ZipFile(archive) as upload:
        upload.extractall(home / "source")
    archive.unlink()
    for script in ("setup.sh", "run_autograder"):
        (home / "source" / script).chmod(0o755)
    shutil.copy(home / "source" / "run_autograder", home / "run_autograder")


def _version(root: Path) -> str:
    """3.11, say: of the python that is in there."""
    names = [path.name for path in (root / "usr/bin").glob("python3.*")]
    (version,) = {match[1] for name in names if (match := re.fullmatch(r"python(3\.\d+)", name))}
    return version


def _needs() -> list[str]:
    """The requirements of the project, of its build and of students."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    return [*project["project"]["dependencies"], *project["build-system"]["requires"], *STUDENTS]


def _fetch(wheels: Path, version: str) -> None:
    """Wheels of what is needed, for that python."""
    wheels.mkdir(exist_ok=True)
    binary = [f"--python-version={version}", "--only-binary=:all:"]
    command = [sys.executable, "-m", "pip", "download", "--quiet", f"--dest={wheels}", *binary, *_needs()]
    subprocess.run(command, check=True, stdout=sys.stderr)
