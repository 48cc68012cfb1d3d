"""Headless chromium driven through its debugging socket: open a page, ask it, press keys."""

import base64
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest
import websocket

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NEEDS_CHROMIUM = pytest.mark.skipif(
    CHROMIUM is None and "CI" not in os.environ, reason="chromium is not installed"
)
_FLAGS = (
    "headless no-sandbox disable-gpu disable-quic no-first-run disable-sync hide-scrollbars"
    " disable-background-networking disable-component-update remote-debugging-port=0"
    " remote-allow-origins=* window-size=1280,800"
)
PATIENCE = 60.0


class Tab:
    """One page of a browser."""

    def __init__(self, address: str) -> None:
        self._socket = websocket.create_connection(address, timeout=PATIENCE)
        self._number = 0

    def __enter__(self) -> "Tab":
        self.call("Page.enable")
        self.call("Runtime.enable")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": params}))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("method") == "Page.javascriptDialogOpening":
                # a page asks whether to leave it; until it is answered, nothing else is
                accept = {"method": "Page.handleJavaScriptDialog", "params": {"accept": True}}
                self._socket.send(json.dumps({"id": 0} | accept))
            if answer.get("id") == self._number:
                assert "error" not in answer, answer["error"]
                return dict(answer["result"])

    def ask(self, script: str) -> Any:
        """Return what a script comes to; a promise is waited for."""
        answer = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait(self, script: str, patience: float = PATIENCE) -> Any:
        """Return what a script comes to once it comes to something."""
        end = time.monotonic() + patience
        plain = f"((found) => found instanceof Node ? true : found)({script})"
        while time.monotonic() < end:
            if value := self.ask(plain):
                return value
            time.sleep(0.02)
        pytest.fail(f"never came: {script}")

    def key(self, code: str, key: str = "", modifiers: int = 0) -> None:
        for kind in ("rawKeyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, code=code, key=key or code, modifiers=modifiers)

    def write(self, text: str) -> None:
        self.call("Input.insertText", text=text)

    def picture(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot")["data"]))


class Browser:
    """A running chromium."""

    def __init__(self, port: int) -> None:
        self._port = port

    def open(self, url: str) -> Tab:
        import urllib.parse
        import urllib.request

        request = urllib.request.Request(
            f"http://127.0.0.1:{self._port}/json/new?{urllib.parse.quote(url, safe=':/?=&')}", method="PUT"
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            return Tab(json.load(answer)["webSocketDebuggerUrl"])


@contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    """Start chromium with a profile in `folder` and end it again."""
    assert CHROMIUM
    profile = folder / "profile"
    flags = [f"--{flag}" for flag in _FLAGS.split()]
    outside = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    command = [CHROMIUM, *flags, outside, f"--user-data-dir={profile}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        told = profile / "DevToolsActivePort"
        end = time.monotonic() + PATIENCE
        while not (told.is_file() and told.read_text("ascii").strip()) and time.monotonic() < end:
            time.sleep(0.05)
        yield Browser(int(told.read_text("ascii").splitlines()[0]))
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)
