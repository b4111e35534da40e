"""Hair that is tied, as far as it lies behind the head: a knot, a tail, bunches, and the nape it is gathered from."""

from dataclasses import dataclass

from engine.cel.look import Colour, LabPicture, Look, WarpedFace
from engine.cel.paint import knot, nape, tail, tie
from engine.cel.paint.locks import Locks


@dataclass(frozen=True, slots=True)
class Tied:
    """How hair is tied."""

    knotted: float | None
    """The u at which a knot stands over the head; None if there is none."""
    bunched: bool
    """Whether it hangs in two bunches."""
    tailed: bool
    """Whether it probably hangs in a tail."""
    back: bool
    """Whether it is surely tied, in some way."""
    aside: float
    """On which side of the neck it shows: -1 the picture's left, 1 its right."""


def paint(
    picture: LabPicture,
    tied: Tied,
    locks: Locks,
    face: WarpedFace,
    away: float,
    worn: Colour | None,
    look: Look,
    pen: float,
) -> LabPicture:
    """Draw it over the backdrop, before the head; the head was turned `away` so far.

    What it is tied with has the colour of one that is `worn` with the clothes; without one a knot holds by itself.
    """
    ribbon = tie.ribbon(worn, look)
    if tied.bunched:
        for aside in (-1.0, 1.0):
            picture = tail.paint(picture, aside, face, ribbon, look, pen, tied.bunched)
        return picture
    if tied.knotted is not None:
        return knot.paint(picture, locks, face, tied.knotted, away, worn, look, pen)
    picture = nape.paint(picture, locks, face, tied.aside, look, pen)
    if tied.tailed and not tail.crushed(face, tied.aside):
        return tail.paint(picture, tied.aside, face, ribbon, look, pen)
    if tied.tailed or tied.back:
        return knot.low(picture, face, tied.aside, look, pen)
    return picture
