"""What is to be seen in a picture, in a few words: BLIP by default, or a service that one asks for by name.

The services (OpenAI, Anthropic, a local Ollama) are there to compare with. They are off by default because pictures of
faces leave this process: to somebody else's computer, in the first two cases. Keys and addresses come from the
variables that the official clients read (OPENAI_API_KEY, OPENAI_BASE_URL, ANTHROPIC_API_KEY, ..., OLLAMA_HOST).
"""

import base64
import io
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

from PIL import Image

from avatanime.errors import EngineError
from engine import Pixels

log = logging.getLogger(__name__)

MODELS = {"openai": "gpt-4o-mini", "anthropic": "claude-haiku-4-5", "ollama": "llava"}
"""Which model of a service is asked unless the user names another."""
QUESTION = (
    "Describe the person in this profile picture in at most 20 words, as comma-separated tags: gender, hair colour and "
    "style, glasses, beard, hat, expression, clothes, background. Only the tags."
)
TOKENS = 60
"""Most tokens of an answer."""
AT_ONCE = 4
"""Requests to a service at the same time."""


class Captioner(Protocol):
    """Describes pictures. It never fails: where nothing can be said, it says "" and the log says why."""

    def describe(self, pictures: Sequence[Pixels]) -> list[str]:
        """One caption a picture."""


class NoCaptioner:
    """Says nothing: the prompt then rests on what the face models tell. The fastest."""

    def describe(self, pictures: Sequence[Pixels]) -> list[str]:
        """One empty caption a picture."""
        return [""] * len(pictures)


class Blip:
    """Li et al., BLIP, https://arxiv.org/abs/2201.12086, in the folder of Salesforce/blip-image-captioning-base."""

    def __init__(self, folder: Path, device: Any, dtype: Any) -> None:
        """Raises ModelError."""
        import transformers

        from engine.instantid.checkpoint import pretrained, pretrained_tokenizer

        self._processor: Any = pretrained_tokenizer(transformers.BlipProcessor, folder)
        self._model: Any = pretrained(transformers.BlipForConditionalGeneration, folder, device, dtype)

    def describe(self, pictures: Sequence[Pixels]) -> list[str]:
        """One caption a picture."""
        import torch

        inputs = self._processor(images=list(pictures), return_tensors="pt")
        with torch.no_grad():
            ids = self._model.generate(
                pixel_values=inputs.pixel_values.to(self._model.device, self._model.dtype), max_new_tokens=24
            )
        return [caption.strip() for caption in self._processor.batch_decode(ids, skip_special_tokens=True)]


class Service:
    """A service asked over the network; a failure or a time-out leaves a caption empty."""

    def __init__(self, name: str, ask: Callable[[bytes], str]) -> None:
        self._name = name
        self._ask = ask
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix=f"caption-{name}")

    def describe(self, pictures: Sequence[Pixels]) -> list[str]:
        """One caption a picture, asked for side by side."""
        return list(self._pool.map(self._describe, pictures))

    def _describe(self, picture: Pixels) -> str:
        try:
            return self._ask(_jpeg(picture)).strip()
        except Exception as e:  # each client has a tree of its own; a caption is never worth a portrait
            log.warning("No caption from %s, drawing without one: %s: %s", self._name, type(e).__name__, e)
            return ""


def service(name: str, model: str, timeout: float) -> Service:
    """The captioner that asks OpenAI, Anthropic or Ollama; `timeout` in seconds. Raises EngineError."""
    try:
        ask = {"openai": _openai, "anthropic": _anthropic, "ollama": _ollama}[name](model or MODELS[name], timeout)
    except ImportError as e:
        raise EngineError(f"anime_captioner={name} needs its client: pip install 'avatanime[captions]' ({e}).") from e
    except Exception as e:  # a client without a key says so in an error of its own
        raise EngineError(f"anime_captioner={name} cannot be set up: {e}") from e
    log.warning("Pictures of faces are sent to %s for captions (anime_captioner).", name)
    return Service(name, ask)


def _openai(model: str, timeout: float) -> Callable[[bytes], str]:
    from openai import OpenAI

    client = OpenAI(timeout=timeout, max_retries=0)

    def ask(jpeg: bytes) -> str:
        picture: Any = {
            "type": "image_url",
            "image_url": {"url": f"data:image/jpeg;base64,{_text(jpeg)}", "detail": "low"},
        }
        content: Any = [{"type": "text", "text": QUESTION}, picture]
        answer = client.chat.completions.create(
            model=model, max_completion_tokens=TOKENS, messages=[{"role": "user", "content": content}]
        )
        return answer.choices[0].message.content or ""

    return ask


def _anthropic(model: str, timeout: float) -> Callable[[bytes], str]:
    from anthropic import Anthropic

    client = Anthropic(timeout=timeout, max_retries=0)

    def ask(jpeg: bytes) -> str:
        source = {"type": "base64", "media_type": "image/jpeg", "data": _text(jpeg)}
        content: Any = [{"type": "image", "source": source}, {"type": "text", "text": QUESTION}]
        answer = client.messages.create(model=model, max_tokens=TOKENS, messages=[{"role": "user", "content": content}])
        return " ".join(block.text for block in answer.content if block.type == "text")

    return ask


def _ollama(model: str, timeout: float) -> Callable[[bytes], str]:
    from ollama import Client

    client = Client(timeout=timeout)

    def ask(jpeg: bytes) -> str:
        message = {"role": "user", "content": QUESTION, "images": [jpeg]}
        answer = client.chat(model=model, messages=[message], options={"num_predict": TOKENS})
        return answer.message.content or ""

    return ask


def _jpeg(picture: Pixels) -> bytes:
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "JPEG", quality=90)
    return out.getvalue()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
