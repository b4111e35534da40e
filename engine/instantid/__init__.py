"""The engine for NVIDIA GPUs: InstantID over an SDXL anime checkpoint, distilled to a few steps.

A face becomes an anime picture of that person. Cold, this package is light: torch and the models come with `warm`.
"""

import gc
import importlib.util
import logging
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from avatanime import __version__
from avatanime.errors import DrawingError, EngineError
from engine import Description, EngineSettings, Outcome, Tier
from engine.instantid.options import Plan
from engine.instantid.recipes import Recipe
from engine.photo import Photo

if TYPE_CHECKING:
    from engine.instantid.artist import Artist

log = logging.getLogger(__name__)

NEEDS = ("torch", "diffusers", "transformers", "peft", "accelerate", "safetensors", "huggingface_hub", "insightface")


class InstantIDEngine:
    """See engine.Engine. May be used from any thread, by one at a time."""

    def __init__(self, settings: EngineSettings) -> None:
        """Raises SettingError for a bad option, EngineError if what it needs is not installed."""
        missing = [name for name in NEEDS if importlib.util.find_spec(name) is None]
        if missing:
            raise EngineError(
                f"The instantid engine needs {', '.join(missing)}: pip install 'avatanime[diffusion]', or `make gpu`."
            )
        self.plan = Plan.of(settings)
        self._lock = threading.RLock()
        self._artist: Artist | None = None
        self._batch = self.plan.options.batch
        self._idle: threading.Timer | None = None

    def warm(self) -> None:
        """Load all models; idempotent. Raises ModelError or EngineError, and then nothing is left loaded."""
        with self._lock:
            self._warmed()
            self._rest()

    def portray(self, photos: Sequence[Photo], tier: Tier) -> list[Outcome]:
        """One outcome a photo, in order; loads the models first if they are not (any more)."""
        return self.portray_by(self.plan.recipes[tier], photos)

    def portray_by(self, recipe: Recipe, photos: Sequence[Photo]) -> list[Outcome]:
        """The same by any recipe whose LoRA one of the plan's has. Raises DrawingError, EngineError or ModelError."""
        with self._lock:
            try:
                return self._portray(self._warmed(), recipe, photos)
            finally:
                self._rest()

    def recipe(self, tier: Tier) -> str:
        """Fingerprint of everything but the photo that decides the pixels."""
        return self.plan.fingerprint(tier)

    def describe(self) -> Description:
        """What this engine is; cheap."""
        options, artist = self.plan.options, self._artist
        return Description(
            name="instantid",
            version=__version__,
            device=str(artist.device) if artist else options.device,
            memory_mb=artist.memory_mb if artist else 0.0,
            in_process=not options.engine_process,
            shares_tiers=True,
            stage_ms=dict(artist.stage_ms) if artist else {},
            most_workers=1,
        )

    def close(self) -> None:
        """Free what `warm` took, on the GPU too."""
        with self._lock:
            if self._idle:
                self._idle.cancel()
                self._idle = None
            self._release()

    def _warmed(self) -> "Artist":
        if self._artist is None:
            from engine.instantid.artist import Artist

            self._artist = Artist(self.plan)
        return self._artist

    def _release(self) -> None:
        if self._artist is None:
            return
        import torch

        self._artist = None
        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()

    def _rest(self) -> None:
        """Start the clock after which the models make room."""
        seconds = self.plan.options.idle_unload
        if self._idle:
            self._idle.cancel()
        if seconds > 0 and self._artist is not None:
            self._idle = threading.Timer(seconds, self._doze)
            self._idle.daemon = True
            self._idle.start()

    def _doze(self) -> None:
        with self._lock:
            if self._idle is threading.current_thread():  # else there was work in the meantime
                log.info("The instantid engine was idle: its models are unloaded until the next portrait.")
                self._release()

    def _portray(self, artist: "Artist", recipe: Recipe, photos: Sequence[Photo]) -> list[Outcome]:
        """In batches that fit into the memory."""
        import torch

        outcomes: list[Outcome] = []
        while len(outcomes) < len(photos):
            batch = photos[len(outcomes) :][: self._batch]
            try:
                outcomes += artist.portray(batch, recipe)
            except torch.OutOfMemoryError as e:
                self._shrink(len(batch), e)
            except RuntimeError as e:
                if artist.device.type == "cpu":
                    raise
                raise self._broken(e) from e
        return outcomes

    def _shrink(self, size: int, cause: Exception) -> None:
        """Out of memory: go on with half the batch. Raises DrawingError if there is nothing to halve."""
        import torch

        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        if size == 1:
            raise DrawingError(
                "The GPU's memory does not hold a single drawing: choose a smaller recipe, for example "
                "anime_recipe=standard, or free memory."
            ) from cause
        self._batch = max(1, size // 2)
        log.warning("Out of memory with %d portraits at once: going on with %d.", size, self._batch)

    def _broken(self, cause: RuntimeError) -> DrawingError:
        """After an error of the device nothing on it can be trusted: load anew for the next portrait."""
        self._release()
        return DrawingError(
            f"The device failed ({str(cause).partition(chr(10))[0]}): the models are loaded anew. If it happens again, "
            "start the proxy again, or set anime_engine_process so that the engine's process alone is started again."
        )
