"""What somebody wears and how they wear their hair, told at a glance: glasses, a tie, a beard.

What is drawn is measured in the photo; whether there is anything to measure is sooner told from all of the picture at
once. A network that has seen a million pictures of everything describes head and shoulders (`encoder.onnx`), and a
linear classifier for each trait reads that: `models/traits.npy`, learned by `scripts/training/traits.py`.

Cross-validated on 503 photographs: 74 of 79 pairs of glasses are told (and 3 where there are none, of 424), 61 of 81
beards (25 of 422), 42 of 54 suits (19 of 404), 15 of 22 ties (4 of 436), 235 of 245 heads of short hair (22 of 244),
34 of 55 of curls (22 of 436), 20 of 37 hats (3 of 465), 13 of 21 with a brim (4 of 482), 15 of 41 pointed necklines
(7 of 116 round ones), 75 of 79 heads of tousled hair (10 of 71 neat ones), 88 of 101 of waves
(20 of 97 of long straight hair). How light skin is was rated by eye on 453 photographs, on the Monk scale of 1 to 10;
by half each of this glance and of what `complexion` measures, 66 of them are told more than a step darker or lighter
than that, and 98 by the latter alone. How broadly mouths smile was rated on 434 photographs; of 223 shut ones, what is
told goes with that by a correlation of 0.60, and the curve of their lips in the face mesh by one of 0.08. Where hair is
parted was noted on 110 photographs of long hair, and which way it is combed on 186 of other hair: of those aside, 53 of
57 and 87 of 108 sides are told, where strands and hairline tell 51 and 67.
"""

import math
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from engine import Pixels
from engine.cel.frame import Floats, warped
from engine.cel.perceive import Face
from engine.cel.runtime import carried, net

SIZE, BREADTH, BELOW = 192, 2.4, 0.25
"""Side of the upright square that is looked at, in pixels; in face widths, and how far its middle is below the eyes."""
_DRESSED = -0.5
"""Bare shoulders less sure than this are covered."""
_TIED, _CURLY = 0.6, 0.3
"""Hair surer than this is tied, and curly."""
_PUT_UP, _LOOSE = 0.75, -0.4
"""Hair surer than the former to be tied, and than the latter not to be long, does not hang about a head."""
_BRIMMED = -0.2
"""Hats no less sure than this have a brim: parsers lose most of it, and so does a glance."""
_SLEEK, _THIN, _CLOSE = -0.87, -0.62, -0.5
"""Hair less sure than the former to be tousled lies smooth, and so does hair surer than the others to be none, or
cropped."""
RECEDED = 0.3
"""How far a hairline has receded at least that is drawn so."""
_GREY = (127, 127, 127)
"""What lies beyond the picture."""


@dataclass(frozen=True, slots=True)
class Traits:
    """How surely each trait is there: above 0 more likely than not, about -1 and 1 when it is plain."""

    glasses: float = -1.0
    tinted: float = -1.0
    hat: float = -1.0
    """Anything worn on the head."""
    beard: float = -1.0
    whiskers: float = -1.0
    """Any hair on the face, also a few days' growth."""
    suit: float = -1.0
    """A jacket with lapels."""
    tie: float = -1.0
    jacket: float = -1.0
    """Anything worn open over something else, a suit too."""
    collar: float = -1.0
    """A shirt's collar and nothing over it."""
    bare: float = -1.0
    """Bare shoulders, or straps."""
    short: float = -1.0
    """Hair that ends over the ears, cropped hair, or none."""
    cropped: float = -1.0
    """Hair of a few millimetres, or none."""
    long: float = -1.0
    """Hair that reaches the shoulders, loose."""
    bald: float = -1.0
    tied: float = -1.0
    """Hair that is tied back, or up."""
    curly: float = -1.0
    """Curls, tight or wide."""
    brim: float = -1.0
    """A hat with a brim, or a cap with a visor."""
    pointed: float = -1.0
    """A neckline in the form of a V."""
    tousled: float = -1.0
    """Hair, short or of middling length, that stands out in locks; below 0 it is neat."""
    wavy: float = -1.0
    """Hair, long or of middling length, with waves or curls; below 0 it is straight."""
    skin: float = 72.0
    """No trait that is there or not: how light skin is in daylight, in CIELAB L."""
    smile: float = 0.9
    """Nor this: how broadly somebody smiles, from 0 (not at all) over 2 (plainly, with shut lips) to 3.5 (laughing)."""

    parting: float = 0.0
    """Nor this: where hair is parted, or which side it is combed away from; -1 is the picture's left, 1 its right."""
    receded: float = 0.0
    """Nor this, which is measured: how far a hairline has receded, 0..1."""

    @property
    def dressed(self) -> bool:
        """Whether the shoulders are covered for certain."""
        return self.bare < _DRESSED

    def female(self, face: float) -> float:
        """How female (0..1) somebody looks whose face tells that much; hair and whiskers tell where it hardly does.

        Long hair and hair that is tied each make it e times as likely, short hair e times less, and so does what grows
        on the face, by how surely it does: set by hand, to matter only where a face is in doubt.
        """
        hair = min(1.0, max(-1.0, self.long)) + min(1.0, max(0.0, self.tied))
        whiskers = min(2.0, max(-0.5, self.whiskers + 1))
        odds = face / max(1 - face, 1e-6) * math.exp(hair - whiskers)
        together = odds / (1 + odds)
        return face if (face > 0.5) == (together > 0.5) else together

    @property
    def tied_back(self) -> bool:
        """Whether hair is tied for certain, and combed to where it is."""
        return self.tied > _TIED and not self.curled

    @property
    def put_up(self) -> bool:
        """Whether hair is tied so surely that what seems to hang beside a face is its tail, or no hair."""
        return self.tied_back and self.tied > _PUT_UP and self.long < _LOOSE

    @property
    def hangs(self) -> bool:
        """Whether hair hangs beside the face on both sides, as far as they are seen."""
        return self.long > 0 and not self.put_up

    @property
    def curled(self) -> bool:
        """Whether hair is curly for certain: not combed, as large as it likes, and without a plain outline."""
        return self.curly > _CURLY

    @property
    def sleek(self) -> bool:
        """Whether short hair that lies is so neat, thin or short that its outline is plain."""
        return self.tousled < _SLEEK or self.bald > _THIN or self.cropped > _CLOSE

    @property
    def brimmed(self) -> bool:
        """Whether what is worn on the head may well have a brim, or a visor."""
        return self.brim > _BRIMMED


def read(rgb: Pixels, face: Face) -> Traits:
    """Tell the traits of a picture's main person."""
    described = describe(seen(rgb, face.frame.square(SIZE, BREADTH, BELOW)))
    return Traits(*(float(score) for score in _coefficients()[:, :-1] @ described + _coefficients()[:, -1]))


def seen(rgb: Pixels, there: Floats) -> Pixels:
    """The square (SIZE, SIZE, 3) of a picture that the 2 x 3 map `there` leads to."""
    return warped(rgb, there, (SIZE, SIZE), border=cv2.BORDER_CONSTANT, beyond=_GREY)


def describe(square: Pixels) -> Floats:
    """The encoder's description (6912,) of such a square."""
    return np.asarray(net("encoder")(square.astype(np.float32)[None])["features"].ravel(), np.float32)


@cache
def _coefficients() -> Floats:
    """A row a trait, in their order: weights, then bias."""
    return carried("traits.npy")
