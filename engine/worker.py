"""A process that draws: `python -m engine.worker`, started by the studio, spoken to over stdin and stdout.

It reads one frame that says which engine to warm, answers with the engine's description (or the error), then answers
each drawing frame in turn. It ends with its stdin, so it never outlives the process that started it, and may be killed
at any time.
"""

import dataclasses
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any, BinaryIO

import engine
from avatanime.errors import EngineError
from engine import Engine, EngineSettings, Tier, frames
from engine.drawing import Brief, draw

NICENESS = 10
"""Added to the process's niceness, so that the browser beside it scrolls smoothly while a page of avatars is drawn."""

type Frame = tuple[frames.Header, list[bytes]]


def main(create: Callable[[str, EngineSettings], Engine] = engine.create) -> None:
    """Serve one engine until stdin ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    if sys.platform != "win32":  # there the parent sets the priority class
        os.nice(NICENESS)
    incoming, outgoing = _pipes()
    requests: queue.SimpleQueue[Frame] = queue.SimpleQueue()
    listener = threading.Thread(target=_listen, args=(incoming, requests), daemon=True)
    listener.start()
    artist = _warm(requests.get()[0], create, outgoing)
    while artist:
        header, sources = requests.get()
        _answer(artist, header, sources, outgoing)
    listener.join()  # an interpreter that shuts down beside a thread that reads would abort


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    """The parent's ends. What a library prints goes to stderr from here on, where it breaks no frame."""
    outgoing = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return sys.stdin.buffer, outgoing


def _listen(incoming: BinaryIO, requests: "queue.SimpleQueue[Frame]") -> None:
    """Hand on what comes, and end the process the moment the parent is gone, even in the middle of a drawing."""
    try:
        while frame := frames.read(incoming):
            requests.put(frame)
    finally:
        os._exit(0)


def _warm(header: frames.Header, create: Callable[[str, EngineSettings], Engine], outgoing: BinaryIO) -> Engine | None:
    try:
        artist = create(header["engine"], EngineSettings(**header["settings"]))
        artist.warm()
    except Exception as e:
        frames.write(outgoing, _error(e))
        return None
    frames.write(outgoing, {"description": dataclasses.asdict(artist.describe())})
    return artist


def _answer(artist: Engine, header: frames.Header, sources: list[bytes], outgoing: BinaryIO) -> None:
    try:
        drawings = draw(artist, sources, Brief(Tier(header["tier"]), header["no_face"]))
    except Exception as e:
        frames.write(outgoing, _error(e))
        return
    fields = [dataclasses.asdict(drawing) for drawing in drawings]
    pngs = [f.pop("png") for f in fields]
    frames.write(outgoing, {"drawings": fields}, *pngs)


def _error(e: Exception) -> dict[str, Any]:
    """An error as a header: our own messages stand alone, others' need their type's name to be understood."""
    known = isinstance(e, EngineError)
    return {"error": type(e).__name__ if known else "EngineError", "message": str(e) if known else repr(e)}


if __name__ == "__main__":
    main()
