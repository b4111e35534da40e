"""What is done to the cel as a whole: diffused light, film grain, and the way to 8-bit RGB."""

import cv2
import numpy as np

from engine import Pixels
from engine.cel.frame import SIDE
from engine.cel.look import LabPicture, colour
from engine.cel.paint.fields import blur, full
from engine.cel.paint.flow import noise
from engine.cel.styles import Style


def develop(picture: LabPicture, style: Style, grey: bool, seed: int) -> Pixels:
    """The finished picture in RGB."""
    picture = np.array(picture, np.float32)
    if style.glow:
        small = np.asarray(cv2.resize(picture[..., 0], (100, 100), interpolation=cv2.INTER_AREA), np.float32)
        picture[..., 0] += np.maximum(full(blur(small, 5)) - picture[..., 0], 0) * np.float32(style.glow)
    if style.grain:
        picture[..., 0] += noise(seed & 0xFFFF, 0.7, SIDE) * np.float32(1.6 * style.grain)
    if grey:
        picture = picture * colour(1, 0, 0)
    picture[..., 0] = np.clip(picture[..., 0], 0, 100)
    rgb = cv2.cvtColor(picture, cv2.COLOR_LAB2RGB)
    return np.asarray(np.rint(np.clip(rgb, 0, 1) * 255), np.uint8)
