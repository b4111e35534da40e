"""Which of the cel engine's optional models were pulled, told without a network or its client."""

import json
from pathlib import Path

from avatanime.errors import ModelError
from avatanime.home import home

MANIFEST = "manifest.json"
"""What `engine.models` writes beside the files it pulls; importing that module takes longer than a portrait."""
PARSER_FILE = "onnx/model.onnx"
"""The multiclass parser's path, in its repository and below `folder()`."""


def folder() -> Path:
    """Where pulled files lie."""
    return home().models / "cel"


def recorded(path: str) -> str | None:
    """The sha256 a file had when it was pulled; None where it never was. Raises ModelError if the record is damaged."""
    manifest = folder() / MANIFEST
    try:
        entries = json.loads(manifest.read_text("utf-8"))
        return str(entries[path]["digest"]) if path in entries else None
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as e:
        raise ModelError(
            f"{manifest} is damaged ({e!r}). Delete its folder and run `avatanime models pull cel`."
        ) from e


def fingerprint() -> str:
    """Which parser the engine will use, as a part of its recipe."""
    digest = recorded(PARSER_FILE)
    return f"multiclass:{digest[:12]}" if digest else "learned"
