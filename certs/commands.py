"""The one place where this room starts another program; tests put a recorder here."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from avatanime.errors import TrustError

type Argv = tuple[str, ...]
"""A program and its arguments; no shell is ever involved."""
type Run = Callable[[Argv], Outcome]
"""Runs a program to its end. Raises TrustError if there is no such program."""

PATIENCE = 300
"""Seconds a command may take: somebody may have to find their password for sudo or the keychain first."""
PACKAGES = {
    "certutil": "install the NSS tools (Debian: libnss3-tools, Fedora: nss-tools, Arch: nss, macOS: brew install nss)",
    "gsettings": "install libglib2.0-bin",
    "sudo": "install sudo, or run this command as root",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a program ended and what it printed."""

    code: int
    out: str = ""
    err: str = ""


def run(argv: Argv) -> Outcome:
    """Run a program with English messages and nothing on its standard input.

    Raises TrustError if it is not installed or does not come to an end.
    """
    try:
        done = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PATIENCE,
            check=False,
            env=os.environ | {"LC_ALL": "C"},
        )
    except FileNotFoundError:
        how = PACKAGES.get(argv[0], "install it")
        raise TrustError(f"{argv[0]} is needed and not installed: {how}.") from None
    except (OSError, subprocess.TimeoutExpired) as e:
        raise TrustError(f"`{shlex.join(argv)}` did not run to its end ({e}): run it by hand to see why.") from e
    return Outcome(done.returncode, done.stdout, done.stderr)


def carry_out(commands: Iterable[Argv], run: Run) -> None:
    """Run them in order. Raises TrustError at the first that fails, with what it said."""
    for argv in commands:
        done = run(argv)
        if done.code:
            said = " ".join((done.err or done.out).split()) or f"exit code {done.code}"
            raise TrustError(f"`{shlex.join(argv)}` failed: {said}")


def as_root(argv: Argv) -> Argv:
    """The command, through sudo unless this is root already."""
    if sys.platform == "win32" or os.geteuid() == 0:
        return argv
    return ("sudo", *argv)


def installed(program: str) -> bool:
    """Whether the program can be found."""
    return shutil.which(program) is not None
