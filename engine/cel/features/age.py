"""What years leave in a face, in few light strokes: folds beside the mouth, bags under the eyes, lines on the brow."""

from engine.cel.canvas import Canvas, Pixels, around
from engine.cel.features.mouth import Mouth
from engine.cel.features.palette import Palette
from engine.cel.features.person import Person
from engine.cel.geometry import Points, bezier, ease, pen
from engine.cel.look import Plane, WarpedFace

_SIDES = ((-1.0, 129, 61, (31, 228, 229, 230, 231)), (1.0, 358, 291, (261, 448, 449, 450, 451)))
"""Side, wing of the nose, corner of the mouth, the rim of the eye's socket from outside in."""

_BROADLY = (1.6, 2.4)
"""How broadly a young man is told at a glance to smile whose cheeks come to be creased by it beside the mouth."""
_CREASED, _TURNED = 0.3, 0.14
"""How deep folds are beside which there are no such creases; and the yaw up to which both cheeks are seen."""
_DIMPLE, _BESIDE = 0.7, 0.05
"""How strong they are, and how far beside the mouth's corners, in face widths."""


def draw(
    picture: Pixels, mouth: Mouth, face: WarpedFace, person: Person, palette: Palette, cover: Plane | None = None
) -> None:
    """Draw what the person's age and smile call for; nothing on the young."""
    smiling = ease(mouth.open, 0.08, 0.2) * mouth.teeth
    fold = max(ease(person.years, 40, 62), 0.35 * smiling * ease(person.years, 34, 48)) * (1 - 0.6 * person.woman)
    old = ease(person.years, 48, 66) * (1 - 0.5 * person.woman)
    smooth = person.man * (1 - person.bearded) if fold < _CREASED and abs(face.yaw) < _TURNED else 0.0
    laugh = smooth * mouth.teeth * ease(mouth.smile, *_BROADLY)
    if max(fold, old, laugh) < 0.08:
        return
    seen = [2, 61, 291, *_SIDES[0][3], *_SIDES[1][3], *((10, 9) if old > 0.35 else ())]
    canvas = Canvas(picture, around([face.points[seen]], 0.06 * face.u), 2)
    if canvas.empty:
        return
    u, right, down, p = face.u, face.right, face.down, face.points
    ink = 0.45 * palette.line + 0.55 * palette.deep
    for side, wing, corner, socket in _SIDES:
        if face.yaw * side > _TURNED:
            continue
        out = right * side
        start = p[wing] + out * (0.020 * u) - down * (0.005 * u)  # at the wing: further off it is a loose hook
        end = p[corner] + out * (0.065 * u) - down * (0.015 * u)
        long = start + (end - start) * (0.55 + 0.45 * fold)
        line = bezier(
            start, start + out * (0.035 * u) + down * (0.02 * u), long - down * (0.05 * u) + out * (0.015 * u), long, 14
        )
        canvas.fill(pen(line, palette.pen * 1.3, 0.0, 0.0, 0.3), ink, 0.75 * fold)
        if laugh and not palette.small:
            canvas.fill(pen(_dimple(p[corner], out * u, down * u), palette.pen, 0.0, 0.0, 0.5), ink, _DIMPLE * laugh)
        if old > 0.1 and not palette.small:
            bag = p[list(socket)] + down * (0.012 * u)
            canvas.fill(pen(_through(bag), palette.pen, 0.0, 0.1, 0.6), ink, 0.55 * old)
    if old > 0.35 and not palette.small:
        top, low = p[10], p[9]
        for share, half in ((0.42, 0.15), (0.62, 0.12)):
            middle = low + (top - low) * share
            sweep = right * (half * u)
            line = bezier(
                middle - sweep,
                middle - sweep * 0.4 - down * 0.010 * u,
                middle + sweep * 0.4 - down * 0.010 * u,
                middle + sweep,
                12,
            )
            canvas.fill(pen(line, palette.pen * 0.85), ink, 0.5 * old)
    canvas.finish(cover)


def _dimple(corner: Points, out: Points, down: Points) -> Points:
    """The short arc that a broad smile draws beside a `corner` of the mouth; `out` and `down` are a face's width."""
    at = corner + out * _BESIDE
    return bezier(
        at - down * 0.045 - out * 0.004, at - down * 0.025 + out * 0.012, at + out * 0.012, at + down * 0.012, 10
    )


def _through(line: Points) -> Points:
    a, b = line[0], line[-1]
    middle = line[len(line) // 2]
    control = middle + (middle - (a + b) / 2) * 0.6
    return bezier(a, a * 0.4 + control * 0.6, b * 0.4 + control * 0.6, b, 12)
