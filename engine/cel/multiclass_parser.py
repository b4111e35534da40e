"""The downloaded parser: MediaPipe's multiclass selfie segmenter, where `avatanime models pull cel` has fetched it.

Its interface (https://huggingface.co/senty-au/selfie_multiclass_256x256-ONNX): float32 (1, 256, 256, 3), RGB in 0..1,
the picture stretched; answers logits (1, 256, 256, 6) of background, hair, body skin, face skin, clothes, others.
"""

import cv2
import numpy as np

from avatanime.errors import ModelError
from engine import Pixels
from engine.cel import contours, scene
from engine.cel.parse import Floats, Label, Regions
from engine.cel.perceive import Sight
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
        """Label every pixel; other people are background."""
        if sight.face is None:
            raise ValueError("There is no face to parse around.")
        small = cv2.resize(rgb, (SIZE, SIZE), interpolation=cv2.INTER_AREA)
        (logits,) = self._net(small[None].astype(np.float32) / np.float32(255)).values()
        classes = _softmax(logits[0])
        anybody = 1 - classes[..., _BACKGROUND]
        mine = scene.main_person(anybody, sight.face, rgb.shape[0])
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
        return Regions(contours.smooth(contours.refilled(best, doubtful, len(Label)), rgb.shape[0], radius=1.6))


def _softmax(logits: Floats) -> Floats:
    weights = np.exp(logits - logits.max(-1, keepdims=True))
    return np.asarray(weights / weights.sum(-1, keepdims=True), np.float32)
