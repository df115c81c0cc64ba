"""A headless Chromium, spoken to over two pipes in its DevTools protocol; nothing to install but the browser."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage", "--hide-scrollbars"),
)
PATIENCE = 120.0  # seconds for one answer, on a machine that has other work


class Browser:
    """One tab. events: what the browser said by itself, requests and messages of pages among it."""

    def __init__(self, profile: Path) -> None:
        assert PROGRAM is not None
        commands, self._write = os.pipe()
        self._read, answers = os.pipe()

        def as_it_expects() -> None:  # commands on 3, answers on 4
            kept = os.dup(commands), os.dup(answers)
            os.dup2(kept[0], 3)
            os.dup2(kept[1], 4)

        command = [PROGRAM, *FLAGS, f"--user-data-dir={profile}", "--remote-debugging-pipe", "about:blank"]
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(
            command, preexec_fn=as_it_expects, close_fds=False, stdout=quiet, stderr=quiet, start_new_session=True
        )
        os.close(commands)
        os.close(answers)
        self._waiting, self._count, self._session = b"", 0, ""
        self.events: list[dict[str, Any]] = []
        try:
            target = self.ask("Target.createTarget", url="about:blank")["targetId"]
            self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            for domain in ("Page", "Network", "Runtime", "Log"):
                self.ask(f"{domain}.enable")
        except BaseException:
            self.end()
            raise

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Nothing of it is left."""
        os.close(self._write)
        os.close(self._read)
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command, and its answer."""
        self._count += 1
        message: dict[str, Any] = {"id": self._count, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        until = time.monotonic() + PATIENCE
        while True:
            answer = self._next(until)
            if answer.get("id") == self._count:
                assert "error" not in answer, (method, answer)
                return dict(answer["result"])
            self.events.append(answer)

    def open(self, page: Path, width: int = 1280, anchor: str = "") -> None:
        """Show a file, and wait until it is there."""
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        loaded = len(self._named("Page.loadEventFired"))
        self.ask("Page.navigate", url=page.resolve().as_uri() + anchor)
        until = time.monotonic() + PATIENCE
        while len(self._named("Page.loadEventFired")) == loaded:
            self.events.append(self._next(until))

    def run(self, script: str) -> Any:
        """The value of an expression in the page."""
        answer = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def press(self, key: str, code: int) -> None:
        """A key, as from the keyboard."""
        for kind in ("keyDown", "keyUp"):
            text = {"text": "\r"} if key == "Enter" and kind == "keyDown" else {}
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **text)

    def picture(self, path: Path, whole: bool = True) -> None:
        """What is to be seen, as PNG."""
        shot = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(shot["data"]))

    def looks(self, scheme: str = "light", medium: str = "") -> None:
        """Prefer light or dark; the medium may be print."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.ask("Emulation.setEmulatedMedia", media=medium, features=features)

    def requests(self) -> list[str]:
        """The addresses of everything that pages asked for."""
        return [event["params"]["request"]["url"] for event in self._named("Network.requestWillBeSent")]

    def complaints(self) -> list[str]:
        """What the browser refused or found wrong, a broken Content-Security-Policy among it, and dialogs."""
        found = [str(event["params"]["entry"]["text"]) for event in self._named("Log.entryAdded")]
        found += [str(event["params"]["exceptionDetails"]) for event in self._named("Runtime.exceptionThrown")]
        return found + ["a dialog" for _ in self._named("Page.javascriptDialogOpening")]

    def _named(self, method: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event.get("method") == method]

    def _next(self, until: float) -> dict[str, Any]:
        while b"\0" not in self._waiting:
            ready, _, _ = select.select([self._read], [], [], max(0.0, until - time.monotonic()))
            assert ready, "the browser does not answer"
            part = os.read(self._read, 1 << 20)
            assert part, "the browser has ended"
            self._waiting += part
        message, _, self._waiting = self._waiting.partition(b"\0")
        return dict(json.loads(message))
