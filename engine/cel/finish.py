"""What is done to the cel as a whole: diffused light, film grain, and the way to 8-bit RGB."""

import cv2
import numpy as np

from engine import Pixels
from engine.cel.frame import SIDE
from engine.cel.look import LabPicture
from engine.cel.paint.fields import blur
from engine.cel.paint.flow import noise
from engine.cel.styles import Style


def develop(picture: LabPicture, style: Style, grey: bool, seed: int) -> Pixels:
    """The finished picture in RGB."""
    if style.glow:
        small = cv2.resize(picture, (100, 100), interpolation=cv2.INTER_AREA)
        halo = cv2.resize(blur(small, 5), (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)
        brighter = np.maximum(halo[..., 0] - picture[..., 0], 0) * np.float32(style.glow)
        picture = picture + np.dstack([brighter, np.zeros_like(brighter), np.zeros_like(brighter)])
    if style.grain:
        picture = picture.copy()
        picture[..., 0] += noise(seed & 0xFFFF, 0.7, SIDE) * np.float32(1.6 * style.grain)
    if grey:
        picture = picture * np.float32([1, 0, 0])
    picture[..., 0] = np.clip(picture[..., 0], 0, 100)
    rgb = cv2.cvtColor(picture.astype(np.float32), cv2.COLOR_LAB2RGB)
    return np.asarray(np.rint(np.clip(rgb, 0, 1) * 255), np.uint8)
