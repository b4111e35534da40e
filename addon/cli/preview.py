"""`avatanime preview`: draw photos to files, without a proxy."""

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Annotated

import typer

from addon.settings import Settings, read
from avatanime.errors import SettingError

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".gif", ".webp"})
"""What is taken for a picture in a folder."""


def preview(
    photos: Annotated[list[Path], typer.Argument(help="Pictures, or folders of pictures.", exists=True)],
    out: Annotated[Path, typer.Option(help="A file (one photo) or a folder (it is made).")],
    size: Annotated[int, typer.Option(help="Longer side of the result in pixels.", min=16, max=1024)] = 400,
    engine: Annotated[str, typer.Option(help="Which engine draws: cel or instantid.")] = "cel",
    style: Annotated[str, typer.Option(help="Drawing style; auto picks one that suits each picture.")] = "auto",
    no_face: Annotated[str, typer.Option(help="Pictures without a face: leave or cel.")] = "cel",
    set_: Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Any other setting.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a photo on stdout.")] = False,
) -> None:
    """Draw each photo and say what became of it."""
    settings = Settings.parse({"engine": engine, "style": style, "no_face": no_face} | read(set_ or []))
    sources = list(_pictures(photos))
    if not sources:
        raise SettingError("There are no pictures in what was named: give JPEG, PNG, GIF or WebP files.")
    single = len(sources) == 1 and out.suffix.lower() == ".png"
    if not single and out.exists() and not out.is_dir():
        raise SettingError(f"{out} is a file, but there are {len(sources)} photos: name a folder.")
    _draw_all(sources, out, single, size, settings, as_json)


def _pictures(photos: list[Path]) -> Iterator[Path]:
    """The files that were named, and the pictures in the folders that were named."""
    for path in photos:
        if path.is_dir():
            yield from sorted(p for p in path.iterdir() if p.suffix.lower() in SUFFIXES)
        else:
            yield path


def _draw_all(sources: list[Path], out: Path, single: bool, size: int, settings: Settings, as_json: bool) -> None:
    from PIL import Image, ImageOps

    from engine import Tier, create
    from engine.drawing import Brief, draw

    drawer = create(settings.engine, settings.for_engine)
    drawer.warm()
    brief = Brief(Tier.for_size(size), settings.no_face)
    (out.parent if single else out).mkdir(parents=True, exist_ok=True)
    names = _unique_names(sources)
    for source in sources:
        drawing = draw(drawer, [source.read_bytes()], brief)[0]
        target: Path | None = None
        if drawing.png:
            target = out if single else out / names[source]
            with Image.open(BytesIO(drawing.png)) as master:
                picture = ImageOps.contain(master, (size, size), Image.Resampling.LANCZOS)
            picture.save(target, "PNG")
        row = {
            "photo": str(source),
            "outcome": drawing.outcome,
            "reason": drawing.reason,
            "ms": round(drawing.ms, 1),
            "out": str(target) if target else None,
        }
        print(json.dumps(row) if as_json else _sentence(row), flush=True)
    drawer.close()


def _unique_names(sources: list[Path]) -> dict[Path, str]:
    """A PNG name a source; sources of the same stem get a number, so that none overwrites another."""
    taken: set[str] = set()
    names: dict[Path, str] = {}
    for source in sources:
        name, number = f"{source.stem}.png", 2
        while name.lower() in taken:
            name, number = f"{source.stem}-{number}.png", number + 1
        taken.add(name.lower())
        names[source] = name
    return names


def _sentence(row: dict[str, object]) -> str:
    if row["out"] is None:
        return f"{row['photo']}: left as it is ({row['reason']})"
    return f"{row['photo']}: {row['outcome']} in {row['ms']} ms -> {row['out']}"
