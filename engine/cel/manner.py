"""How a style draws a face: the shapes of eyes, lashes, highlights, brows, nose and mouth as plain numbers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Highlight:
    """A spot of light on the iris: place from its centre and radii as shares of the iris's radii; `turn` in radians."""

    x: float
    y: float
    rx: float
    ry: float
    turn: float = 0.0
    alpha: float = 1.0


@dataclass(frozen=True, slots=True)
class Manner:
    """Factors are of the engine's own measure; 1 is the modern look."""

    eye_height: float = 1.0
    eye_width: float = 1.0
    mans_height: float = 0.82
    """Height of a man's eyes as a share of a woman's."""
    iris_width: float = 1.0
    """Breadth of the iris against its height."""
    pupil: float = 0.42
    """Radius of the pupil as a share of the iris."""
    rim: float = 0.12
    """Breadth of the iris's dark rim as a share of its radius."""
    glow: float = 0.6
    """Strength of the light in the lower half of the iris."""
    contrast: float = 1.0
    """How far the iris's dark and light tones lie apart."""
    highlights: tuple[Highlight, ...] = (Highlight(-0.34, -0.40, 0.40, 0.32, -0.3), Highlight(0.38, 0.42, 0.20, 0.15))
    below_lid: float = 0.6
    """How far lights that the upper lid cuts off are set lower in a man's eye, as a share of the way down to whole."""
    lash: float = 1.0
    """Weight of the upper lash line."""
    wing: float = 1.15
    """Length of the lash line beyond the eye's outer corner."""
    lower_lash: float = 1.0
    """Weight of the lower lash line."""
    crease: float = 1.0
    """Weight of the fold above the eye."""
    lid_shadow: float = 0.45
    """Strength of the lid's shadow on the white and the iris."""
    brow: float = 0.85
    """Thickness of the brows."""
    brow_angle: float = -4.0
    """How much lower than in life the brows' inner ends are set, in hundredths of the face's width."""
    nose_line: float = 1.0
    """Weight of the nose's line."""
    nose_shadow: float = 0.9
    """Strength of the nose's shadow wedge."""
    lip: float = 1.0
    """Strength of the lips' colour."""
    mouth_line: float = 1.0
    """Weight of the mouth's line."""


MODERN = Manner()
SHOUJO = Manner(
    eye_height=1.08,
    eye_width=1.03,
    pupil=0.40,
    rim=0.10,
    glow=0.85,
    highlights=(
        Highlight(-0.32, -0.40, 0.36, 0.30, -0.3),
        Highlight(0.36, 0.34, 0.20, 0.17),
        Highlight(-0.30, 0.52, 0.10, 0.09, 0.0, 0.9),
    ),
    lash=0.92,
    wing=1.3,
    lower_lash=1.0,
    lid_shadow=0.35,
    brow=0.68,
    brow_angle=-4.2,
    nose_line=0.8,
    nose_shadow=0.5,
    lip=1.15,
    mouth_line=0.85,
)
RETRO = Manner(
    eye_height=1.05,
    eye_width=0.95,
    iris_width=0.89,
    pupil=0.40,
    rim=0.15,
    glow=0.45,
    contrast=1.2,
    highlights=(Highlight(-0.30, -0.42, 0.46, 0.35, 0.2), Highlight(0.40, 0.30, 0.16, 0.27, 0.5, 0.85)),
    below_lid=0.0,
    lash=1.12,
    wing=1.2,
    lower_lash=1.35,
    crease=1.3,
    brow=0.85,
    brow_angle=-3.6,
    nose_line=1.15,
    nose_shadow=1.0,
    mouth_line=1.05,
)
SHOUNEN = Manner(
    eye_height=0.82,
    mans_height=0.92,
    eye_width=1.08,
    iris_width=0.945,
    pupil=0.40,
    rim=0.17,
    glow=0.45,
    contrast=1.25,
    highlights=(Highlight(-0.34, -0.36, 0.36, 0.29, -0.5), Highlight(0.36, 0.40, 0.14, 0.12)),
    lash=1.4,
    wing=1.25,
    lower_lash=1.3,
    crease=1.1,
    lid_shadow=0.56,
    brow=1.2,
    brow_angle=-2.8,
    nose_line=1.3,
    nose_shadow=1.0,
    lip=0.75,
    mouth_line=1.25,
)
