"""`avatanime sheet`: photos and their portraits side by side, to judge the drawing by eye."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from avatanime.errors import PhotoError, SettingError

if TYPE_CHECKING:
    from PIL.Image import Image

    from engine import Pixels
    from engine.cel.frame import View
    from engine.cel.parse import Regions
    from engine.cel.perceive import Face

SIDE, SMALL = 400, 48
_GAP = 8
_PAPER = (255, 255, 255)


def sheet(
    pictures: Annotated[list[Path], typer.Argument(metavar="PHOTO... OUT.png", help="Photos, then the file to write.")],
    style: Annotated[str, typer.Option(help="A drawing style, auto, or all for every one beside the other.")] = "auto",
    columns: Annotated[int, typer.Option(min=1, help="Photos in a row.")] = 3,
    face_only: Annotated[bool, typer.Option("--face-only", help="Mask all but the face and the hair.")] = False,
) -> None:
    """Draw a contact sheet: each photo and its portrait at 400 pixels, and both at 48 as a timeline shows them."""
    from PIL import Image

    from engine import Tier

    *photos, out = pictures
    if not photos:
        raise SettingError("A sheet needs at least one photo and the file to write: avatanime sheet PHOTO... OUT.png.")
    tiles = [_tile(path, style, face_only) for path in photos]
    width, height = tiles[0].size
    columns = min(columns, len(tiles))
    rows = -(-len(tiles) // columns)
    page = Image.new("RGB", (columns * (width + _GAP) - _GAP, rows * (height + _GAP) - _GAP), _PAPER)
    for i, tile in enumerate(tiles):
        page.paste(tile, ((i % columns) * (width + _GAP), (i // columns) * (height + _GAP)))
    page.save(out)
    typer.echo(f"{len(tiles)} photos on {out}; the small pictures are drawn for {Tier.for_size(SMALL)}", err=True)


def _tile(path: Path, style: str, face_only: bool) -> "Image":
    """One photo and its portraits in a row, the large ones above the small."""
    from PIL import Image

    from engine import EngineSettings, Left, Tier, create
    from engine.cel.frame import square
    from engine.cel.styles import STYLES
    from engine.photo import read

    try:
        photo = read(path.read_bytes())
    except OSError as e:
        raise PhotoError(f"{path} cannot be read: {e.strerror}.") from e
    original = square(photo.pixels)
    large, small = [original], [original]
    for name in STYLES if style == "all" else [style]:
        engine = create("cel", EngineSettings(style=name))
        for tier, row in ((Tier.QUALITY, large), (Tier.DRAFT, small)):
            outcome = engine.portray([photo], tier)[0]
            row.append(original if isinstance(outcome, Left) else outcome.pixels)
    if face_only:
        large, small = masked(original, large), masked(original, small)
    tile = Image.new("RGB", (len(large) * SIDE, SIDE + SMALL), _PAPER)
    for i, (big, little) in enumerate(zip(large, small, strict=True)):
        tile.paste(Image.fromarray(big), (i * SIDE, 0))
        tile.paste(Image.fromarray(little).resize((SMALL, SMALL), Image.Resampling.LANCZOS), (i * SIDE, SIDE))
    return tile


def masked(original: "Pixels", pictures: Sequence["Pixels"]) -> list["Pixels"]:
    """Pictures, the original first, with everything grey but face and hair; unchanged if the original has no face."""
    import cv2
    import numpy as np

    from engine.cel import heads, threequarter, traits
    from engine.cel.closeup import closeup
    from engine.cel.frame import WHOLE
    from engine.cel.parsers import parser
    from engine.cel.perceive import perceive
    from engine.cel.warp import Caricature

    sight = perceive(original)
    if sight.face is None:
        return list(pictures)
    regions, turned, told = parser().parse(original, sight), sight.face, traits.read(original, sight.face)
    head, knot = _head(regions, WHOLE, turned), heads.knot(regions, told)
    if threequarter.turns(turned.frame.yaw):
        _, turned, regions = threequarter.nearer(original, turned, regions, told.hangs)
    view, face = closeup(turned, regions, knot is not None)
    x, y = Caricature(face.frame, face.mesh, face.female, face.age, heads.reach(regions)).maps()
    drawn = cv2.remap(_head(regions, view, face), x, y, cv2.INTER_LINEAR)
    masks = [head, *[np.asarray(drawn, np.uint8)] * (len(pictures) - 1)]
    return [
        np.where(mask[..., None] > 0, picture, np.uint8(200)).astype(np.uint8)
        for mask, picture in zip(masks, pictures, strict=True)
    ]


def _head(regions: "Regions", view: "View", face: "Face") -> "Pixels":
    """255 where a view shows the head of a picture's main person, and a little around it."""
    import cv2
    import numpy as np

    from engine.cel.parse import Label

    labels = regions.seen(view, SIDE)
    u, v = face.frame.maps(SIDE)
    bare = labels[..., Label.SKIN] + labels[..., Label.BEARD] > 0.5
    head = (labels[..., Label.HAIR] + labels[..., Label.HEADWEAR] > 0.5) | (bare & (v < face.frame.chin + 0.02))
    head &= (np.abs(u) < 1.2) & (v < face.frame.chin + 0.35)
    return np.asarray(cv2.dilate(head.astype(np.uint8) * 255, np.ones((9, 9), np.uint8)), np.uint8)
