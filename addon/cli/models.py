"""`avatanime models`: which model files an engine can use, fetching them, checking them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from avatanime.errors import ModelError
from avatanime.home import home

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from engine.hub import Progress as Told
    from engine.models import Part

app = typer.Typer(no_args_is_help=True, help="Model files: which there are, fetching and checking them.")

ENGINES = ("cel", "instantid")
"""Engines whose models can be pulled; each states its files in `engine.<name>.parts.PARTS`."""

Engine = Annotated[str, typer.Argument(help=f"Whose models: {' or '.join(ENGINES)}.", metavar="ENGINE")]
Folder = Annotated[Path | None, typer.Option("--dir", help="Where they lie, if not below AVATANIME_HOME.")]


@app.command("list")
def list_parts(engine: Engine, folder: Folder = None) -> None:
    """The parts of an engine's models: size, whether they are there, terms, source. * pulled by name only."""
    from engine.models import present

    where = _folder(engine, folder)
    for part in _parts(engine):
        name, state = part.name + "*" * (not part.needed), "here" if present(where, part) else "absent"
        print(f"{name:14} {_size(part.gigabytes):>7}  {state:6}  {part.licence}; {part.repo}")


@app.command()
def pull(
    engine: Engine,
    parts: Annotated[list[str] | None, typer.Argument(help="Which parts; the needed ones if none is named.")] = None,
    folder: Folder = None,
    fp16: Annotated[bool, typer.Option("--fp16", help="fp16 files where there are any: half the size.")] = False,
) -> None:
    """Fetch models from the hub (HF_ENDPOINT and HF_TOKEN are honoured); goes on where an earlier pull stopped.

    Each file is checked against the hash that the hub states, which is recorded and checked again by `verify`.
    """
    from engine.hub import Hub
    from engine.models import order
    from engine.models import pull as fetch

    chosen = _chosen(engine, parts or [])
    where = _folder(engine, folder)
    with Hub() as hub:
        orders = order(hub, chosen, half=fp16)
        for one in orders:
            typer.echo(f"{one.part.name}: {_size(one.size / 1e9)}, {one.part.licence}; {one.part.repo}", err=True)
        with _bars() as bars:
            fetch(hub, orders, where, _teller(bars))
    print(where)


def _teller(bars: "Progress") -> "Told":
    """What moves the bar of each file."""
    tasks: dict[str, TaskID] = {}

    def told(file: str, done: int, size: int) -> None:
        if file not in tasks:
            tasks[file] = bars.add_task(file)
        bars.update(tasks[file], completed=done, total=size or None)

    return told


@app.command()
def verify(engine: Engine, folder: Folder = None) -> None:
    """Hash everything that was pulled; exits 1 and names what is missing or altered."""
    from engine.models import verify as check

    where = _folder(engine, folder)
    faults = check(where)
    for fault in faults:
        print(f"{fault.path}: {fault.what}")
    if faults:
        raise ModelError(
            f"{len(faults)} files in {where} are not what was pulled: run `avatanime models pull {engine}`."
        )
    print(f"{where}: all as it was pulled")


def _parts(engine: str) -> "tuple[Part, ...]":
    match engine:
        case "cel":
            from engine.cel.parts import PARTS as CEL_PARTS

            return CEL_PARTS
        case "instantid":
            from engine.instantid.parts import PARTS as INSTANTID_PARTS

            return INSTANTID_PARTS
    raise ModelError(f"There are no models for an engine {engine!r}: choose {' or '.join(ENGINES)}.")


def _chosen(engine: str, names: list[str]) -> "list[Part]":
    parts = {part.name: part for part in _parts(engine)}
    if unknown := [name for name in names if name not in parts]:
        raise ModelError(f"{engine} has no part {', '.join(unknown)}: choose from {', '.join(parts)}.")
    return [parts[name] for name in names] if names else [part for part in parts.values() if part.needed]


def _bars() -> "Progress":
    """A bar a file, on stderr."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True))


def _folder(engine: str, folder: Path | None) -> Path:
    return folder.expanduser() if folder else home().models / engine


def _size(gigabytes: float) -> str:
    return f"{gigabytes:.1f} GB" if gigabytes >= 0.1 else f"{gigabytes * 1000:.0f} MB"
