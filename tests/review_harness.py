"""The review screen outside JupyterLab: its ES module in a page whose model asks a desk over HTTP."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from ndaudit.widgets.desk import Desk
from ndaudit.widgets.screen import fonts, module
from ndaudit.wording import Language
from ndaudit.workbench import Workbench

PAGE = """<!doctype html><meta charset="utf-8"><title>harness</title><style>%s body { margin: 0 }</style>
<div id="place"></div>
<script type="module">
import screen from "/review.js";
const heard = [];
const model = {
  on(_, callback) { heard.push(callback); },
  off() {},
  async send(message) {
    const begun = performance.now();
    const answer = await (await fetch("/ask", { method: "POST", body: JSON.stringify(message) })).json();
    (window.took ||= []).push([message.ask, performance.now() - begun]);
    heard.forEach((callback) => callback({ id: message.id, answer }));
  },
};
window.begun = performance.now();
screen.render({ model, el: document.getElementById("place") });
window.part = (selector) => document.querySelector("#place > div").shadowRoot.querySelector(selector);
</script>"""


@contextmanager
def served(workbench: Workbench, lang: Language) -> Iterator[str]:
    """Serve the screen over a workbench; DuckDB and SQLite stay in the one thread that answers."""
    ready = threading.Event()
    held: dict[str, Any] = {}

    def run() -> None:
        desk = Desk(workbench, lang)

        class Handler(BaseHTTPRequestHandler):
            def _send(self, kind: str, body: bytes) -> None:
                self.send_response(200)
                self.send_header("Content-Type", f"{kind}; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self) -> None:
                if self.path == "/review.js":
                    self._send("text/javascript", module().encode())
                else:
                    self._send("text/html", (PAGE % fonts()).encode())

            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self._send("application/json", json.dumps(desk.answer(asked)).encode())

            def log_message(self, *_: Any) -> None:
                pass

        with HTTPServer(("127.0.0.1", 0), Handler) as server:
            held["server"] = server
            ready.set()
            server.serve_forever(poll_interval=0.05)
        desk.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(60)
    try:
        yield f"http://127.0.0.1:{held['server'].server_port}/"
    finally:
        held["server"].shutdown()
        thread.join()
