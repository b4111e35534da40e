"""`avatanime bench engine`: what the instantid engine does on this computer, stage by stage and batch by batch."""

import json
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from addon.bench.cel import ASTRONAUT
from addon.settings import Settings, read
from avatanime.errors import PhotoError

if TYPE_CHECKING:
    from engine import Tier
    from engine.instantid import InstantIDEngine
    from engine.photo import Photo

BATCHES = (1, 2, 4, 8)


def engine(
    photo: Annotated[Path, typer.Argument(help="A photo of a face; by default the test picture.")] = ASTRONAUT,
    rounds: Annotated[int, typer.Option(min=1, help="How often each batch is drawn.")] = 5,
    tier: Annotated[list[str] | None, typer.Option(help="Only these tiers.")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Any other setting.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Time the instantid engine, warm: medians of each stage, portraits a second by batch, peak memory."""
    from engine import Tier
    from engine.instantid import InstantIDEngine
    from engine.photo import read as read_photo

    try:
        source = read_photo(photo.read_bytes())
    except OSError as e:
        raise PhotoError(f"{photo} cannot be read: {e.strerror}. Name a photo to measure with.") from e
    settings = Settings.parse({"batch": max(BATCHES)} | read(set_ or []) | {"engine": "instantid"})
    artist = InstantIDEngine(settings.for_engine)
    begin = time.perf_counter()
    artist.warm()
    report: dict[str, Any] = {"load_s": round(time.perf_counter() - begin, 2), "tiers": {}}
    for one in Tier:
        if not tier or one.value in tier:
            report["tiers"][one.value] = measure(artist, source, one, settings.batch, rounds)
    description = artist.describe()
    report |= {"device": description.device, "peak_mb": round(description.memory_mb, 1)}
    artist.close()
    typer.echo(json.dumps(report) if as_json else _table(report))


def measure(artist: "InstantIDEngine", photo: "Photo", tier: "Tier", most: int, rounds: int) -> dict[str, Any]:
    """One tier: stages of a single portrait in ms, PNG included, and portraits a second by batch."""
    from dataclasses import asdict

    from engine import Portrait
    from engine.drawing import png

    stages: dict[str, list[float]] = {}
    rates: dict[str, float] = {}
    for batch in (b for b in BATCHES if b <= most):
        spent: list[float] = []
        artist.portray([photo] * batch, tier)  # compiled code and caches are warm after this
        for _ in range(rounds):
            begin = time.perf_counter()
            outcome = artist.portray([photo] * batch, tier)[0]
            spent.append(time.perf_counter() - begin)
            if not isinstance(outcome, Portrait):
                raise PhotoError("There is no face in the photo: name another.")
            if batch == 1:
                begin = time.perf_counter()
                png(outcome.pixels)
                encoding = {"png": (time.perf_counter() - begin) * 1e3}
                for stage, ms in (dict(outcome.stage_ms) | encoding).items():
                    stages.setdefault(stage, []).append(ms)
        rates[str(batch)] = round(batch / statistics.median(spent), 3)
    return {
        "recipe": asdict(artist.plan.recipes[tier]),
        "stages_ms": {stage: round(statistics.median(ms), 2) for stage, ms in stages.items()},
        "portraits_per_s": rates,
    }


def _table(report: dict[str, Any]) -> str:
    lines = [f"{report['device']}: loaded in {report['load_s']} s, peak memory {report['peak_mb']} MB"]
    for tier, found in report["tiers"].items():
        stages = ", ".join(f"{stage} {ms} ms" for stage, ms in found["stages_ms"].items())
        rates = ", ".join(f"{rate}/s at {batch}" for batch, rate in found["portraits_per_s"].items())
        lines += [f"{tier}: {stages}", f"{'':{len(tier)}}  {rates}"]
    return "\n".join(lines)
