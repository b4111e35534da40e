"""The downloaded parser: MediaPipe's multiclass selfie segmenter, where `avatanime models pull cel` has fetched it.

Its interface (https://huggingface.co/senty-au/selfie_multiclass_256x256-ONNX): float32 (1, 256, 256, 3), RGB in 0..1,
the picture stretched; answers logits (1, 256, 256, 6) of background, hair, body skin, face skin, clothes, others.
"""

import cv2
import numpy as np

from avatanime.errors import ModelError
from engine import Pixels
from engine.cel import contours
from engine.cel.frame import SIDE, Frame
from engine.cel.learned_parser import LearnedParser, softmax
from engine.cel.parse import Floats, Label, Regions
from engine.cel.perceive import Face, Sight
from engine.cel.pulled import PARSER_FILE, folder, recorded
from engine.cel.runtime import Net, sha256

SIZE = 256
_BACKGROUND, _HAIR, _BODY, _FACE, _CLOTHES, _OTHERS = range(6)
_SPECK = 60
"""Parts smaller than this, in pixels of the label map, are mistakes."""


def pulled() -> "MulticlassParser | None":
    """The parser, if its model was pulled. Raises ModelError if the file is gone or not the one that was pulled."""
    digest = recorded(PARSER_FILE)
    if digest is None:
        return None
    path = folder() / PARSER_FILE
    try:
        source = path.read_bytes()
    except OSError as e:
        raise ModelError(f"{path} cannot be read ({e.strerror}). Run `avatanime models pull cel`.") from e
    if sha256(source) != digest.lower():
        raise ModelError(f"{path} is not what was pulled. Delete it and run `avatanime models pull cel`.")
    return MulticlassParser(source)


class MulticlassParser:
    """Labels by the network. Raises ModelError for a model of another shape."""

    def __init__(self, model: bytes) -> None:
        self._net = Net(model, "The multiclass parser's model")
        shapes = list(self._net.output_shapes.values())
        if self._net.input_shape != (1, SIZE, SIZE, 3) or shapes != [(1, SIZE, SIZE, 6)]:
            raise ModelError(
                f"The multiclass parser's model takes {self._net.input_shape} and answers {shapes}, not "
                f"(1, {SIZE}, {SIZE}, 3) and (1, {SIZE}, {SIZE}, 6). Run `avatanime models pull cel`."
            )

    def parse(self, rgb: Pixels, sight: Sight) -> Regions:
        """Label every pixel; other people are background. What this network does not tell, the built-in one does."""
        if sight.face is None:
            raise ValueError("There is no face to parse around.")
        small = cv2.resize(rgb, (SIZE, SIZE), interpolation=cv2.INTER_AREA)
        (logits,) = self._net(small[None].astype(np.float32) / np.float32(255)).values()
        classes = softmax(logits[0], -1)
        anybody = 1 - classes[..., _BACKGROUND]
        mine = main_person(anybody, sight.face, rgb.shape[0])
        planes = classes * (mine / (anybody + np.float32(1e-6)))[..., None]
        labels = np.zeros((SIZE, SIZE, len(Label)), np.float32)
        labels[..., Label.SKIN] = planes[..., _BODY] + planes[..., _FACE]
        labels[..., Label.HAIR] = planes[..., _HAIR]
        labels[..., Label.CLOTHES] = planes[..., _CLOTHES]
        labels[..., Label.OTHER] = planes[..., _OTHERS]
        labels[..., Label.BACKGROUND] = 1 - labels.sum(-1)
        best = np.argmax(labels, -1).astype(np.uint8)
        doubtful = np.zeros(best.shape, bool)
        for label in Label:
            doubtful |= (best == label) & ~contours.without_specks(best == label, _SPECK)
        found = contours.smooth(contours.refilled(best, doubtful, len(Label)), SIZE, len(Label), radius=1.6)
        return Regions(_completed(found, LearnedParser().parse(rgb, sight).labels, sight.face.frame), sight.face.frame)


def _completed(labels: Floats, learned: Floats, frame: Frame) -> Floats:
    """Labels of the picture on the upright square, with what the built-in parser knows alone.

    That are beards, and what lies where nothing was photographed.
    """
    size = len(learned)
    there = frame.square(size) * np.float32(SIZE / SIDE)
    there[:, 2] += 0.5 * SIZE / SIDE - 0.5
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    planes = [
        cv2.warpAffine(plane, there, (size, size), flags=flags, borderMode=cv2.BORDER_CONSTANT)
        for plane in np.moveaxis(labels, -1, 0)
    ]
    out = np.dstack(planes).astype(np.float32)
    out += learned * (1 - out.sum(-1, keepdims=True))
    beard = out[..., Label.SKIN] * learned[..., Label.BEARD]
    out[..., Label.BEARD] += beard
    out[..., Label.SKIN] -= beard
    return out


def ramp(x: Floats, low: float, high: float) -> Floats:
    """0 below `low`, 1 above `high`, smooth between (`low` may be the greater: then it falls)."""
    t = ((x - low) / (high - low)).clip(0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def main_person(person: Floats, face: Face, side: int = SIDE) -> Floats:
    """A square person mask of any size without anybody else: who is nearer to another face, out of reach, or apart.

    `side` is the side of the picture that the face was found in.
    """
    size, frame = person.shape[0], face.frame
    u, v = frame.maps(size, side)
    broad = 1.05 - 0.2 * (1 - face.female)
    reach = (broad + (v - frame.chin + 0.25).clip(0) * 3.2).astype(np.float32)
    mine = person * (1 - ramp(np.abs(u) - reach, 0, 0.12))
    own = np.hypot(u, (v - 0.2) * 0.8)
    grid = (np.arange(size, dtype=np.float32) + np.float32(0.5)) * np.float32(side / size)
    for left, top, right, bottom in face.others:
        width = max(float(right - left), 1.0)
        x, y = (grid[None] - (left + right) / 2) / width, (grid[:, None] - (top + bottom) / 2) / width
        mine = mine * ramp(np.asarray(np.hypot(x, y * 0.8) - own, np.float32), -0.08, 0.08)
    solid = cv2.morphologyEx((mine > 0.45).astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    _, parts = cv2.connectedComponents(solid)
    here = [np.clip((frame.at(0, down) * size / side).astype(int), 0, size - 1) for down in (0.0, 0.3)]
    keep = {int(parts[y, x]) for x, y in here} - {0}
    if keep:
        mine = mine * cv2.dilate(np.isin(parts, list(keep)).astype(np.float32), np.ones((7, 7), np.uint8))
    return np.asarray(mine, np.float32)
