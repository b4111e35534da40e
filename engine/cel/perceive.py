"""Who is in the picture: faces, the main face's mesh and eyes, age and gender, and how the picture looks.

The networks are MediaPipe's (https://github.com/google-ai-edge/mediapipe, `mediapipe/modules/`), whose graphs say how
each one's input is cut out and its output read, and an age and gender network. All pictures are RGB; all coordinates
are pixels of the given picture, x first, pixel centres at half integers as in MediaPipe.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from engine import Pixels
from engine.cel.frame import SIDE, Frame, square, warped
from engine.cel.runtime import net

type Floats = NDArray[np.float32]

FACE_SCORE = 0.6
"""Detections below this are no face to draw."""
GLIMPSE = 0.3
"""Detections from this on may be somebody's face, cut off or turned away: whose pixels are not the main person's."""
SURE_SCORE = 0.75
"""Detections above this are hardly ever wrong; of others the mesh network must be sure."""
PRESENCE, SURE_PRESENCE = 0.4, 0.95
"""Meshes the mesh network believes less than this are no face: of sure detections, and of others."""
SMALLEST = 0.08
"""Faces narrower than this share of the picture are part of a scene, and nobody's portrait."""
OVERLAP = 0.3
"""Detections whose intersection over union exceeds this are one face (MediaPipe's min_suppression_threshold)."""
RIGHT_EYE, LEFT_EYE = (33, 133), (362, 263)
"""Mesh indices of the eyes' corners, in the order of the picture from left to right; the subject's right eye first."""
AGE_GENDER_MEAN = np.array([122.782, 117.001, 104.298], np.float32)
"""Mean colour subtracted before the age and gender network (face-api.js, `AgeGenderNet`)."""
_TILTED = 0.19
"""Roll, in radians, that few faces have which that network has learned from."""


@dataclass(frozen=True, slots=True)
class Detection:
    """A face seen from afar: `box` is (left, top, right, bottom), `points` (6, 2): eyes, nose, mouth, ears."""

    score: float
    box: Floats
    points: Floats

    @property
    def side(self) -> float:
        """The longer side of the box."""
        return float((self.box[2:] - self.box[:2]).max())

    def moved(self, by: Floats) -> "Detection":
        """The same face in a picture whose origin lies `by` further."""
        return Detection(self.score, self.box + np.tile(by, 2), self.points + by)


@dataclass(frozen=True, slots=True)
class Eye:
    """One eye, close up.

    `lids` (71, 2): outline and brow as the iris network sees them, 0..8 the lower lid from the outer corner to the
    inner, 9..15 the upper one's middle; `iris` (5, 2): its centre and four points on its rim.
    """

    lids: Floats
    iris: Floats


@dataclass(frozen=True, slots=True)
class Face:
    """The main person's face. `mesh` (468, 3): MediaPipe's face mesh; `eyes`: left of the picture first."""

    mesh: Floats
    score: float
    presence: float
    eyes: tuple[Eye, Eye]
    age: float
    female: float
    frame: Frame
    box: Floats
    others: tuple[Floats, ...]


@dataclass(frozen=True, slots=True)
class Sight:
    """All that was seen. `faces`: every detection, glimpses too.

    `imprint` (2740,) describes how the whole picture looks to the detector and the person network: mean and deviation
    of every channel of their blocks. It tells drawings from photographs (`drawn`).
    """

    face: Face | None
    imprint: Floats
    faces: tuple[Detection, ...]


def perceive(rgb: Pixels) -> Sight:
    """Look at a square working picture."""
    small = smaller(rgb)
    faces, near = find_faces(rgb, small)
    imprint = np.concatenate([texture(small), near])
    for detection in sorted((d for d in faces if d.score >= FACE_SCORE), key=lambda d: -d.side):
        mesh, presence = face_mesh(rgb, detection)
        wanted = PRESENCE if detection.score >= SURE_SCORE else SURE_PRESENCE
        if presence >= wanted and Frame.of(mesh).unit >= SMALLEST * max(rgb.shape[:2]):
            return Sight(_face(rgb, detection, mesh, presence, faces), imprint, faces)
    return Sight(None, imprint, faces)


def working_picture(pixels: Pixels) -> Pixels:
    """The square working picture of a photo: its largest square around its largest face, else around its middle."""
    height, width = pixels.shape[:2]
    if height == width:
        return square(pixels)
    scale = SIDE / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    faces, _ = find_faces(np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8))
    clear = [face for face in faces if face.score >= FACE_SCORE]
    if not clear:
        return square(pixels)
    x, y = max(clear, key=lambda face: face.side).box.reshape(2, 2).mean(0) / scale
    return square(pixels, (float(x), float(y)))


def _face(rgb: Pixels, found: Detection, mesh: Floats, presence: float, faces: Sequence[Detection]) -> Face:
    age, female = age_gender(rgb, found, _slope(mesh[LEFT_EYE[1]] - mesh[RIGHT_EYE[0]]))
    eyes = (_eye(rgb, mesh, RIGHT_EYE, mirrored=False), _eye(rgb, mesh, LEFT_EYE, mirrored=True))
    frame = Frame.of(mesh)
    others = tuple(other.box for other in faces if other is not found and _somebody_else(other, frame))
    return Face(mesh, found.score, presence, eyes, age, female, frame, found.box, others)


def _somebody_else(other: Detection, frame: Frame) -> bool:
    """Whether a detection is another person: sure of itself, or a glimpse beside the head, not in its hair or above."""
    u, v = frame.coordinates(other.box.reshape(2, 2).mean(0))
    return other.score >= FACE_SCORE or (abs(float(u)) > 0.9 and float(v) > -0.6)


# --- faces -----------------------------------------------------------------------------------------------------------


def find_faces(rgb: Pixels, small: Floats | None = None) -> tuple[tuple[Detection, ...], Floats]:
    """Near faces, else distant ones, else ones that fill the picture; glimpses of others with them.

    Also the near detector's part (2100,) of `Sight.imprint`. What is known of a square picture `smaller` saves time.
    """
    faces, out = _detect("face_detection_short_range", rgb, small)
    if not _any_clear(faces):
        distant, _ = _detect("face_detection_full_range", rgb)
        faces = distant if _any_clear(distant) else faces
    if not _any_clear(faces):
        margin = max(rgb.shape[:2]) // 4
        wider = np.asarray(cv2.copyMakeBorder(rgb, margin, margin, margin, margin, cv2.BORDER_REPLICATE), np.uint8)
        found, _ = _detect("face_detection_short_range", wider)
        faces = [face.moved(np.full(2, -margin, np.float32)) for face in found]
    return tuple(faces), out["embedding"][0]


def _any_clear(faces: Sequence[Detection]) -> bool:
    return any(face.score >= FACE_SCORE for face in faces)


@cache
def _anchors(size: int, layers: tuple[tuple[int, int], ...]) -> Floats:
    """Centres (N, 2) in 0..1 of the detector's anchors; layers are (stride, anchors a cell)."""
    centres = []
    for stride, count in layers:
        cells = size // stride
        y, x = np.mgrid[0:cells, 0:cells]
        centres.append(np.repeat((np.stack([x, y], -1).reshape(-1, 2) + 0.5) / cells, count, axis=0))
    return np.concatenate(centres).astype(np.float32)


_DETECTORS = {
    "face_detection_short_range": (128, ((8, 2), (16, 6)), "regressors", "classificators"),
    "face_detection_full_range": (192, ((4, 1),), "Identity", "Identity_1"),
}
"""Input size, anchor layers, and the outputs' names."""


def _detect(model: str, rgb: Pixels, seen: Floats | None = None) -> tuple[list[Detection], Mapping[str, Floats]]:
    """Run one BlazeFace on the picture padded to a square; overlapping detections are averaged by score.

    Answers the detections and all that the network put out. It looks at the picture as `seen` where that is known.
    """
    size, layers, boxes_name, scores_name = _DETECTORS[model]
    height, width = rgb.shape[:2]
    longer = max(height, width)
    left, top = (longer - width) // 2, (longer - height) // 2
    if seen is None:
        seen = np.asarray(
            cv2.copyMakeBorder(
                rgb, top, longer - height - top, left, longer - width - left, cv2.BORDER_CONSTANT, value=(0, 0, 0)
            )
        )
    small = np.rint(cv2.resize(seen, (size, size), interpolation=cv2.INTER_AREA))
    out = net(model)(small[None].astype(np.float32) / np.float32(127.5) - 1)
    scores = 1 / (1 + np.exp(-out[scores_name][0, :, 0].clip(-80, 80)))
    likely = np.flatnonzero(scores >= GLIMPSE)
    raw = out[boxes_name][0][likely].reshape(-1, 8, 2) / np.float32(size)
    centres = _anchors(size, layers)[likely]
    middle, half = raw[:, 0] + centres, raw[:, 1] / 2
    boxes = np.hstack([middle - half, middle + half], dtype=np.float32)
    points = raw[:, 2:] + centres[:, None]
    offset = np.array([left, top], np.float32)
    found = [
        Detection(
            float(scores[likely][group[0]]),
            (weights @ boxes[group]) * longer - np.tile(offset, 2),
            np.tensordot(weights, points[group], 1) * longer - offset,
        )
        for group, weights in _merge(boxes, scores[likely])
    ]
    return found, out


def _merge(boxes: Floats, scores: NDArray[np.floating]) -> list[tuple[NDArray[np.intp], Floats]]:
    """Weighted non-maximum suppression: groups of overlapping boxes, best first, and their normalised scores."""
    left = np.argsort(-scores, kind="stable")
    groups = []
    while left.size:
        best = boxes[left[0]]
        shared = np.minimum(best[2:], boxes[left, 2:]) - np.maximum(best[:2], boxes[left, :2])
        common = shared.clip(0).prod(1)
        areas = (boxes[left, 2:] - boxes[left, :2]).prod(1)
        same = common > OVERLAP * (areas + (best[2:] - best[:2]).prod() - common)
        same[0] = True
        group = left[same]
        groups.append((group, (scores[group] / scores[group].sum()).astype(np.float32)))
        left = left[~same]
    return groups


# --- the main face ---------------------------------------------------------------------------------------------------


def _cut(rgb: Pixels, centre: Floats, side: float, angle: float, size: int) -> tuple[Floats, Floats]:
    """A turned square of the picture as network input (size, size, 3) in 0..1, and the 2x3 map from it back."""
    c, s = np.cos(angle) * side / size, np.sin(angle) * side / size
    turn = np.array([[c, -s], [s, c]])
    back = np.column_stack([turn, centre - turn @ np.full(2, size / 2)]).astype(np.float32)
    return warped(rgb, back, (size, size)).astype(np.float32) / np.float32(255), back


def _slope(vector: Floats) -> float:
    return float(np.arctan2(vector[1], vector[0]))


def face_mesh(rgb: Pixels, found: Detection) -> tuple[Floats, float]:
    """Mesh (468, 3) and the network's belief in it (0..1). Looks twice: the second time at what it found the first."""
    angle, centre, side = _slope(found.points[1] - found.points[0]), found.box.reshape(2, 2).mean(0), found.side * 1.5
    for _ in range(2):
        crop, back = _cut(rgb, centre, side, angle, 192)
        out = net("face_landmark")(crop[None])
        local = out["conv2d_21"].reshape(468, 3)
        flat = local[:, :2] @ back[:, :2].T + back[:, 2]
        mesh = np.column_stack([flat, local[:, 2] * np.float32(side / 192)]).astype(np.float32)
        angle = _slope(mesh[LEFT_EYE[1]] - mesh[RIGHT_EYE[0]])
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]], np.float32)
        upright = mesh[:, :2] @ turn.T
        low, high = upright.min(0), upright.max(0)
        centre, side = np.asarray((low + high) / 2 @ turn, np.float32), max(1.0, float((high - low).max()) * 1.5)
    return mesh, float(1 / (1 + np.exp(-float(out["conv2d_31"].ravel()[0]))))


def _eye(rgb: Pixels, mesh: Floats, corners: tuple[int, int], *, mirrored: bool) -> Eye:
    """Look at one eye closely; the network knows only one side's eyes, so the other is mirrored."""
    first, second = mesh[list(corners), :2]
    side = max(1.0, float(np.linalg.norm(second - first)) * 2.3)
    angle = _slope(mesh[LEFT_EYE[1]] - mesh[RIGHT_EYE[0]])
    crop, back = _cut(rgb, (first + second) / 2, side, angle, 64)
    out = net("iris_landmark")(np.ascontiguousarray(crop[None, :, ::-1] if mirrored else crop[None]))
    points = [out[name].reshape(-1, 3)[:, :2] for name in ("output_eyes_contours_and_brows", "output_iris")]
    if mirrored:
        points = [p * np.array([-1, 1], np.float32) + np.array([64, 0], np.float32) for p in points]
    lids, iris = (p @ back[:, :2].T + back[:, 2] for p in points)
    return Eye(lids, iris)


def age_gender(rgb: Pixels, found: Detection, roll: float) -> tuple[float, float]:
    """Age in years and how female (0..1) a face looks to the network: guesses, for drawing only.

    One that is tilted further than by `_TILTED` (`roll`, in radians) is seen upright: the network knows no others.
    """
    roll = roll if abs(roll) > _TILTED else 0.0
    crop, _ = _cut(rgb, found.box.reshape(2, 2).mean(0), found.side * 1.1, roll, 112)
    x = (crop * np.float32(255) - AGE_GENDER_MEAN) / np.float32(255)
    out = net("age_gender")(np.ascontiguousarray(x.transpose(2, 0, 1)[None]))
    male, female = out["gender"].ravel()
    return float(out["age"].ravel()[0]), float(1 / (1 + np.exp(male - female)))


def smaller(rgb: Pixels) -> Floats:
    """A square picture as the person network sees it, and the near detector at half that size."""
    return np.asarray(cv2.resize(rgb.astype(np.float32), (256, 256), interpolation=cv2.INTER_AREA))  # quicker of floats


def texture(small: Floats) -> Floats:
    """The person network's part (640,) of `Sight.imprint`, of a picture `smaller`."""
    out = net("selfie_segmentation")(small[None] / np.float32(255))
    return np.asarray(out["embedding"][0], np.float32)
