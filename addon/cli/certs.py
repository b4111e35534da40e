"""`avatanime certs`: what is trusted, and where; into the trust stores and out of them again."""

import shlex
import sys
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from avatanime.home import home

if TYPE_CHECKING:
    from certs.authority import Identity
    from certs.trust import Step, Trust

app = typer.Typer(
    no_args_is_help=True, help="The certificate that browsers are asked to trust: show, install, undo, renew."
)


class Kind(StrEnum):
    """What `--store` may name."""

    SYSTEM = "system"
    CHROME = "chrome"
    FIREFOX = "firefox"


Stores = Annotated[
    list[Kind] | None, typer.Option("--store", help="Only these trust stores (may be given several times).")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")]


@app.command()
def show() -> None:
    """Show the certificate, how long it lasts, what it may vouch for, and which stores trust it."""
    from certs import authority, trust

    identity = authority.read(home().certs)
    describe(identity)
    anchor = trust.anchor(identity)
    for store in trust.find():
        print(f"{'trusted' if store.is_trusted(anchor) else 'not trusted':11}  {store.label}")


@app.command()
def install(stores: Stores = None, dry_run: DryRun = False) -> None:
    """Have the trust stores of this user trust the certificate; one that it replaces is removed."""
    from addon.sites import CERTIFIED
    from certs import authority, trust

    identity = authority.read(home().certs) if dry_run else authority.ensure(home().certs, CERTIFIED)
    describe(identity)
    anchor, kinds = trust.anchor(identity), _names(stores)
    _go_through(lambda dry: _trust().install(anchor, kinds, dry=dry), dry_run)
    if not dry_run:
        print("Undo all of it with: avatanime certs uninstall")


@app.command()
def uninstall(stores: Stores = None, dry_run: DryRun = False) -> None:
    """Undo exactly what `install` did, and nothing else."""
    kinds = _names(stores)
    if not _go_through(lambda dry: _trust().uninstall(kinds, dry=dry), dry_run):
        print("Nothing to undo: no trust store holds a certificate that avatanime added.")


@app.command()
def renew(dry_run: DryRun = False) -> None:
    """Make a new certificate and replace the old one wherever it is trusted."""
    from addon.sites import CERTIFIED
    from certs import authority, trust

    if dry_run:
        print(
            f"Would make a new authority and leaf for {', '.join(CERTIFIED)} in {home().certs}, and replace the old in:"
        )
        _go_through(lambda dry: _trust().uninstall(dry=dry), dry_run)
        return
    identity = authority.renew(home().certs, CERTIFIED)
    describe(identity)
    kinds = _trust().kinds_installed()
    if kinds:
        anchor = trust.anchor(identity)
        _go_through(lambda dry: _trust().install(anchor, kinds, dry=dry), dry_run=False)
    else:
        print("No trust store held the old one. To trust the new one: avatanime certs install")
    print("Restart `avatanime run` if it is running: it still shows the old certificate.")


def describe(identity: "Identity") -> None:
    """Print what the certificate is; what needs attention goes to stderr."""
    print(f"certificate  {identity.ca_pem}")
    print(f"name         {identity.name}")
    print(f"SHA-256      {identity.fingerprint}")
    print(f"valid until  {identity.not_after:%Y-%m-%d}")
    print(f"only for     {', '.join(identity.hosts)} (and their subdomains)")
    if identity.renewed:
        print(f"avatanime: made a new certificate, as {identity.reason}.", file=sys.stderr)
    if warning := identity.warning():
        print(f"avatanime: {warning}.", file=sys.stderr)


def _trust() -> "Trust":
    from certs import trust

    return trust.Trust(home().certs, trust.find())


def _names(stores: list[Kind] | None) -> list[str]:
    return [kind.value for kind in stores or ()]


def _go_through(steps: "Callable[[bool], Iterator[Step]]", dry_run: bool) -> int:
    """Say what will be done, then do it, store by store; how many steps there were. Exits 1 if one failed."""
    planned = list(steps(True))
    for step in planned:
        print(f"\n{step.plan.says}")
        for command in step.plan.commands:
            print(f"    {shlex.join(command)}")
    print(flush=True)
    failed = [step for step in (planned if dry_run else steps(False)) if step.trouble]
    for step in failed:
        print(f"avatanime: {step.trouble}", file=sys.stderr)
    if failed:
        raise typer.Exit(1)
    if planned:
        print("Nothing was done (dry run)." if dry_run else "Done.")
    return len(planned)
