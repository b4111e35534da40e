"""What draws. Knows nothing of HTTP, caches or mitmproxy.

An `Engine` turns photos into outcomes. `create` makes one by name without loading any model, so that a process which
only needs an engine's `recipe` (the proxy) stays light; `warm` loads.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from avatanime.errors import EngineError
from engine.photo import Photo

type Pixels = NDArray[np.uint8]
"""An RGB picture, (height, width, 3), uint8."""


class Tier(StrEnum):
    """How good a portrait is wanted: it follows from the size that was asked for."""

    DRAFT = "draft"
    STANDARD = "standard"
    QUALITY = "quality"

    @classmethod
    def for_size(cls, size: int) -> "Tier":
        """The tier for a picture whose longer side is `size` pixels."""
        if size <= 96:
            return cls.DRAFT
        return cls.STANDARD if size <= 200 else cls.QUALITY

    @property
    def better(self) -> tuple["Tier", ...]:
        """The tiers above this one, best first."""
        order = tuple(Tier)
        return order[: order.index(self) : -1]


class Reason(StrEnum):
    """Why an engine leaves a picture alone."""

    NO_FACE = "no face"
    DRAWN = "already drawn"
    LOGO = "logo"


@dataclass(frozen=True, slots=True)
class Portrait:
    """A finished drawing. `look` is "portrait" (of a person) or "cel" (the whole picture restyled, no person in it)."""

    pixels: Pixels
    look: str = "portrait"
    style: str = ""
    stage_ms: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Left:
    """The picture stays as it is, and why."""

    reason: Reason


type Outcome = Portrait | Left


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """What may be set of an engine; every field has an option `anime_*` of the same name."""

    style: str = "auto"
    no_face: str = "cel"
    options: Mapping[str, str | int | float | bool] = field(default_factory=dict)
    """Further settings that only the named engine knows, already validated."""


@dataclass(frozen=True, slots=True)
class Description:
    """What an engine says of itself."""

    name: str
    version: str
    device: str
    memory_mb: float
    in_process: bool
    """True if it must live warm in the proxy's own process (a GPU engine), False if in worker processes."""
    shares_tiers: bool
    """True if a better tier's portrait also serves the lesser tiers; False if each tier is drawn for its own sizes."""
    stage_ms: Mapping[str, float] = field(default_factory=dict)
    most_workers: int = 0
    """How many workers may run it at once (one, where they would share a GPU); 0: as many as there are cores."""


class Engine(Protocol):
    """Photos in, outcomes out; batches; pure of I/O once warm."""

    def warm(self) -> None:
        """Load all models; idempotent. Raises EngineError or ModelError."""

    def portray(self, photos: Sequence[Photo], tier: Tier) -> list[Outcome]:
        """One outcome a photo, in order. Deterministic in the photo's pixels, its digest and the recipe."""

    def recipe(self, tier: Tier) -> str:
        """Fingerprint of everything but the photo that decides the pixels: engine, version, style, tier, options."""

    def describe(self) -> Description:
        """What this engine is; cheap, loads nothing."""

    def close(self) -> None:
        """Free what `warm` took; `warm` may be called again."""


def create(name: str, settings: EngineSettings) -> Engine:
    """The engine of that name, cold: "cel" or "instantid".

    Raises EngineError if the name is unknown or what the engine needs is not installed.
    """
    match name:
        case "cel":
            from engine.cel import CelEngine

            return CelEngine(settings)
        case "instantid":
            from engine.instantid import InstantIDEngine

            return InstantIDEngine(settings)
    raise EngineError(f"There is no engine {name!r}: choose cel or instantid.")
