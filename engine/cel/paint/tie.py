"""What holds tied hair together: a band round it, as nothing else tells where it is tied.

It has a deep tone of colourful clothes; with others it is plain and dark in fair hair, and red in dark hair.
"""

from collections.abc import Sequence

import numpy as np

from engine.cel.frame import holding
from engine.cel.geometry import Points, pens
from engine.cel.look import Colour, LabPicture, Look, colour
from engine.cel.paint import cloths
from engine.cel.paint.attire import Outfit
from engine.cel.paint.clothes import printed
from engine.cel.paint.clusters import NEAR
from engine.cel.paint.fields import Field, filled, lay
from engine.cel.styles import Style

_SAMPLES, _SURE, _APART = 160, 60, 16.0
"""Of how many places in clothes their colour is told, in how many at least, and how far those are from skin, as colours
are compared.
"""
_COLOURFUL, _MOST, _DEEP = 14.0, 36.0, (26.0, 42.0)
"""The chroma from which clothes are colourful; how colourful a tie is at most, and between which L."""
_TOLD = 16.0
"""How far a tie is from the hair, as colours are compared, at least."""
_DARK, _RED = 52.0, colour(42, 36, 14)
"""The L below which hair is dark, and a tie in it deep red."""
_DEEPER, _MUTED = 0.55, 0.45
"""How light one is in fair hair, and how colourful, as shares of that."""
_FOLDED = 0.66
"""How light its folds are, as a share of it."""
_NARROWER = 0.75
"""How broad its ends are, as a share of its middle."""


def ribbon(worn: Colour | None, look: Look) -> Colour:
    """The colour of a tie that is seen in the hair: that of one that is `worn` with the clothes, or a plain one's."""
    if worn is not None:
        return worn
    hair = look.hair.base
    plain = _RED if hair[0] < _DARK else hair * colour(_DEEPER, _MUTED, _MUTED)
    return plain * colour(1, 0, 0) if look.grey else plain


def coloured(outfit: Outfit, seen: Field, look: Look, style: Style, gain: float) -> Colour | None:
    """The colour of a tie that goes with colourful clothes; None with others.

    `outfit` is what the whole photo shows of those; where that is nothing, they have the colours `seen` in the picture.
    """
    cloth = _cloth(outfit.colours, look)
    if len(cloth) < _SURE:
        cloth = _cloth(seen, look)
    if len(cloth) < _SURE:
        return None
    worn = printed(cloths.commonest(cloth), style, gain, look.grey)
    chroma = float(np.hypot(*worn[1:]))
    deep = colour(np.clip(worn[0], *_DEEP), *(worn[1:] * min(1.0, _MOST / max(chroma, 1.0))))
    told = float(np.linalg.norm((deep - look.hair.base) * NEAR)) > _TOLD
    return deep if chroma > _COLOURFUL and told else None


def _cloth(colours: Field, look: Look) -> Field:
    """Some of the colours of clothes, without what is skin."""
    few = colours[np.linspace(0, len(colours) - 1, min(len(colours), _SAMPLES)).astype(int)]
    return np.asarray(few[np.linalg.norm((few - look.seen_skin) * NEAR, axis=1) > _APART], np.float32)


def paint(
    picture: LabPicture, middle: Points, broad: float, folds: Sequence[Points], ribbon: Colour, look: Look, pen: float
) -> LabPicture:
    """Lay a band `broad` along its `middle`, and its folds, over the hair, in place; all in the picture's pixels.

    `pen` is the line's width.
    """
    band = pens([middle], broad, _NARROWER, _NARROWER)
    outline = [np.vstack([edge, edge[:1]]) for edge in band]
    box = holding(np.vstack(band), 2 * pen)
    part = picture[box]
    lay(part, ribbon, filled(band, box, 1.0))
    lay(part, ribbon * np.float32(_FOLDED), filled(pens(folds, 0.8 * pen, 0.9), box, 0.9))
    lay(part, look.hair_ink, filled(pens(outline, pen, 0.9, 0.9), box, 0.95))
    return picture
