"""`avatanime cache`: how full the portrait store is, and emptying it."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from addon.settings import Settings
from avatanime.home import home

if TYPE_CHECKING:
    from cache.portraits import Portraits

app = typer.Typer(no_args_is_help=True, help="The portraits that are kept.")


@app.command()
def stats(as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False) -> None:
    """How many drawings are kept (pictures that are left alone count too), and the room they take."""
    store = _open()
    figures = store.stats()
    store.close()
    if as_json:
        print(json.dumps({"folder": str(home().cache), **asdict(figures)}))
        return
    print(f"{figures.portraits:,} drawings kept, {figures.avatars:,} avatars known, {figures.disk / 2**20:.1f} MiB")
    print(home().cache)


@app.command()
def clear() -> None:
    """Forget every portrait. A proxy that runs forgets those it has in memory with `anime.clear`."""
    store = _open()
    count = store.clear()
    store.close()
    print(f"Forgot {count:,} drawings.")


def _open() -> "Portraits":
    from cache.portraits import Portraits

    return Portraits(home().cache, Settings.parse({}).cache_size * 2**20)
