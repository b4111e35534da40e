"""`avatanime sweep`: one photo drawn with many settings, side by side on a labelled sheet."""

import itertools
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from addon.settings import Settings, read
from avatanime.errors import PhotoError, SettingError

if TYPE_CHECKING:
    from PIL import Image

MOST = 400
"""Pictures on a sheet."""
CELL = 256
"""Side of a picture on the sheet, in pixels."""
MARGIN = 22
"""Height of a label, in pixels."""

Values = Annotated[str | None, typer.Option(help="FIRST:LAST:COUNT, or values with commas between.")]


def sweep(
    photo: Annotated[Path, typer.Argument(help="A picture with a face.", exists=True, dir_okay=False)],
    out: Annotated[Path, typer.Argument(help="The sheet: a PNG file.")],
    recipe: Annotated[str, typer.Option(help="The recipe to start from.")] = "writeup",
    guidance: Values = None,
    steps: Values = None,
    ip_scale: Values = None,
    control_scale: Values = None,
    eta: Values = None,
    set_: Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Any other setting.")] = None,
) -> None:
    """Draw a photo with every combination of the values given: the first that varies goes down, the others across."""
    from PIL import Image

    from engine import Tier
    from engine.instantid import InstantIDEngine
    from engine.photo import read as read_photo

    given = {"guidance": guidance, "steps": steps, "ip_scale": ip_scale, "control_scale": control_scale, "eta": eta}
    axes = {name: spread(text, whole=name == "steps") for name, text in given.items() if text}
    if not axes:
        raise SettingError("Nothing varies: give at least one of --guidance, --steps, --ip-scale, ... a range.")
    combinations: list[dict[str, Any]] = [
        dict(zip(axes, values, strict=True)) for values in itertools.product(*axes.values())
    ]
    if len(combinations) > MOST:
        raise SettingError(f"That makes {len(combinations)} pictures; a sheet has room for {MOST}.")
    settings = Settings.parse(read(set_ or []) | {"engine": "instantid", "recipe": recipe})
    engine = InstantIDEngine(settings.for_engine)
    base = engine.plan.recipes[Tier.QUALITY]
    recipes = [replace(base, **changes) for changes in combinations]  # each is checked before anything is loaded
    try:
        source = read_photo(photo.read_bytes())
    except OSError as e:
        raise PhotoError(f"{photo} cannot be read: {e.strerror}.") from e
    engine.warm()
    pictures: list[Image.Image] = []
    for number, one in enumerate(recipes, 1):
        outcome = engine.portray_by(one, [source])[0]
        if not hasattr(outcome, "pixels"):
            raise PhotoError(f"There is no face in {photo}: choose another picture.")
        pictures.append(Image.fromarray(outcome.pixels))
        print(f"{number} of {len(recipes)}: {label(combinations[number - 1])}", file=sys.stderr)
    engine.close()
    across = len(combinations) // len(next(iter(axes.values())))
    sheet(pictures, [label(c) for c in combinations], across).save(out, "PNG")
    print(out)


def spread(text: str, *, whole: bool = False) -> list[float]:
    """`1:9:10` is ten values from 1 to 9; `4,8` is these two. Raises SettingError."""
    try:
        if ":" in text:
            first, last, count = (float(x) for x in text.split(":"))
            number = int(count)
            if number != count or not 1 <= number <= MOST:
                raise ValueError
            values = [first + (last - first) * i / max(1, number - 1) for i in range(number)]
        else:
            values = [float(x) for x in text.split(",")]
        return list(dict.fromkeys(round(v) if whole else round(v, 4) for v in values))
    except (ValueError, OverflowError) as e:
        raise SettingError(f"{text!r} is no range: give FIRST:LAST:COUNT or values with commas between.") from e


def label(changes: Mapping[str, float]) -> str:
    """What is written over a picture."""
    return ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in changes.items())


def sheet(pictures: "list[Image.Image]", labels: list[str], across: int) -> "Image.Image":
    """The pictures in rows, each below its label."""
    from PIL import Image, ImageDraw

    down = -(-len(pictures) // across)
    whole = Image.new("RGB", (across * CELL, down * (CELL + MARGIN)), "white")
    draw = ImageDraw.Draw(whole)
    for i, (picture, text) in enumerate(zip(pictures, labels, strict=True)):
        x, y = i % across * CELL, i // across * (CELL + MARGIN)
        draw.text((x + 4, y + 4), text, fill="black")
        whole.paste(picture.resize((CELL, CELL), Image.Resampling.LANCZOS), (x, y + MARGIN))
    return whole
