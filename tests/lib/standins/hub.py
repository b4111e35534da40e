"""A stand-in for the model hub: the parts of its HTTP interface that a download uses, and every way it can fail."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COMMIT = "c" * 40


@dataclass
class StandInHub:
    """Repositories as {repo: {path: bytes}}; `cuts` ends the next answers after so many bytes; `gets` counts GETs."""

    repos: dict[str, dict[str, bytes]] = field(default_factory=dict)
    url: str = ""
    cuts: list[int] = field(default_factory=list)
    busy: int = 0
    gated: bool = False
    bare: bool = False  # lists names only, as some mirrors do
    ignores_range: bool = False
    served_instead: dict[str, bytes] = field(default_factory=dict)
    gets: list[tuple[str, str]] = field(default_factory=list)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: StandInHub

    def log_message(self, *args: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        hub = self.hub
        path, _, _ = self.path.partition("?")
        if self.command == "GET":
            hub.gets.append((path, self.headers.get("range", "")))
        if hub.busy:
            hub.busy -= 1
            return self.answer(503, b"busy")
        if hub.gated:
            return self.answer(403, b"gated")
        if path.startswith("/api/models/"):
            return self.list_files(path.removeprefix("/api/models/").partition("/revision/")[0])
        repo, _, rest = path.lstrip("/").partition("/resolve/")
        content = hub.repos.get(repo, {}).get(rest.partition("/")[2])
        if content is None:
            return self.answer(404, b"Entry not found")
        return self.send_file(rest, content)

    def list_files(self, repo: str) -> None:
        files = self.hub.repos.get(repo)
        if files is None:
            return self.answer(404, b"Repository not found")
        siblings = [{"rfilename": n} if self.hub.bare else self.entry(n, c) for n, c in files.items()]
        return self.answer(200, json.dumps({"sha": COMMIT, "siblings": siblings}).encode())

    def entry(self, name: str, content: bytes) -> dict[str, object]:
        blob = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
        if name.endswith((".json", ".txt")):
            return {"rfilename": name, "size": len(content), "blobId": blob}
        lfs = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 134}
        return {"rfilename": name, "size": len(content), "blobId": blob, "lfs": lfs}

    def send_file(self, name: str, content: bytes) -> None:
        stated = {"X-Linked-Size": str(len(content)), "X-Linked-Etag": f'"{hashlib.sha256(content).hexdigest()}"'}
        content = self.hub.served_instead.get(name.partition("/")[2], content)
        start = 0
        if (asked := self.headers.get("range")) and not self.hub.ignores_range:
            start = int(asked.removeprefix("bytes=").rstrip("-"))
            stated["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        body = content[start:]
        self.answer(206 if start else 200, body, stated)

    def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "HEAD":
            return
        if status in (200, 206) and headers and self.hub.cuts:
            self.wfile.write(body[: self.hub.cuts.pop(0)])
            self.close_connection = True
        else:
            self.wfile.write(body)


@contextmanager
def serve() -> Iterator[StandInHub]:
    """A running hub."""
    standin = StandInHub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"hub": standin}))
    server.daemon_threads = True
    standin.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield standin
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
