"""The engine's own settings, parsed once."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from avatanime import __version__
from avatanime.errors import SettingError
from avatanime.home import home
from engine import EngineSettings, Tier
from engine.instantid.prompts import Prompter
from engine.instantid.recipes import Recipe, parse

DEVICES = ("auto", "cuda", "mps", "cpu")
CAPTIONERS = ("blip", "none", "openai", "anthropic", "ollama")
COMPILERS = ("none", "inductor", "inductor-full", "stable-fast")
"""`inductor` compiles the repeated transformer blocks, in a fifth of the time `inductor-full` takes for all."""


@dataclass(frozen=True, slots=True)
class Options:
    """What may be set of this engine, beside the style; each has an option `anime_<name>`."""

    recipe: str = "auto"
    character: str = "auto"
    captioner: str = "blip"
    captioner_model: str = ""
    captioner_timeout: float = 5.0
    models_dir: str = ""
    device: str = "auto"
    compile: str = "none"
    int8: bool = False
    batch: int = 4
    idle_unload: float = 0.0
    engine_process: bool = False

    @classmethod
    def parse(cls, options: Mapping[str, str | int | float | bool]) -> Self:
        """Raises SettingError."""
        try:
            parsed = cls(**options)  # type: ignore[arg-type]  # checked below
        except TypeError as e:
            raise SettingError(f"The instantid engine has no such option: {e}") from e
        for name, allowed in (("device", DEVICES), ("captioner", CAPTIONERS), ("compile", COMPILERS)):
            if getattr(parsed, name) not in allowed:
                raise SettingError(f"anime_{name} is {', '.join(allowed)}; not {getattr(parsed, name)!r}.")
        if parsed.batch < 1:
            raise SettingError(f"anime_batch is at least 1, not {parsed.batch}.")
        return parsed

    @property
    def folder(self) -> Path:
        """Where the model files are."""
        return Path(self.models_dir).expanduser() if self.models_dir else home().models / "instantid"


@dataclass(frozen=True, slots=True)
class Plan:
    """All that decides a portrait beside its photo: what is written, and how it is drawn for each tier."""

    options: Options
    prompter: Prompter
    recipes: Mapping[Tier, Recipe]

    @classmethod
    def of(cls, settings: EngineSettings) -> Self:
        """Raises SettingError."""
        options = Options.parse(settings.options)
        return cls(options, Prompter(settings.style, options.character), parse(options.recipe))

    def fingerprint(self, tier: Tier) -> str:
        """The identity of everything but the photo that decides the pixels."""
        options = self.options
        deciding = {
            "version": __version__,
            "recipe": asdict(self.recipes[tier]),
            "prompter": asdict(self.prompter),
            "captioner": [options.captioner, options.captioner_model],
            "models": options.models_dir,
            "int8": options.int8,
        }
        return "instantid-" + hashlib.sha256(json.dumps(deciding, sort_keys=True).encode()).hexdigest()[:20]
