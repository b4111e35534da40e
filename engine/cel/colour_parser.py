"""The built-in parser: labels from this very picture, with no network but the one that finds people.

Who is a person is known; what of the person is skin, hair or cloth is told by colour and place. Colours are histograms
learned from the picture itself, starting from places where a label is sure (the middle of the face is skin, the crown
of the head is hair, the chest is cloth); places are preferences in the face's frame. Both are brought together by a
mean field that spreads labels inside edges; then the histograms are learned again from the result.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from engine import Pixels
from engine.cel import contours, mean_field
from engine.cel.parse import Floats, Label, Regions
from engine.cel.perceive import Sight
from engine.cel.scene import Mask, Scene, look, ramp

ROUNDS = 3
"""How often the histograms are learned."""
_BACKGROUND, _SKIN, _HAIR, _CLOTHES = range(4)


class ColourParser:
    """Labels by colour and place. Stateless."""

    def parse(self, rgb: Pixels, sight: Sight) -> Regions:
        """Label every pixel of a picture with a face."""
        scene = look(rgb, sight)
        bald = _is_bald(scene)
        hair = _crown(scene, bald)
        like_hair = _like_hair(scene, hair)
        seeds = _seeds(scene, hair, like_hair)
        place = _place(scene, like_hair, bald)
        index, guides = _quantise(scene.lab), mean_field.guides(scene.lab)
        beliefs = None
        for turn in range(ROUNDS):
            likely = np.dstack([_likelihood(index, seed) for seed in seeds])
            energy = place + np.float32(0.7) * likely
            last = turn == ROUNDS - 1
            beliefs = mean_field.agreed(energy, guides, beliefs, steps=2 if last else 1)
            if turn == 0 and not bald:
                _mind_short_hair(place, beliefs, scene)
            if not last:
                falls = _falling_hair(beliefs, likely, scene)
                place[..., _CLOTHES] -= np.float32(1.8 if turn == 0 else 0) * falls
                seeds = _relearn(beliefs, seeds, falls, scene)
        assert beliefs is not None  # noqa: S101  # ROUNDS > 0
        return Regions(contours.smooth(_tidy(beliefs, scene), rgb.shape[0]))


def _is_bald(s: Scene) -> bool:
    """Crown and temples show smooth skin. Of men only: fine fair hair looks the same, and is likelier on all others."""
    above = (s.person > 0.5) & (s.v < s.frame.top + 0.1) & (s.outside > 0.03) & (s.outside < 0.26) & (s.across < 0.62)
    beside = (s.person > 0.5) & (s.v > -0.42) & (s.v < -0.1) & (s.outside > 0.03) & (s.outside < 0.16)
    if above.sum() < 30 or beside.sum() < 20 or s.male < 0.7 or s.age < 16:
        return False
    rough = np.median(s.texture[above]) / (np.median(s.texture[s.cheeks]) + 6)
    apart = np.median(s.lab[above], 0) - np.median(s.lab[s.cheeks], 0)
    near = float(np.linalg.norm(apart * [0.6, 1, 1])) < 11
    alike = [float((s.unlike_skin[zone] < 1.5).mean()) for zone in (above, beside)]
    return bool(alike[0] > 0.62 and alike[1] > 0.48 and rough < 1 and near)


# --- places ----------------------------------------------------------------------------------------------------------


def _place(s: Scene, like_hair: Mask, bald: bool) -> Floats:
    """How much each label is expected at each place, (GRID, GRID, 4), in nats; positive is likelier."""
    chin, top, below = s.frame.chin, s.frame.top, s.v - np.float32(s.frame.chin)
    calm = float(np.median(s.texture[s.cheeks]))
    odds = np.log(s.person.clip(0.01, 0.99) / (1 - s.person.clip(0.01, 0.99)))
    odds = np.where((odds > 0) & (s.outside < 0.1), odds + 1, odds)
    throat = (s.across < 0.3) & (below > 0) & (below < 0.3)
    background = -3 * odds - 12 * s.face - 4 * throat

    # the hairline: above the mesh no skin is expected where it is off the skin's colour or rough
    crown = s.v + np.float32(0.25) * s.across**2
    hairy = np.maximum(ramp(s.unlike_skin, 1.0, 1.9), ramp(s.texture, 1.4 * calm + 4, 2.4 * calm + 10)).clip(0.04, 1)
    bare = s.skin_hue & ~like_hair & (s.texture < 3 * calm + 10)
    skin = np.where(s.face, np.where(s.v > -0.18, 5.0, 1.2), 0.0) - 0.3
    skin += 1.5 * ((s.v < -0.15) & ~s.face & (s.outside < 0.1) & (s.across < 0.42))
    skin += 1.2 * ramp(np.abs(s.v - 0.05), 0.3, 0.2) * ((s.outside < 0.12) & ~s.face)
    skin += np.where((below > -0.05) & (below < 0.45) & (s.across < 0.36), 2.2, 0)
    skin += 3.0 * (bare & (below > 0) & ~s.face) - 1.2 * ((below > 0.75) & ~bare)
    skin -= 3.5 * ((below > 0.35) & (s.unlike_skin > 1.8) & ~s.skin_hue)
    skin -= 3.0 * ((below > -0.3) & ~s.face & (s.unlike_skin > 2.5) & ~s.skin_hue)  # collars, scarves
    skin -= np.where((s.outside > 0.14) & (below < -0.05), np.where(bare & (s.unlike_skin < 2), 4.0, 8.0), 0)  # hands
    if not bald:
        high = np.where(crown > top - 0.3, hairy, 1.0)
        skin -= 1.5 * ramp(s.v, top + 0.06, top + 0.01) * hairy + 14 * ramp(crown, top - 0.01, top - 0.14) * high

    fringe = -0.6 - 2.0 * (s.v > top * 0.62)
    edge = -9 + 5.5 * ramp(s.inside, 0.1, 0.02) * ramp(s.unlike_skin, 1.6, 2.4)
    hair = np.where(s.face, np.where(s.v > -0.1, edge, fringe), 0.0)
    lifted = np.where(s.v < top * 0.7, ramp(s.v + np.float32(0.3) * s.across**2, top + 0.02, top - 0.12), 1)
    hair += 2.2 * ramp(s.v, 0.25, -0.2) * (s.outside < 0.45) * lifted
    hair -= 5 * ramp(s.outside, 0.6, 0.95) * (s.v < chin) + 5 * ramp(s.across, 0.9, 1.2)
    hair -= 5 * ((s.across < 0.3) & (below > -0.12))
    hair -= (0.3 + 1.6 * s.male) * ramp(below, 0, 0.7) + 1.2 * s.male * ramp(s.v, 0.3, 0.55)
    if bald:
        hair -= 12
    else:
        curtain = (3.5 - 2.5 * s.male) * _curtains(s)
        hair += curtain
        skin -= curtain

    clothes = (
        -5 * ramp(below, 0.2, -0.1)
        - 4 * ramp(below, -0.1, -0.4)
        + 1.6 * ramp(below, 0.2, 0.6)
        - 1.5 * ((s.across < 0.28) & (below < 0.3))
    )
    clothes -= 2.0 * (like_hair & (below > 0))
    return np.dstack([background, skin, hair, clothes]).astype(np.float32)


def _curtains(s: Scene) -> Mask:
    """Beside the cheeks, where the person is much broader than the face: long hair, be it in the skin's colour."""
    zone = (s.outside > 0.05) & (s.outside < 0.45) & (s.v > -0.2) & (s.v < s.frame.chin)
    band = (s.outside > 0.06) & (s.outside < 0.24) & (s.v > -0.15) & (s.v < s.frame.chin - 0.15)
    hung = np.zeros_like(zone)
    for here in (s.u < 0, s.u > 0):
        if (band & here).sum() > 10 and s.person[band & here].mean() > 0.85:
            hung |= here
    return np.asarray(zone & hung)


def _mind_short_hair(place: Floats, beliefs: Floats, s: Scene) -> None:
    """Where no own hair runs down beside the cheek, what lies further out is none either, and perhaps somebody else.

    Changes `place`. Each side is judged for itself: by the band along the jaw, which long hair covers, and by whether
    what is taken for hair further out has the colour of the crown.
    """
    hair = beliefs[..., _HAIR]
    crown = (hair > 0.6) & (s.v < -0.15) & (s.across < 0.62)
    if crown.sum() < 20:
        return
    temples = (hair > 0.6) & (s.v > -0.35) & (s.v < 0.1) & (s.outside > 0.03) & (s.outside < 0.2)
    unlike = _unlike(s, crown)
    if temples.sum() >= 20 and s.male < 0.5:  # a headband, or roots of another colour, are not all there is to hair
        unlike = np.minimum(unlike, _unlike(s, temples))
    band = (s.outside > 0.03) & (s.outside < 0.11) & (s.v > 0.14) & (s.v < 0.42)
    for side in (-1, 1):
        here = s.u * side > 0
        covered = float(hair[band & here].mean()) if (band & here).sum() > 5 else 0.0
        far = (hair > 0.6) & (s.v > 0.12) & (s.u * side > 0.42)
        foreign = far.sum() > 0.05 * s.unit**2 and float(np.median(unlike[far])) > 1
        if foreign and (s.male > 0.5 or covered < 0.45):
            wrong = (hair > 0.4) & (unlike > 1) & (s.u * side > 0.4) & (s.outside > 0.1)
            wrong &= (s.v > 0.02) | (s.u * side > 0.6)
            around = cv2.dilate(wrong.astype(np.float32), np.ones((7, 7), np.uint8))
            place[..., _BACKGROUND] += 14 * around * ((s.outside > 0.1) & (s.v < s.frame.chin + 0.1))
        if (foreign and covered < 0.45) or (s.male > 0.5 and covered < 0.72):
            beyond = here & (s.v > 0.02) & (s.outside > 0.1) & (s.v < s.frame.chin) & (beliefs[..., _CLOTHES] < 0.5)
            place[..., _HAIR] -= 8 * (here * ramp(s.v, 0.02, 0.2) * ramp(s.outside, 0.08, 0.16))
            if s.male > 0.5:
                place[..., _HAIR] -= 8 * (here * ramp(s.v, -0.25, -0.1) * ramp(s.across, 0.66, 0.78))
            place[..., _BACKGROUND] *= np.where(beyond, np.float32(0.3), np.float32(1))


def _unlike(s: Scene, hair: Mask) -> Floats:
    """How far each colour is from the typical one of some hair; beyond 1 it is another's."""
    apart = np.abs(s.lab - np.median(s.lab[hair], 0)) / np.array([17, 10, 13], np.float32)
    return np.asarray(apart.max(-1), np.float32)


# --- colours ---------------------------------------------------------------------------------------------------------


def _crown(s: Scene, bald: bool) -> Mask:
    """Where hair is sure enough to learn its colours from: above and beside the face, off the skin's colour."""
    person = s.person > 0.5
    above = (s.v < s.frame.top + 0.1) & (s.outside > 0.03) & (s.outside < 0.26) & (s.across < 0.62)
    beside = (s.v < 0.12) & (s.v > -0.45) & (s.outside > 0.05) & (s.outside < 0.2)
    hair = person & (above | beside) & (s.unlike_skin > 1.6)
    if hair.sum() < 40:
        hair = person & above
    return np.zeros_like(hair) if bald or hair.sum() < 5 else np.asarray(hair)


def _seeds(s: Scene, hair: Mask, like_hair: Mask) -> list[Floats]:
    """Where each label is sure enough to learn its colours from: weights (GRID, GRID)."""
    below = s.v - np.float32(s.frame.chin)
    person = s.person > 0.5
    skin = s.face & (s.v > s.frame.top * 0.55) & (s.v < 0.45) & (s.inside > 0.03) & (s.unlike_skin < 2.6)
    skin |= s.forehead & (s.unlike_skin < 1.6)
    skin |= person & (s.across < 0.3) & (below > 0.06) & (below < 0.3) & (s.unlike_skin < 2)
    clothes = person & (below > 0.42) & (s.unlike_skin > 1.9) & ~s.skin_hue & ~like_hair
    background = (s.person < 0.08) & (s.outside > 0.1)
    return [mask.astype(np.float32) for mask in (background, skin, hair, clothes)]


def _like_hair(s: Scene, hair: Mask) -> Mask:
    """Where the colour is the hair's, within its reach down a woman's chest."""
    if hair.sum() < 5:
        return np.zeros_like(hair)
    colours = s.lab[hair]
    apart = (s.lab - np.median(colours, 0)) / np.maximum(colours.std(0), [7, 4, 5])
    near = np.sqrt((apart * apart).mean(-1)) < 1.1
    return np.asarray(near & (s.across < 0.95) & (s.v < s.frame.chin + 0.9) & (s.male < 0.7))


def _relearn(beliefs: Floats, first: list[Floats], falls: Mask, s: Scene) -> list[Floats]:
    """Seeds for the next round: what is believed by now; of skin and background also what was sure at first."""
    sure = np.where(beliefs > 0.8, beliefs, 0)
    sure[..., _CLOTHES] *= ~falls
    sure[..., _SKIN] *= s.face | (s.v > s.frame.chin - 0.1)
    sure[..., _HAIR] *= ramp(s.unlike_skin, 0.7, 1.7).clip(0.1, 1)
    for label in (_BACKGROUND, _SKIN):
        sure[..., label] = np.maximum(sure[..., label], first[label])
    return [np.ascontiguousarray(sure[..., i]) for i in range(4)]


def _falling_hair(beliefs: Floats, likely: Floats, s: Scene) -> Mask:
    """Where long hair may fall over the clothes: its colours must not be learned as theirs."""
    jaw = (s.across > 0.4) & (s.across < 0.66) & (s.outside > 0.02) & (s.v > 0.32) & (s.v < s.frame.chin)
    sides = [jaw & (s.u < 0), jaw & (s.u > 0)]
    if not any(bool(side.any()) and float(beliefs[..., _HAIR][side].mean()) > 0.3 for side in sides):
        return np.zeros_like(s.face)
    return np.asarray((likely[..., _HAIR] > likely[..., _CLOTHES] - 1) & (s.across < 1) & (s.v > s.frame.chin))


_BINS = 16
_BLUR = sum(
    (
        weight * np.eye(_BINS, k=k, dtype=np.float32)
        for k, weight in zip(range(-2, 3), (0.06, 0.24, 0.4, 0.24, 0.06), strict=True)
    ),
    np.zeros((_BINS, _BINS), np.float32),
)
"""Blurs one axis of a histogram."""


def _quantise(lab: Floats) -> NDArray[np.int32]:
    """The bin of each colour in a 16 x 16 x 16 histogram over L 0..100, a -32..48, b -32..64."""
    scaled = (lab + np.array([0, 32, 32], np.float32)) * np.array([0.16, 0.2, 1 / 6], np.float32)
    cells = scaled.clip(0, _BINS - 1).astype(np.int32)
    return np.asarray((cells[..., 0] * _BINS + cells[..., 1]) * _BINS + cells[..., 2], np.int32)


def _likelihood(index: NDArray[np.int32], seed: Floats) -> Floats:
    """Log p(colour | label) of every pixel, from the smoothed histogram of the seed's pixels."""
    if seed.sum() < 8:
        return np.full(index.shape, -9, np.float32)
    counts = np.bincount(index.ravel(), seed.ravel(), _BINS**3).astype(np.float32).reshape(_BINS, _BINS * _BINS)
    smooth = _BLUR @ (_BLUR @ counts).reshape(_BINS, _BINS, _BINS) @ _BLUR
    return np.asarray(np.log(smooth.ravel() / smooth.sum() + np.float32(5e-5))[index], np.float32)


# --- tidying ---------------------------------------------------------------------------------------------------------


def _tidy(beliefs: Floats, s: Scene) -> NDArray[np.uint8]:
    """The likeliest labels, without specks and holes; hair hangs from the head."""
    blurred = cv2.GaussianBlur(beliefs, (0, 0), max(0.8, s.unit * 0.012))
    labels = np.asarray(cv2.medianBlur(np.argmax(blurred, -1).astype(np.uint8), 5), np.uint8)
    speck = s.unit * s.unit * 0.018
    head = (s.v < 0.15) & (s.outside < 0.2)
    hair = contours.without_specks(labels == _HAIR, 1.5 * speck, head)
    doubtful = (labels == _HAIR) & ~hair
    for label in (_BACKGROUND, _SKIN, _CLOTHES):
        doubtful |= (labels == label) & ~contours.without_specks(labels == label, speck)
    return contours.refilled(labels, doubtful, len(Label))
