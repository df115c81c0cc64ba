"""Runs one command in a container as Docker would set it up: runc, its default profile, a share of the machine.

Not Docker itself: no engine, no AppArmor, and a network of the container's own that has a loopback only.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.escapes.docker import profile

MIB = 1 << 20
PERIOD = 100_000  # microseconds, as the kernel's default
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
V1 = Path("/sys/fs/cgroup/memory")


@dataclass(frozen=True)
class Share:
    """How much of the machine a container gets. Gradescope's smallest: half a processor and 0.75 GB."""

    processors: float = 0.5
    megabytes: int = 750


@dataclass
class Container:
    """root: the files it starts from, which stay as they are. share: None for all of the machine.

    mounts: path in the container -> path here, read-only. landlock: whether Docker lets it through. keep: write into
    the root itself, to build it.
    """

    root: Path
    share: Share | None = field(default_factory=Share)
    mounts: dict[str, Path] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    landlock: bool = True
    keep: bool = False


def why_not() -> str | None:
    """Why no container can be run here; None if one can."""
    if not sys.platform.startswith("linux") or os.uname().machine != "x86_64":
        return "the profile is written for Linux on x86_64"
    if os.geteuid() != 0:
        return "only root can give a container its share of the machine"
    if shutil.which("runc") is None:
        return "runc is not installed"
    if not V1.is_dir() and not Path("/sys/fs/cgroup/cgroup.controllers").is_file():
        return "no control groups are mounted here"
    probe = subprocess.run(["unshare", "--mount", "true"], capture_output=True, text=True)
    return f"no mounts are granted here: {probe.stderr.strip()}" if probe.returncode else None


@contextlib.contextmanager
def running(container: Container, command: Sequence[str], folder: str = "/") -> Iterator[subprocess.Popen[str]]:
    """The command's process, with its stdin and stdout; the container and all in it are gone at the end."""
    name = f"escapes-{secrets.token_hex(6)}"
    with tempfile.TemporaryDirectory(prefix="container-") as scratch:
        bundle = Path(scratch)
        for part in ("root", "upper", "work"):
            (bundle / part).mkdir()
        (bundle / "config.json").write_text(json.dumps(_config(container, command, folder, name)))
        # Mounted where this process alone sees it: it goes when the process does.
        layers = f"lowerdir={container.root},upperdir={bundle}/upper,workdir={bundle}/work"
        source = f"--bind {container.root}" if container.keep else f"-t overlay overlay -o {layers}"
        process = subprocess.Popen(
            ["unshare", "--mount", "sh", "-ec", f"mount {source} root; exec runc run {name}"],
            cwd=bundle,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            yield process
        finally:
            for stream in (process.stdin, process.stdout):
                assert stream is not None
                stream.close()
            subprocess.run(["runc", "delete", "--force", name], capture_output=True)
            process.kill()
            process.wait()


def run(container: Container, command: Sequence[str], folder: str = "/", words: str = "", seconds: float = 600) -> str:
    """What the command says on its stdout. subprocess.CalledProcessError if it fails."""
    with running(container, command, folder) as process:
        said, _ = process.communicate(words, timeout=seconds)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, list(command), said)
        return said


def _config(container: Container, command: Sequence[str], folder: str, name: str) -> dict[str, Any]:
    """As the runtime specification has it."""
    held = ("bounding", "effective", "permitted")  # not inheritable: so since 20.10.14
    environment = {"PATH": PATH, "HOME": "/root", "HOSTNAME": "autograder", **container.environment}
    return {
        "ociVersion": "1.0.2",
        "hostname": "autograder",
        "root": {"path": "root", "readonly": False},
        "process": {
            "terminal": False,
            "user": {"uid": 0, "gid": 0},
            "args": list(command),
            "cwd": folder,
            "env": [f"{key}={value}" for key, value in environment.items()],
            "capabilities": {which: list(profile.CAPABILITIES) for which in held},
            "noNewPrivileges": False,
            "oomScoreAdj": 0,
        },
        "mounts": [*_mounts(), *(_bind(inside, here) for inside, here in container.mounts.items())],
        "linux": {
            "namespaces": [{"type": kind} for kind in ("pid", "network", "ipc", "uts", "mount")],
            "cgroupsPath": f"/{name}",
            "resources": _resources(container.share),
            "seccomp": profile.seccomp(container.landlock),
            "maskedPaths": list(profile.MASKED),
            "readonlyPaths": list(profile.READ_ONLY),
        },
    }


def _resources(share: Share | None) -> dict[str, Any]:
    devices: list[dict[str, Any]] = [{"allow": False, "access": "rwm"}]
    for major, minor in ((1, 3), (1, 5), (1, 7), (1, 8), (1, 9), (5, 0), (5, 2), (136, None)):
        # null, zero, full, random, urandom, terminals
        devices.append({"allow": True, "type": "c", "major": major, "minor": minor, "access": "rwm"})
    if share is None:
        return {"devices": devices}
    memory = share.megabytes * MIB
    return {
        "devices": devices,
        "memory": {"limit": memory, "swap": memory},
        "cpu": {"quota": int(share.processors * PERIOD), "period": PERIOD},
    }


def _mounts() -> list[dict[str, Any]]:
    quiet = ["nosuid", "noexec", "nodev"]
    return [
        _mount("/proc", "proc", quiet),
        _mount("/dev", "tmpfs", ["nosuid", "strictatime", "mode=755", "size=65536k"]),
        _mount("/dev/pts", "devpts", ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]),
        _mount("/sys", "sysfs", [*quiet, "ro"]),
        _mount("/sys/fs/cgroup", "cgroup", [*quiet, "ro"]),
        _mount("/dev/mqueue", "mqueue", quiet),
        _mount("/dev/shm", "tmpfs", [*quiet, "mode=1777", "size=65536k"]),
    ]


def _mount(path: str, kind: str, options: list[str]) -> dict[str, Any]:
    return {"destination": path, "type": kind, "source": kind, "options": options}


def _bind(inside: str, here: Path) -> dict[str, Any]:
    return {"destination": inside, "type": "bind", "source": str(here), "options": ["rbind", "ro"]}
