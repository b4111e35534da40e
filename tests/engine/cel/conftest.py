"""One real face, seen once, for everything that paints it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import addon.bench
from engine import Pixels
from engine.cel.complexion import Complexion
from engine.cel.frame import WHOLE, square
from engine.cel.look import LabPicture, Look, WarpedFace, coordinates
from engine.cel.paint.layers import Layers
from engine.cel.paint.palette import Light, measure
from engine.cel.parse import Label, Parser, Regions
from engine.cel.parsers import parser
from engine.cel.perceive import Face, Sight, perceive
from engine.cel.styles import STYLES, Style
from engine.photo import read

ASTRONAUT = Path(addon.bench.__file__).with_name("astronaut.jpg")


@dataclass(frozen=True)
class Given:
    """What parsers give, given."""

    regions: Regions

    def parse(self, rgb: Pixels, sight: Sight) -> Regions:
        return self.regions


@dataclass(frozen=True)
class Sitter:
    """The astronaut, as far as the engine has got before it paints."""

    photo: Pixels
    sight: Sight
    face: Face
    regions: Regions
    complexion: Complexion
    warped: WarpedFace
    seen: LabPicture
    layers: Layers
    u: np.ndarray
    v: np.ndarray

    @property
    def light(self) -> Light:
        return Light.of(self.seen, self.seen, self.warped)

    def look(self, style: Style = STYLES["modern"], grey: bool = False) -> Look:
        return measure(self.seen, self.complexion, None, self.warped, style, grey)

    @property
    def labels(self) -> np.ndarray:
        """The labels of the photo, (200, 200, 7)."""
        return self.regions.seen(WHOLE)

    @property
    def parser(self) -> Parser:
        return Given(self.regions)


@pytest.fixture(scope="session")
def close_up() -> Pixels:
    """The astronaut's head and shoulders, 400 x 400."""
    pixels = read(ASTRONAUT.read_bytes()).pixels
    return square(np.ascontiguousarray(pixels[0:260, 100:360]))


@pytest.fixture(scope="session")
def sit() -> Callable[[Pixels], Sitter]:
    """See and label a picture of a face."""
    from engine.cel import complexion, portrait
    from engine.cel.paint.fields import HALF, half
    from engine.cel.paint.layers import layers
    from engine.cel.warp import Caricature

    def of(photo: Pixels) -> Sitter:
        sight = perceive(photo)
        assert sight.face is not None
        regions = parser().parse(photo, sight)
        warped = portrait.warped_face(sight.face, Caricature(sight.face.frame, sight.face.mesh))
        seen = portrait._lab(np.rint(half(photo)).astype(np.uint8))
        u, v = coordinates(warped, HALF)
        person = complexion.read(photo, sight.face, regions, 75.0)
        return Sitter(
            photo, sight, sight.face, regions, person, warped, seen, layers(regions.seen(WHOLE), warped), u, v
        )

    return of


@pytest.fixture(scope="session")
def sitter(close_up: Pixels, sit: Callable[[Pixels], Sitter]) -> Sitter:
    return sit(close_up)


@pytest.fixture
def handed(sitter):
    """A head with ears and a neck, and a hand at one cheek, before hair or an empty ground; the hand."""

    def of(hair: bool):
        u, v, face = sitter.u, sitter.v, sitter.layers.half_face > 0.5
        ears = (np.abs(u) < 0.60) & (np.abs(v - 0.05) < 0.14)
        neck = (np.abs(u) < 0.30) & (v > 0.75)
        hand = (np.hypot(u - 0.72, v - 0.34) < 0.14) & ~face
        labels = np.zeros((200, 200, len(Label)), np.float32)
        labels[..., Label.SKIN] = face | ears | neck | hand
        labels[..., Label.HAIR if hair else Label.BACKGROUND] = 1 - labels[..., Label.SKIN]
        return labels, hand

    return of
