"""`avatanime bench flops`: what a portrait costs in arithmetic, by recipe, at full size; needs no GPU and no models."""

import json
from typing import Annotated, Any

import typer

from avatanime.errors import EngineError

BASELINES = ("first-version", "writeup")


def flops(
    recipe: Annotated[list[str] | None, typer.Option(help="Only these recipes, besides the baselines.")] = None,
    tflops: Annotated[list[float] | None, typer.Option(help="TFLOP/s a GPU really reaches; implies times.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Count the arithmetic of every recipe, caption to pixels, on networks of full size without contents."""
    try:
        from engine.instantid.cost import FullSize
    except ImportError as e:
        raise EngineError(f"Counting needs the networks' code: pip install 'avatanime[diffusion]' ({e}).") from e
    from engine.instantid.recipes import RECIPES, parse

    for name in recipe or []:
        parse(name)  # an unknown name is an error that lists the known ones
    names = [name for name in RECIPES if not recipe or name in recipe or name in BASELINES]
    full = FullSize()
    rows = {name: row(full.cost(RECIPES[name]), tflops or [20, 50, 100, 200, 400]) for name in names}
    for one in rows.values():
        one["of_writeup"] = round(one["tflop"] / rows["writeup"]["tflop"], 4)
    typer.echo(json.dumps({"recipes": rows}) if as_json else _table(rows))


def row(stages: dict[str, float], speeds: list[float]) -> dict[str, Any]:
    """TFLOP in all and by stage, and seconds at each speed (TFLOP/s)."""
    total = sum(stages.values())
    return {
        "tflop": round(total, 3),
        "stages": {stage: round(cost, 4) for stage, cost in stages.items()},
        "seconds_at": {f"{speed:g}": round(total / speed, 4) for speed in speeds},
    }


def _table(rows: dict[str, dict[str, Any]]) -> str:
    lines = [f"{'recipe':<14} {'TFLOP':>8} {'of writeup':>11}"]
    lines += [f"{name:<14} {one['tflop']:>8} {one['of_writeup']:>11}" for name, one in rows.items()]
    return "\n".join(lines)
