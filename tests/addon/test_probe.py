import http.server
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from addon import probe
from addon.probe import Probe

PAC = "application/x-ns-proxy-autoconfig"
type Serve = Callable[[int, str, bytes], int]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a web server that gives every GET this status, type and body; its port."""
    servers: list[http.server.HTTPServer] = []

    def start(status: int, kind: str, body: bytes) -> int:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status)
                self.send_header("content-type", kind)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments: object) -> None:
                pass

        servers.append(http.server.HTTPServer(("127.0.0.1", 0), Handler))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
        return servers[-1].server_port

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_our_pac_file(serve: Serve) -> None:
    assert Probe(serve(200, f"{PAC}; charset=utf-8", b"function FindProxyForURL")).pac() == "function FindProxyForURL"


@pytest.mark.parametrize(("status", "kind"), [(200, "text/html"), (404, PAC), (302, PAC)])
def test_another_server_is_not_taken_for_ours(serve: Serve, status: int, kind: str) -> None:
    found = Probe(serve(status, kind, b"hello"))
    assert found.pac() == ""
    assert found.spki() == ""


def test_nothing_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    found = Probe(port)
    assert (found.pac(), found.spki(), found.reachable_at()) == ("", "", "")


@pytest.mark.parametrize("said", [b"", b"\0\xff\xfe garbage\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\nno tls"])
def test_a_server_that_talks_nonsense(said: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def talk() -> None:
            for _ in range(2):
                connection, _ = server.accept()
                with connection:
                    connection.recv(4096)
                    connection.sendall(said)

        thread = threading.Thread(target=talk)
        thread.start()
        found = Probe(server.getsockname()[1])
        assert (found.pac(), found.spki()) == ("", "")
        thread.join()


def test_a_server_for_everybody_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "own_address", lambda: "127.0.0.2")  # stands in for an address on a network
    with socket.create_server(("0.0.0.0", 0)) as server:
        assert Probe(server.getsockname()[1]).reachable_at() == "127.0.0.2"
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert Probe(server.getsockname()[1]).reachable_at() == ""
