"""From what is known of a picture to a prompt, in the order Animagine XL was trained on.

`1girl or 1boy, character, series, everything else, quality tags`
(https://huggingface.co/cagliostrolab/animagine-xl-3.1). What is sampled follows from the photo's digest: the same
picture always gets the same character and style.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from avatanime.errors import SettingError
from engine.instantid.characters import CHARACTERS, Character

STYLES: Mapping[str, str] = {
    "modern": "anime coloring, clean lineart, soft shading, vivid colors",
    "shoujo": "shoujo manga style, delicate lineart, sparkling eyes, pastel colors, soft lighting",
    "retro": "1990s (style), retro artstyle, cel shading, film grain, muted colors",
    "shounen": "shounen manga style, bold lineart, hard shading, dynamic, intense colors",
}
"""Drawing styles by the name of the option, in the tags the model was trained on."""

QUALITY = "masterpiece, best quality, very aesthetic, absurdres"
NEGATIVE = (
    "nsfw, photo, realistic, 3d, lowres, bad anatomy, bad face, text, error, cropped, worst quality, low quality, "
    "jpeg artifacts, signature, watermark, username, blurry, artist name, extra digits, multiple views"
)
CAPTION_WORDS = 24
"""Words of a caption that are used: with more the quality tags would fall behind the encoders' 77 tokens."""

_WOMAN = re.compile(r"\b(wom[ae]n|girls?|lad(y|ies)|female|mother|wife|daughter|sister|actress|queen|bride)\b", re.I)
_MAN = re.compile(r"\b(m[ae]n|boys?|guys?|gentlem[ae]n|male|father|husband|son|brother|actor|king|groom)\b", re.I)
_LEAD = re.compile(r"^((arafed|there is|this is|a|an|the|close ?up|picture|photo(graph)?|portrait|image|of)\s+)+", re.I)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is known of the person: by the face models, by a caption, or not at all (None, "")."""

    woman: bool | None = None
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Prompter:
    """Writes prompts. `style` is a key of STYLES or "auto"; `character` is "auto", "none" or `name[, series]`."""

    style: str = "auto"
    character: str = "auto"

    def __post_init__(self) -> None:
        if self.style != "auto" and self.style not in STYLES:
            raise SettingError(f"anime_style is auto, {', '.join(STYLES)}; not {self.style!r}.")
        if len(self.character) > 100 or not self.character.isprintable():
            raise SettingError("anime_character is auto, none, or a name (and series) of up to 100 characters.")

    def style_of(self, seed: int) -> str:
        """The style of the picture with this seed."""
        return Random(f"style {seed}").choice(sorted(STYLES)) if self.style == "auto" else self.style  # noqa: S311

    def write(self, subject: Subject, seed: int) -> str:
        """The prompt for a picture with this seed."""
        woman = gender(subject)
        count = {True: "1girl", False: "1boy, male focus", None: "solo"}[woman]
        rest = [tidy(subject.caption), STYLES[self.style_of(seed)], "solo, portrait, looking at viewer", QUALITY]
        return ", ".join(filter(None, [count, self._character(woman, seed), *rest]))

    def _character(self, woman: bool | None, seed: int) -> str:
        if self.character == "none":
            return ""
        if self.character != "auto":
            return self.character
        found = sample(woman, seed)
        return f"{found.name}, {found.series}"


def sample(woman: bool | None, seed: int) -> Character:
    """A character of the same gender, by chance but always the same for the same seed."""
    fitting = [c for c in CHARACTERS if woman is None or c.woman == woman]
    return Random(f"character {seed}").choice(fitting)  # noqa: S311  # variety, not secrecy


def gender(subject: Subject) -> bool | None:
    """Whether to draw a woman: as the face models say, else as the caption's first word for a person says."""
    if subject.woman is not None:
        return subject.woman
    woman, man = _WOMAN.search(subject.caption), _MAN.search(subject.caption)
    if woman and man:
        return woman.start() < man.start()
    return True if woman else False if man else None


def tidy(caption: str) -> str:
    """A caption as a tag: one line, no lead-in, nothing the encoders would not read."""
    words = re.sub(r"[^\w\s'-]", " ", caption).split()[:CAPTION_WORDS]
    return _LEAD.sub("", " ".join(words) + " ").strip().lower()
