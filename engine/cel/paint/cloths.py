"""The one colour that cloth has, of the many in which a photo shows it."""

import numpy as np
from numpy.typing import NDArray

from engine.cel.geometry import percentile
from engine.cel.paint.clusters import NEAR
from engine.cel.paint.fields import Field

BARE = 13.0
"""What is nearer than this to the colour of the skin is bare."""
_FEW = 30
"""Places in which colours are compared at least."""
_OUTSIDE = 1.3
"""How much a plain garment in the whole photo counts for its colour beside what a portrait shows of it."""
_SAMPLES, _SPREAD, _REACH = 400, 8.0, 14.0
"""Of how many pixels a garment's colour is told; how far, as colours are compared, those of one material spread, and
how far from its middle they are still its own."""
_LOUD = 40.0
"""The chroma of which half as much is as much as of grey: loud colours are what one remembers of a garment."""
_BRIGHT, _CLOTH = 20.0, 0.1
"""The chroma of cloth that is neither skin nor its shadow; and its share of what seems to be bare from which on it is
what is worn."""
_WHITES, _COLOURLESS, _WHITE, _FADES = ([1.3, 1.6], [0, 1]), ([9.0, 12.0], [1, 0]), 93.0, 0.3
"""How much light cloth reflects for what falls on it, beside a skin of known depth, and its chroma -> how surely it is
white, in however dark a photo; how light it is then, and how much of its colour is left."""
_LIT = 40
"""The per cent of a material that count as shadow."""


def plain(colours: Field, outside: Field, bare: Field) -> NDArray[np.float32]:
    """The colour of a plain garment, of which a picture shows some colours and the photo others outside it."""
    if len(outside) >= _FEW:
        weight = round(_OUTSIDE * len(colours))
        colours = np.vstack([colours, outside[np.linspace(0, len(outside) - 1, weight).astype(int)]])
    found = commonest(colours, bare)
    if bare[2] < 0 or not _skin(found[None], bare)[0]:  # in blue light everything grey is like skin
        return found
    bright = colours[~_skin(colours, bare) & (np.hypot(colours[:, 1], colours[:, 2]) > _BRIGHT)]
    return commonest(bright, bare) if len(bright) > max(_FEW, _CLOTH * len(colours)) else found


def commonest(colours: Field, bare: Field | None = None) -> NDArray[np.float32]:
    """Where colours (n, 3) lie closest together, as it is in the light. Beside `bare` skin loud ones count for more.

    The largest of a few clusters would do, but that they fall otherwise when a photo moves by a pixel.
    """
    few = colours[np.linspace(0, len(colours) - 1, min(len(colours), _SAMPLES)).astype(int)]
    places = few * NEAR
    square = (places * places).sum(1)
    apart = np.maximum(square[:, None] + square - 2 * places @ places.T, 0)
    much = np.exp(apart * np.float32(-0.5 / _SPREAD**2)).sum(1)
    if bare is not None:
        much = much * np.where(_skin(few, bare), 1, 1 + np.hypot(few[:, 1], few[:, 2]) / _LOUD)
    return _lit(few[apart[int(np.argmax(much))] < _REACH**2])


def _skin(colours: Field, bare: Field) -> NDArray[np.bool_]:
    """Which of colours (n, 3) are `bare` skin."""
    return np.asarray(np.linalg.norm((colours - bare) * NEAR, axis=1) < BARE)


def _lit(colours: Field) -> NDArray[np.float32]:
    """One material's colour, as it is in the light."""
    return np.asarray(colours[colours[:, 0] >= percentile(colours[:, 0], _LIT)].mean(0), np.float32)


def whitened(colour: Field, seen_skin: Field, skin: Field) -> NDArray[np.float32]:
    """The colour of cloth, which is white if it is far lighter than a person's skin, seen so and known so, allows."""
    shines = _light(colour) / max(_light(seen_skin), 1e-3) * _light(skin)
    white = float(np.interp(shines, *_WHITES) * np.interp(np.hypot(*colour[1:]), *_COLOURLESS))
    lit = np.array([max(_WHITE, float(colour[0])), *(colour[1:] * np.float32(_FADES))], np.float32)
    return np.asarray(colour + (lit - colour) * np.float32(white), np.float32)


def _light(colour: Field) -> float:
    """How much light a colour reflects, 0..1."""
    return float(((colour[0] + 16) / 116) ** 3)
