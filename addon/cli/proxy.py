"""`avatanime proxy`: the system's proxy setting, on, off, as it was before."""

import shlex
from typing import TYPE_CHECKING, Annotated

import typer

from avatanime.home import home

if TYPE_CHECKING:
    from certs.system_proxy import Change, SystemProxy

app = typer.Typer(
    no_args_is_help=True, help="Have the whole desktop use the proxy for avatars (a PAC file), and undo that."
)

Port = Annotated[int, typer.Option(help="The port of `avatanime run`.", min=1, max=65535)]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")]


@app.command()
def on(port: Port = 8080, dry_run: DryRun = False) -> None:
    """Have the desktop fetch avatars, and only them, through the proxy. The earlier setting is remembered."""
    _tell(_here().on(pac_url(port), dry=dry_run), dry_run)


@app.command()
def off(dry_run: DryRun = False) -> None:
    """Put the desktop's proxy setting back as it was before `on`."""
    _tell(_here().off(dry=dry_run), dry_run)


@app.command()
def show() -> None:
    """Show the desktop's setting, as far as `on` and `off` touch it."""
    here = _here()
    for key, value in here.setting().items():
        print(f"{here.desktop.label}  {key}: {'not set' if value is None else value}")


def pac_url(port: int) -> str:
    """Where the proxy on that port serves its PAC file."""
    return f"http://127.0.0.1:{port}/proxy.pac"


def _here() -> "SystemProxy":
    from certs.system_proxy import SystemProxy

    return SystemProxy.here(home().certs)


def _tell(change: "Change", dry_run: bool) -> None:
    print(change.says)
    for command in change.commands:
        print(f"    {shlex.join(command)}")
    if dry_run:
        print("Nothing was done (dry run).")
