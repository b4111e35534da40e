"""`avatanime`: the command line. Each command is a module beside this one."""

import sys
from typing import Annotated

import typer

from addon.cli import bench, cache, certs, models, proxy
from addon.cli.browse import browse
from addon.cli.doctor import doctor
from addon.cli.preview import preview
from addon.cli.prewarm import prewarm
from addon.cli.run import run
from addon.cli.sheet import sheet
from addon.cli.sweep import sweep
from avatanime import __version__
from avatanime.errors import AvatanimeError

app = typer.Typer(
    name="avatanime",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.command()(run)
app.command()(preview)
app.command(context_settings={"allow_extra_args": True})(browse)
app.command()(sheet)
app.command()(sweep)
app.command()(doctor)
app.command()(prewarm)
app.add_typer(bench.app, name="bench")
app.add_typer(cache.app, name="cache")
app.add_typer(certs.app, name="certs")
app.add_typer(models.app, name="models")
app.add_typer(proxy.app, name="proxy")


def _tell(asked: bool) -> None:
    if asked:
        print(f"avatanime {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_tell, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Twitter/X avatars as anime portraits of the same people."""


def main() -> None:
    """Run the command line; an error of ours is one line on stderr and exit code 1."""
    try:
        app()
    except AvatanimeError as e:
        print(f"avatanime: {e}", file=sys.stderr)
        raise SystemExit(1) from None
