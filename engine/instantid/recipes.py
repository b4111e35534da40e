"""How a picture is denoised: one table of recipes, and which of them each tier draws with.

Sources: the model cards of ByteDance/Hyper-SD and ByteDance/SDXL-Lightning for files, schedulers and steps (the number
of steps must be the file's, but for Hyper-SD's unified 1-step LoRA, good for 1 to 8 steps with TCD and an eta that
shrinks as steps grow); InstantX/InstantID for the scales.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from avatanime.errors import SettingError
from engine import Tier

SCHEDULERS = ("tcd", "ddim-trailing", "euler", "euler-trailing")
DECODERS = ("taesd", "vae")
ADAPTERS = ("instantid", "faceid")


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides the arithmetic of a drawing.

    `guidance` above 1 runs the UNet for the negative prompt too, in the steps before `guidance_end` (a fraction of all
    steps); IdentityNet runs in the steps before `control_end`, and if `control_null` for the negative half as well.
    """

    steps: int
    scheduler: str = "tcd"
    lora: str = ""
    guidance: float = 0.0
    eta: float = 0.0
    size: int = 1024
    ip_scale: float = 0.8
    control_scale: float = 0.8
    guidance_end: float = 1.0
    control_end: float = 1.0
    control_null: bool = True
    decoder: str = "taesd"
    adapter: str = "instantid"

    def __post_init__(self) -> None:
        _demand(1 <= self.steps <= 100, "steps is 1 to 100", self.steps)
        _demand(64 <= self.size <= 2048 and self.size % 64 == 0, "size is 64 to 2048 in steps of 64", self.size)
        _demand(0 <= self.guidance <= 30, "guidance is 0 to 30", self.guidance)
        for name, most in (("eta", 1), ("guidance_end", 1), ("control_end", 1), ("ip_scale", 2), ("control_scale", 2)):
            _demand(0 <= getattr(self, name) <= most, f"{name} is 0 to {most}", getattr(self, name))
        for name, allowed in (("scheduler", SCHEDULERS), ("decoder", DECODERS), ("adapter", ADAPTERS)):
            _demand(getattr(self, name) in allowed, f"{name} is {', '.join(allowed)}", getattr(self, name))

    def guided(self, step: int) -> bool:
        """Whether the step (from 0) is drawn towards the prompt and away from the negative prompt."""
        return self.guidance > 1 and (step + 1) / self.steps <= self.guidance_end

    def controlled(self, step: int) -> bool:
        """Whether IdentityNet has a say in the step; counted as diffusers' `control_guidance_end`."""
        return self.control_scale > 0 and (step + 1) / self.steps <= self.control_end


def _demand(holds: bool, rule: str, value: object) -> None:
    if not holds:
        raise SettingError(f"A recipe's {rule}, not {value!r}.")


LIGHTNING = "sdxl_lightning_{}step_lora.safetensors"
HYPER = "Hyper-SDXL-{}steps-lora.safetensors"
HYPER_UNIFIED = "Hyper-SDXL-1step-lora.safetensors"
HYPER_CFG = "Hyper-SDXL-8steps-CFG-lora.safetensors"

RECIPES: Mapping[str, Recipe] = {
    # What the tiers draw with: two LoRA files between them.
    "draft": Recipe(steps=2, lora=HYPER_UNIFIED, eta=0.5, size=512),
    "standard": Recipe(steps=4, lora=HYPER_UNIFIED, eta=0.3, size=768),
    "quality": Recipe(
        steps=8,
        lora=HYPER_CFG,
        guidance=6.5,
        size=768,
        guidance_end=0.5,  # later steps refine what the early ones settled: the prompt needs no more pull
        control_end=0.625,
        control_null=False,
    ),
    # The way of the project this one answers to: where it began, and where it ended.
    "first-version": Recipe(
        steps=20, scheduler="euler", guidance=7.5, adapter="faceid", control_scale=0.0, decoder="vae"
    ),
    "writeup": Recipe(steps=8, lora=HYPER_CFG, guidance=6.5),
    # As published.
    **{f"lightning-{n}": Recipe(steps=n, scheduler="euler-trailing", lora=LIGHTNING.format(n)) for n in (2, 4, 8)},
    "hyper-1": Recipe(steps=1, lora=HYPER_UNIFIED, eta=1.0),
    **{f"hyper-{n}": Recipe(steps=n, scheduler="ddim-trailing", lora=HYPER.format(n)) for n in (2, 4, 8)},
    "hyper-8-cfg": Recipe(steps=8, scheduler="ddim-trailing", lora=HYPER_CFG, guidance=6.5),
}


def parse(spec: str) -> dict[Tier, Recipe]:
    """The recipe of each tier from the option `anime_recipe`.

    `NAME` or `NAME:field=value,field=value`; `auto` stands for the tier's own recipe. One for all tiers, or three
    (draft/standard/quality) with slashes between: `lightning-2/auto/writeup:size=768,guidance=5`. Raises SettingError.
    """
    each = [part.strip() for part in spec.split("/")]
    if len(each) == 1:
        each *= len(Tier)
    if len(each) != len(Tier):
        raise SettingError(f"anime_recipe is one recipe, or three with slashes between; not {spec!r}.")
    return {tier: _parse_one(one, tier) for tier, one in zip(Tier, each, strict=True)}


def _parse_one(spec: str, tier: Tier) -> Recipe:
    name, _, overrides = spec.partition(":")
    name = tier.value if name.strip() in ("", "auto") else name.strip()
    if name not in RECIPES:
        near = difflib.get_close_matches(name, RECIPES, 1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise SettingError(f"There is no recipe {name!r}: choose auto, {', '.join(RECIPES)}.{hint}")
    changes: dict[str, Any] = {}
    for item in filter(None, (o.strip() for o in overrides.split(","))):
        field, sign, value = (x.strip() for x in item.partition("="))
        if not sign:
            raise SettingError(f"A recipe is changed by field=value, not {item!r}.")
        changes[field] = _value(field, value)
    return replace(RECIPES[name], **changes)


def _value(field: str, text: str) -> str | int | float | bool:
    """The text in the field's type."""
    kinds = {f.name: f.type for f in fields(Recipe)}
    match kinds.get(field):
        case None:
            raise SettingError(f"A recipe has no {field!r}: choose from {', '.join(kinds)}.")
        case t if t is bool:
            if text.lower() not in ("true", "false"):
                raise SettingError(f"A recipe's {field} is true or false, not {text!r}.")
            return text.lower() == "true"
        case t if t is str:
            return text
        case t:
            try:
                return int(text) if t is int else float(text)
            except ValueError as e:
                raise SettingError(f"A recipe's {field} is a number, not {text!r}.") from e
