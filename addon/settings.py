"""Every setting in one table: mitmproxy options are `anime_<name>`, flags of `avatanime run` are `--<name>`."""

import difflib
import math
from collections.abc import Mapping, Sequence
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
INSTANTID = (
    "recipe",
    "character",
    "captioner",
    "captioner_model",
    "captioner_timeout",
    "models_dir",
    "device",
    "compile",
    "int8",
    "batch",
    "idle_unload",
    "engine_process",
)
"""Settings that only the instantid engine knows."""

SETTINGS: tuple[Setting, ...] = (
    Setting("enabled", True, "Rewrite avatars; off passes every original through."),
    Setting("engine", "cel", "Which engine draws.", choices=("cel", "instantid")),
    Setting("style", "auto", "Drawing style; auto picks one that suits each picture and keeps it.", choices=STYLES),
    Setting("deadline", 4.0, "Seconds a request may wait for its portrait before it gets the original.", least=0),
    Setting("sites", "twitter", "Comma-separated sites whose avatars are rewritten."),
    Setting(
        "no_face", "cel", "Pictures without a face: leave them, or give them a cel look.", choices=("leave", "cel")
    ),
    Setting("cache_size", 512, "Size limit of the portrait store, in MiB.", least=16),
    Setting("workers", 0, "Worker processes that draw; 0 takes all cores but one, at most 8.", least=0),
    Setting("queue", 256, "Drawings that may wait; past that the one that has waited longest is shed.", least=1),
    Setting(
        "draft",
        "original",
        "What is shown until the instantid engine has loaded and drawn: the original, or a cel portrait.",
        choices=("original", "cel"),
    ),
    Setting(
        "recipe",
        "auto",
        "instantid: how to denoise. NAME or NAME:field=value,...; three with slashes between are for draft/standard/"
        "quality. auto: each tier's own.",
    ),
    Setting("character", "auto", "instantid: whose look to borrow. auto picks one per picture; none; or NAME, SERIES."),
    Setting(
        "captioner",
        "blip",
        "instantid: what describes the picture. openai and anthropic send faces to those companies.",
        choices=("blip", "none", "openai", "anthropic", "ollama"),
    ),
    Setting("captioner_model", "", "instantid: which model of a captioning service; empty: its usual one."),
    Setting(
        "captioner_timeout",
        5.0,
        "instantid: seconds a captioning service may take; then it is done without.",
        least=0.1,
    ),
    Setting("models_dir", "", "instantid: folder of its models; empty: models/instantid in avatanime's own folder."),
    Setting("device", "auto", "instantid: where it runs.", choices=("auto", "cuda", "mps", "cpu")),
    Setting(
        "compile",
        "none",
        "instantid: compile the networks; the first start then takes minutes.",
        choices=("none", "inductor", "inductor-full", "stable-fast"),
    ),
    Setting("int8", False, "instantid: keep weights in 8 bits (needs torchao): less memory, slightly other pictures."),
    Setting("batch", 4, "instantid: most portraits drawn at once.", least=1),
    Setting("idle_unload", 0.0, "instantid: seconds without work after which GPU memory is freed; 0: never.", least=0),
    Setting("engine_process", False, "instantid: give it a process of its own, which is started again if it fails."),
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
    draft: str
    recipe: str
    character: str
    captioner: str
    captioner_model: str
    captioner_timeout: float
    models_dir: str
    device: str
    compile: str
    int8: bool
    batch: int
    idle_unload: float
    engine_process: bool

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
        options = {name: getattr(self, name) for name in INSTANTID} if self.engine == "instantid" else {}
        return EngineSettings(style=self.style, no_face=self.no_face, options=options)


def read(words: Sequence[str]) -> dict[str, Value]:
    """Values for `Settings.parse` from a command line's texts, such as `recipe=writeup`. Raises SettingError."""
    kinds = {setting.name: type(setting.default) for setting in SETTINGS}
    values: dict[str, Value] = {}
    for word in words:
        name, sign, text = word.removeprefix("anime_").partition("=")
        if not sign or name not in kinds:
            raise SettingError(f"{word!r} sets nothing: give NAME=VALUE with one of {', '.join(kinds)}.")
        try:
            values[name] = {"true": True, "false": False}[text.lower()] if kinds[name] is bool else kinds[name](text)
        except (KeyError, ValueError):
            raise SettingError(f"anime_{name} takes a {kinds[name].__name__}, not {text!r}.") from None
    return values
