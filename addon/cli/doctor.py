"""`avatanime doctor`: is everything in order, and if not, how to mend it."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from avatanime.home import home


def doctor(
    port: Annotated[int, typer.Option(help="The port of `avatanime run`.", min=1, max=65535)] = 8080,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a finding on stdout.")] = False,
) -> None:
    """Check Python, engine, certificate, trust, proxy and browsers; exits 1 if something must be mended."""
    from addon.checks import State, examine

    marks = {State.GOOD: "ok  ", State.NOTE: "note", State.BAD: "BAD "}
    bad = 0
    for finding in examine(home(), port):
        bad += finding.state is State.BAD
        if as_json:
            print(json.dumps(asdict(finding)), flush=True)
            continue
        print(f"{marks[finding.state]}  {finding.check:12}  {finding.says}", flush=True)
        if finding.mend:
            print(f"{'':20}-> {finding.mend}", flush=True)
    if bad:
        raise typer.Exit(1)
