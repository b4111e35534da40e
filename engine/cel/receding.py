"""Men whose hairline has receded: it is drawn as high as it is, with bays over the temples.

A glance tells who is bald and hardly who will be; how high hair begins in the photo tells the rest. What a parser finds
beside a high forehead are tufts, or the leaves behind it, and no bays.
"""

from dataclasses import replace

import numpy as np

from engine.cel.frame import upright
from engine.cel.geometry import ease
from engine.cel.parse import Label, Regions
from engine.cel.traits import Traits

_MIDDLE, _BROWS, _FEW = 0.12, -0.15, 3
"""Within which u, and over which v, the height of a hairline is told; and in how many columns at least."""
_HIGH, _THIN = (0.58, 0.66), (-0.78, -0.62)
"""Between which heights over the eyes, in face widths, a hairline comes to be a receded one; and between which traits
of baldness hair comes to be so thin that it may be."""


def told(regions: Regions, told: Traits) -> Traits:
    """What is told at a glance, and how far the hairline has receded."""
    v = upright(len(regions.labels))[1][:, 0]
    skin = (regions.labels[..., Label.SKIN] > 0.5) & (v < _BROWS)[:, None]
    middle = np.abs(upright(len(regions.labels))[0][0]) < _MIDDLE
    bare = skin[:, middle]
    bare = bare[:, bare.any(0)]
    if bare.shape[1] < _FEW:
        return told
    high = -float(np.median(v[np.argmax(bare, 0)]))
    return replace(told, receded=ease(high, *_HIGH) * ease(told.bald, *_THIN))
