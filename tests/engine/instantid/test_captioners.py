import base64
import io
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from standins import blip

from avatanime.errors import EngineError
from engine.instantid.captioners import Blip, NoCaptioner, service

PICTURES = [np.full((64, 48, 3), level, np.uint8) for level in (50, 200)]
ANSWERS = {
    "/v1/chat/completions": {
        "id": "x", "object": "chat.completion", "created": 0, "model": "m",
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": " woman, hat "}}],
    },
    "/v1/messages": {
        "id": "x", "type": "message", "role": "assistant", "model": "m",
        "stop_reason": "end_turn", "stop_sequence": None,
        "content": [{"type": "text", "text": "woman, hat"}], "usage": {"input_tokens": 1, "output_tokens": 1},
    },
    "/api/chat": {
        "model": "m", "created_at": "2026-01-01T00:00:00Z", "done": True,
        "message": {"role": "assistant", "content": "woman, hat"},
    },
}  # fmt: skip


class StandIn(BaseHTTPRequestHandler):
    """Answers as the three services do."""

    asked: list[tuple[str, dict[str, Any]]]
    status = 200
    delay = 0.0

    def log_message(self, *args: object) -> None:
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.asked.append((self.path, body))
        time.sleep(self.delay)
        answer = json.dumps(ANSWERS.get(self.path, {}) if self.status == 200 else {"error": {"message": "no"}}).encode()
        self.send_response(self.status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


@pytest.fixture
def standin(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[StandIn]]:
    handler = type("Bound", (StandIn,), {"asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients that gave up
    url = f"http://127.0.0.1:{server.server_port}"
    for name, value in {
        "OPENAI_API_KEY": "key",
        "OPENAI_BASE_URL": f"{url}/v1",
        "ANTHROPIC_API_KEY": "key",
        "ANTHROPIC_BASE_URL": url,
        "OLLAMA_HOST": url,
    }.items():
        monkeypatch.setenv(name, value)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield handler
    server.shutdown()
    thread.join()
    server.server_close()


def picture_in(path: str, body: dict[str, Any]) -> bytes:
    """The JPEG in a request."""
    message = body["messages"][0]
    match path:
        case "/v1/chat/completions":
            text = message["content"][1]["image_url"]["url"].removeprefix("data:image/jpeg;base64,")
        case "/v1/messages":
            text = message["content"][0]["source"]["data"]
        case _:
            text = message["images"][0]
    return base64.b64decode(text)


@pytest.mark.parametrize("name", ["openai", "anthropic", "ollama"])
def test_services_are_asked_through_their_own_clients(standin: type[StandIn], name: str) -> None:
    pytest.importorskip(name)
    assert service(name, "", 5.0).describe(PICTURES) == ["woman, hat", "woman, hat"]
    for path, body in standin.asked:
        with Image.open(io.BytesIO(picture_in(path, body))) as image:
            assert image.size == (48, 64)


@pytest.mark.parametrize("name", ["openai", "anthropic", "ollama"])
@pytest.mark.parametrize("trouble", ["slow", "failing"])
def test_without_an_answer_it_goes_on_without(
    standin: type[StandIn], name: str, trouble: str, caplog: pytest.LogCaptureFixture
) -> None:
    pytest.importorskip(name)
    if trouble == "slow":
        standin.delay = 3.0
    else:
        standin.status = 401
    assert service(name, "", 0.2).describe(PICTURES[:1]) == [""]
    assert f"No caption from {name}" in caplog.text


def test_a_model_may_be_named(standin: type[StandIn]) -> None:
    pytest.importorskip("openai")
    service("openai", "some-model", 5.0).describe(PICTURES[:1])
    assert standin.asked[0][1]["model"] == "some-model"


def test_without_a_key_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("openai")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(EngineError, match="anime_captioner=openai cannot be set up"):
        service("openai", "", 5.0)


def test_without_a_client_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "ollama", None)
    with pytest.raises(EngineError, match=r"avatanime\[captions\]"):
        service("ollama", "", 5.0)


@pytest.mark.parametrize("bin_file", [False, True])
def test_blip_describes_each_picture(tmp_path: Path, bin_file: bool) -> None:
    blip.build(tmp_path, bin_file=bin_file)
    captioner = Blip(tmp_path, torch.device("cpu"), torch.float32)
    captions = captioner.describe(PICTURES)
    assert len(captions) == 2
    assert all(set(caption.split()) <= set(blip.WORDS) for caption in captions)
    assert captions == captioner.describe(PICTURES)


def test_no_captioner_says_nothing() -> None:
    assert NoCaptioner().describe(PICTURES) == ["", ""]
