"""The cel engine: anime portraits on any CPU, painted from the photo's own shapes and colours, no download."""

import importlib
import importlib.util
from collections.abc import Sequence
from typing import TYPE_CHECKING

from avatanime.errors import EngineError
from engine import Description, EngineSettings, Left, Outcome, Portrait, Reason, Tier
from engine.cel import pulled
from engine.photo import Photo

if TYPE_CHECKING:
    from engine.cel.parse import Parser

VERSION = "32"
"""Part of the recipe: raised whenever the same photo would be drawn differently."""
NAMES = ("auto", "modern", "shoujo", "retro", "shounen")
"""What the style may be called; the same as in `styles.STYLES`, known without loading anything."""
_MEMORY_MB = 250.0


class CelEngine:
    """Draws on one CPU core; made in microseconds, its models load with `warm` or the first portrait."""

    def __init__(self, settings: EngineSettings) -> None:
        if settings.style not in NAMES:
            raise EngineError(f"The cel engine has no style {settings.style!r}: choose {', '.join(NAMES)}.")
        for package in ("cv2", "onnxruntime"):
            if importlib.util.find_spec(package) is None:
                raise EngineError(f"The cel engine needs {package}: reinstall avatanime.")
        self._style = settings.style
        self._parsing = pulled.fingerprint()
        self._parser: Parser | None = None
        self._stages: dict[str, float] = {}

    def warm(self) -> None:
        """Load the models, and all else that the first portrait would wait for; idempotent. Raises ModelError."""
        if self._parser is None:
            import cv2
            import numpy as np

            importlib.import_module("engine.cel.portrait")
            from engine.cel.parsers import parser
            from engine.cel.runtime import ALWAYS, net

            cv2.setNumThreads(1)
            for name in ALWAYS:
                net(name)
            cv2.cvtColor(np.zeros((1, 1, 3), np.float32), cv2.COLOR_RGB2LAB)  # has OpenCV make its tables
            self._parser = parser()

    def portray(self, photos: Sequence[Photo], tier: Tier) -> list[Outcome]:
        """One outcome a photo, in order; portraits are 400 x 400, of the photo's largest square around the face."""
        self.warm()
        return [self._portray(photo, tier) for photo in photos]

    def _portray(self, photo: Photo, tier: Tier) -> Outcome:
        from engine.cel import drawn, portrait
        from engine.cel.perceive import perceive, working_picture
        from engine.cel.styles import choose

        assert self._parser is not None  # noqa: S101  # warm() made it
        clock = portrait.Clock()
        with clock("perceive"):
            picture = working_picture(photo.pixels)
            sight = perceive(picture)
            reason = drawn.left(sight)
        if reason is not None:
            return Left(reason)
        if sight.face is None:
            return Left(Reason.NO_FACE)
        style = choose(self._style, photo.seed, sight.face.female)
        pixels = portrait.draw(picture, sight, self._parser, style, photo.seed, tier is Tier.DRAFT, clock)
        self._stages = clock.stages
        return Portrait(pixels, style=style.name, stage_ms=clock.stages)

    def recipe(self, tier: Tier) -> str:
        """Engine, version, parser, style, and whether it is the bold drawing for small sizes."""
        return f"cel-{VERSION}-{self._parsing}-{self._style}-{'bold' if tier is Tier.DRAFT else 'fine'}"

    def describe(self) -> Description:
        """A CPU engine whose every tier is drawn for itself; stages are those of the last portrait."""
        return Description(
            name="cel",
            version=VERSION,
            device="cpu",
            memory_mb=_MEMORY_MB,
            in_process=False,
            shares_tiers=False,
            stage_ms=dict(self._stages),
        )

    def close(self) -> None:
        """Forget the models."""
        if self._parser is not None:
            from engine.cel import runtime

            runtime.net.cache_clear()
            self._parser = None
