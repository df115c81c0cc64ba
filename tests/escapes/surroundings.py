"""What an attack is put among: secrets to see, files to change, sockets to reach; and what came of them."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.escapes.attack import HERE, Attack

# Where anybody may write on most systems, and where an attack is told to leave its mark.
OPEN_FOLDERS = ("/tmp", "/var/tmp", "/dev/shm")


@dataclass
class Surroundings:
    """One attack's scratch folder, secrets and traps."""

    root: Path
    canary: str
    number: int  # as a float an input of a hidden check
    mark: str
    traps: dict[str, socket.socket]

    @property
    def assignment(self) -> Path:
        return self.root / "course" / "assignments" / "target"

    @property
    def results(self) -> Path:
        return self.root / "results" / "results.json"

    @property
    def other(self) -> Path:
        return self.root / "handed-in" / "other" / "target.py"

    def submit(self, attack: Attack) -> Path:
        """The attack's files as they are handed in, told where everything is: more than a student would know."""
        folder = self.root / "handed-in" / "mine"
        folder.mkdir()
        for name, text in {"target.py": attack.text, **attack.files}.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            told = self._told(text).replace("\n", attack.newline)
            (folder / name).write_bytes(told.encode(attack.encoding, "surrogatepass"))
        return folder

    def _told(self, text: str) -> str:
        words = {
            "REFERENCE": self.root / "course" / "reference" / "target.py",
            "HIDDEN": self.assignment / "test_hidden.py",
            "OTHER": self.other,
            "RESULTS": self.results,
            "SCRATCH": self.root,
            "GRADER": os.getpid(),
            "MARK": self.mark,
            "DEEP": "(" * 50_000,
            "UNIX": self.root / "unix",
            "TCP": self.traps["tcp"].getsockname()[1],
            "UDP": self.traps["udp"].getsockname()[1],
        }
        for word, value in words.items():
            text = text.replace(f"@{word}@", str(value))
        return text

    def seen(self, text: str) -> list[str]:
        """Which secrets stand in a text, plainly or backwards."""
        inputs = {str(self.number): "an input of a hidden check", str(2 * self.number): "what a hidden check expects"}
        known = {self.canary: "the canary", **inputs}
        return [what for secret, what in known.items() if secret in text or secret[::-1] in text]

    def reached(self) -> list[str]:
        """Which of the sockets that wait on this machine were reached."""
        found = []
        for name, trap in self.traps.items():
            with contextlib.suppress(BlockingIOError):
                if trap.type == socket.SOCK_DGRAM:
                    trap.recv(1)
                else:
                    trap.accept()[0].close()
                found.append(name)
        return found

    def marks(self) -> list[str]:
        """Files that carry the mark, wherever an attack was told to leave one."""
        found = [str(path) for path in self.root.rglob(f"*{self.mark}*")]
        for folder in {*OPEN_FOLDERS, os.path.expanduser("~"), os.getcwd()}:
            with contextlib.suppress(OSError):
                found += [f"{folder}/{name}" for name in os.listdir(folder) if self.mark in name]
        return sorted(set(found))

    def files(self) -> dict[str, tuple[int, bytes]]:
        """Mode and content of everything that is not an attack's to change."""
        return {
            str(path): (path.stat().st_mode, path.read_bytes())
            for path in self.root.rglob("*")
            if path.is_file() and path != self.results and "__pycache__" not in path.parts
        }


@contextlib.contextmanager
def surroundings() -> Iterator[Surroundings]:
    root = Path(tempfile.mkdtemp(prefix="escapes-"))
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, root, ignore_errors=True)
        root.chmod(0o755)
        traps = {name: stack.enter_context(trap) for name, trap in _traps(root).items()}
        canary, mark = f"CANARY{secrets.token_hex(8)}", f"MARK{secrets.token_hex(8)}"
        here = Surroundings(root, canary, 1_000_000 + secrets.randbelow(8_000_000), mark, traps)
        for path in (HERE / "target").rglob("*.*"):
            copy = root / "course" / path.relative_to(HERE / "target")
            if "__pycache__" in path.parts or not path.is_file():
                continue
            copy.parent.mkdir(parents=True, exist_ok=True)
            text = path.read_text(encoding="utf-8")
            copy.write_text(text.replace("@CANARY@", canary).replace("@NUMBER@", str(here.number)), encoding="utf-8")
        here.other.parent.mkdir(parents=True)
        here.other.write_text(f"# {canary}\n", encoding="utf-8")
        here.results.parent.mkdir()
        here.results.write_text(f'"{canary}"', encoding="utf-8")
        os.environ["AUTOGRADER_SECRET"] = canary
        yield here
        for path in here.marks():
            with contextlib.suppress(OSError):
                os.unlink(path)


def _traps(root: Path) -> dict[str, socket.socket]:
    """Sockets that wait: whoever reaches one leaves something to accept or to receive."""
    kinds = {
        "tcp": (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
        "udp": (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
        "unix": (socket.AF_UNIX, socket.SOCK_STREAM, str(root / "unix")),
        "abstract": (socket.AF_UNIX, socket.SOCK_STREAM, f"\0{root.name}"),
    }
    traps = {}
    for name, (family, kind, address) in kinds.items():
        trap = traps[name] = socket.socket(family, kind)
        trap.setblocking(False)
        trap.bind(address)
        if kind == socket.SOCK_STREAM:
            trap.listen(64)
        if name == "unix":
            os.chmod(address, 0o777)
    return traps
