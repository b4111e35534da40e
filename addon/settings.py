"""Every setting in one table: mitmproxy options are `anime_<name>`, flags of `avatanime run` are `--<name>`."""

import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from avatanime.errors import SettingError
from engine import EngineSettings

type Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: what it is called, its default (whose type is its type), its help, and what it may be."""

    name: str
    default: Value
    help: str
    choices: tuple[str, ...] = ()
    least: float | None = None

    @property
    def option(self) -> str:
        """The name of the mitmproxy option."""
        return f"anime_{self.name}"

    @property
    def flag(self) -> str:
        """The name of the command-line flag."""
        return "--" + self.name.replace("_", "-")

    def check(self, value: Value) -> Value:
        """The value, in the setting's type. Raises SettingError naming what is allowed."""
        kind = type(self.default)
        if kind is float and type(value) is int:
            value = float(value)
        if type(value) is not kind:
            raise SettingError(f"{self.option} takes a {kind.__name__}, not {value!r}.")
        if self.choices and value not in self.choices:
            near = difflib.get_close_matches(str(value), self.choices, 1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise SettingError(f"{self.option} is {', '.join(self.choices)}; not {value!r}.{hint}")
        if kind is float and not math.isfinite(float(value)):
            raise SettingError(f"{self.option} takes a finite number, not {value!r}.")
        if self.least is not None and float(value) < self.least:
            raise SettingError(f"{self.option} is at least {self.least:g}, not {value!r}.")
        return value


STYLES = ("auto", "modern", "shoujo", "retro", "shounen")

SETTINGS: tuple[Setting, ...] = (
    Setting("enabled", True, "Rewrite avatars; off passes every original through."),
    Setting("engine", "cel", "Which engine draws.", choices=("cel", "instantid")),
    Setting("style", "auto", "Drawing style; auto picks one per picture and keeps it.", choices=STYLES),
    Setting("deadline", 2.0, "Seconds a request may wait for its portrait before it gets the original.", least=0),
    Setting("sites", "twitter", "Comma-separated sites whose avatars are rewritten."),
    Setting(
        "no_face", "cel", "Pictures without a face: leave them, or give them a cel look.", choices=("leave", "cel")
    ),
    Setting("cache_size", 512, "Size limit of the portrait store, in MiB.", least=16),
    Setting("workers", 0, "Worker processes that draw; 0 takes all cores but one.", least=0),
    Setting("queue", 256, "Drawings that may wait; past that the one that has waited longest is shed.", least=1),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, parsed once at the edge."""

    enabled: bool
    engine: str
    style: str
    deadline: float
    sites: tuple[str, ...]
    no_face: str
    cache_size: int
    workers: int
    queue: int

    @classmethod
    def parse(cls, values: Mapping[str, Value]) -> Self:
        """Settings from names and values; what is missing has its default. Raises SettingError."""
        unknown = set(values) - {s.name for s in SETTINGS}
        if unknown:
            raise SettingError(f"There is no setting {sorted(unknown)[0]!r}.")
        checked: dict[str, Value | tuple[str, ...]] = {s.name: s.check(values.get(s.name, s.default)) for s in SETTINGS}
        checked["sites"] = tuple(name.strip() for name in str(checked["sites"]).split(",") if name.strip())
        return cls(**checked)  # type: ignore[arg-type]  # each field was checked against the table

    @property
    def for_engine(self) -> EngineSettings:
        """What the engine is told."""
        return EngineSettings(style=self.style, no_face=self.no_face)
