"""`avatanime bench cel`: how long one core takes for a portrait, stage by stage."""

import json
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from avatanime.errors import PhotoError, SettingError

if TYPE_CHECKING:
    from engine import Pixels
    from engine.photo import Photo

ASTRONAUT = Path(__file__).with_name("astronaut.jpg")
"""The picture that is measured where no other is named: see avatars.py."""


def cel(
    photos: Annotated[list[Path] | None, typer.Argument(help="Photos of faces; by default the test picture's.")] = None,
    rounds: Annotated[int, typer.Option(min=1, help="How often each photo is drawn.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Time the cel engine on one thread, warm; photos are drawn in turn, so that a busy moment spoils none."""
    from engine import EngineSettings, Portrait, Tier, create

    pictures = [photo for path in photos or [ASTRONAUT] for photo in variations(path)]
    engine = create("cel", EngineSettings())
    begin = time.perf_counter()
    engine.portray(pictures[:1], Tier.QUALITY)
    first = (time.perf_counter() - begin) * 1e3
    spent, stages = [], dict[str, list[float]]()
    for _ in range(rounds):
        for photo in pictures:
            begin = time.perf_counter()
            outcome = engine.portray([photo], Tier.QUALITY)[0]
            if isinstance(outcome, Portrait):
                spent.append((time.perf_counter() - begin) * 1e3)
                for stage, ms in outcome.stage_ms.items():
                    stages.setdefault(stage, []).append(ms)
    if not spent:
        raise SettingError("No face was found in any of the photos: name others.")
    report = {
        "median_ms": round(statistics.median(spent), 1),
        "first_ms": round(first, 1),
        "portraits": len(spent),
        "stages": {stage: round(statistics.median(ms), 1) for stage, ms in stages.items()},
    }
    typer.echo(json.dumps(report) if as_json else _table(report["stages"], report["median_ms"]))


def variations(path: Path) -> Sequence["Photo"]:
    """A photo, its mirror image, a darker one and a closer one: a little of what faces differ in."""
    import cv2
    import numpy as np

    from engine.photo import Photo, read

    try:
        photo = read(path.read_bytes(), 400)
    except OSError as e:
        raise PhotoError(f"{path} cannot be read: {e.strerror}. Name photos to measure with.") from e
    pixels = photo.pixels
    height, width = pixels.shape[:2]
    closer = pixels[: height * 3 // 4, width // 8 : width * 7 // 8]
    variants: list[Pixels] = [
        pixels,
        np.ascontiguousarray(pixels[:, ::-1]),
        np.rint(pixels * 0.6).astype(np.uint8),
        np.asarray(cv2.resize(closer, (400, 400), interpolation=cv2.INTER_CUBIC), np.uint8),
    ]
    return [Photo(variant, photo.digest) for variant in variants]


def _table(stages: object, median: object) -> str:
    assert isinstance(stages, dict)  # noqa: S101
    rows = [f"{stage:12} {ms:7.1f} ms" for stage, ms in stages.items()]
    return "\n".join([*rows, f"{'portrait':12} {median:7.1f} ms (median)"])
