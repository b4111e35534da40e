"""`avatanime prewarm`: draw avatars ahead of time, so that the proxy answers them from the cache."""

import asyncio
import contextlib
import json
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from addon.settings import Settings, read
from avatanime.errors import AvatanimeError, SettingError

if TYPE_CHECKING:
    from rich.progress import Progress, Task

    from addon.making import Made
    from addon.polite import PoliteFetcher
    from addon.sites import Avatar
    from addon.workshop import Workshop
    from cache.prewarm import Tally, Wanted
    from engine import Tier

KEPT = "kept"
"""The outcome of an avatar for which there was nothing to do."""
_SAID = {
    "portrait": "drawn",
    "cel": "without a face, restyled",
    "left": "left as they are",
    KEPT: "in the cache already",
}


def prewarm(
    sources: Annotated[
        list[str],
        typer.Argument(
            help="Avatar URLs, lists of them, HAR or mitmproxy flow files, folders of pictures; - is standard input."
        ),
    ],
    tiers: Annotated[str, typer.Option(help="Comma-separated: draft (timelines), standard, quality.")] = "draft",
    engine: Annotated[str, typer.Option(help="Which engine draws: cel or instantid.")] = "cel",
    style: Annotated[str, typer.Option(help="Drawing style; auto picks one that suits each picture.")] = "auto",
    no_face: Annotated[str, typer.Option(help="Pictures without a face: leave or cel.")] = "cel",
    set_: Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Any other setting.")] = None,
    pause: Annotated[float, typer.Option(help="Seconds between two fetches.", min=0)] = 0.1,
    via: Annotated[str, typer.Option(help="Fetch through this proxy, such as http://proxy:3128.")] = "",
    upstream_ca: Annotated[Path | None, typer.Option(help="Authorities to trust upstream (PEM).", exists=True)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object an avatar on stdout.")] = False,
) -> None:
    """Draw avatars ahead of time. Goes on where it was stopped; engine and style must be those of `avatanime run`."""
    from cache.prewarm import Tally, gather

    settings = Settings.parse({"engine": engine, "style": style, "no_face": no_face} | read(set_ or []))
    tally = Tally()
    wanted = gather(sources, sys.stdin.buffer.read, _recognise, _is_ours, tally)
    chosen = _tiers(tiers)
    try:
        asyncio.run(_warm(wanted, chosen, settings, tally, _fetcher(wanted, upstream_ca, pause), via, as_json))
    except KeyboardInterrupt:
        print("Stopped. What was drawn is kept: the same command goes on from here.", file=sys.stderr)
        raise typer.Exit(130) from None
    _conclude(tally)


def _tiers(text: str) -> "tuple[Tier, ...]":
    from engine import Tier

    try:
        return tuple(dict.fromkeys(Tier(name.strip()) for name in text.split(",")))
    except ValueError as e:
        raise SettingError(f"--tiers takes {', '.join(Tier)}, comma-separated; not {text!r}.") from e


def _recognise(host: str, path: str) -> "Avatar | None":
    from addon.sites import recognise

    return recognise(host, path)


def _is_ours(etag: str) -> bool:
    """Whether a recorded answer came from this proxy."""
    return etag.startswith('"anime-')


def _fetcher(wanted: "list[Wanted[Avatar]]", upstream_ca: Path | None, pause: float) -> "PoliteFetcher":
    from addon.polite import PoliteFetcher
    from addon.source import Trust

    recorded = {url: load for one in wanted for url, load in one.bodies.items()}
    return PoliteFetcher(Trust(str(upstream_ca) if upstream_ca else None), recorded, pause)


async def _warm(
    wanted: "list[Wanted[Avatar]]",
    tiers: "tuple[Tier, ...]",
    settings: Settings,
    tally: "Tally",
    fetcher: "PoliteFetcher",
    via: str,
    as_json: bool,
) -> None:
    from addon.workshop import Plan, Workshop
    from cache.prewarm import warm

    if not wanted:
        return
    workshop = Workshop(Plan.of(settings), settings, fetcher)
    at_once = 2 + (settings.workers or os.cpu_count() or 1)
    try:
        with _quiet(), _progress() as progress:
            bar = progress.add_task("Prewarming", total=len(wanted))

            def report(one: "Wanted[Avatar]", outcome: str) -> None:
                progress.advance(bar)
                if as_json:
                    print(json.dumps({"avatar": one.where, "outcome": outcome or "failed"}), flush=True)

            await warm(wanted, lambda one: _make(workshop, one, tiers, via), at_once, tally, report)
    finally:
        workshop.close()
        await fetcher.close()


async def _make(workshop: "Workshop", one: "Wanted[Avatar]", tiers: "tuple[Tier, ...]", via: str) -> str:
    """Draw one avatar or picture in every tier and say what came of it."""
    from addon.source import Source

    if one.avatar is None:
        assert one.picture is not None  # noqa: S101  # by the meaning of Wanted
        source = Source("", await asyncio.to_thread(one.picture), ())
        made = [await workshop.maker.draw_from(source, tier) for tier in tiers]
    else:
        made = [await _make_avatar(workshop, one, one.avatar, tier, via) for tier in tiers]
    return KEPT if all(each.note == "cached" for each in made) else made[-1].look


async def _make_avatar(workshop: "Workshop", one: "Wanted[Avatar]", avatar: "Avatar", tier: "Tier", via: str) -> "Made":
    """Through the proxy's own maker, so that the proxy finds it where it looks."""
    from addon.replies import Request
    from addon.source import Source
    from avatanime import __version__

    parts = urlsplit(avatar.source_urls[0])
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    agent = (b"user-agent", f"avatanime/{__version__}".encode())
    request = Request("GET", parts.netloc, path, (agent,), "", via)
    spare = next((Source(url, load(), ()) for url, load in one.bodies.items()), None)
    return await workshop.maker.make(avatar, tier, request, spare)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """No log lines between the bar's: each failure is said at the end."""
    log = logging.getLogger("addon")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(level)


def _progress() -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        """Avatars a second."""

        def render(self, task: "Task") -> Text:
            speed = task.finished_speed or task.speed
            return Text(f"{speed:.1f}/s" if speed else "")

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True))


def _conclude(tally: "Tally") -> None:
    """Say what became of it all; a failure makes the command fail."""
    counts = [f"{tally.outcomes[outcome]} {said}" for outcome, said in _SAID.items() if tally.outcomes[outcome]]
    print(f"{', '.join(counts) or 'Nothing was drawn'}.", file=sys.stderr)
    for where, why in tally.failures:
        print(f"failed: {where}: {why}", file=sys.stderr)
    if tally.failures:
        raise AvatanimeError(f"{len(tally.failures)} of them failed; the same command tries only these again.")
