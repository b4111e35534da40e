import io
import sys
from collections.abc import Callable, Sequence
from types import ModuleType

import numpy as np
import pytest
from PIL import Image

from avatanime.errors import EngineError
from engine import Description, Left, Outcome, Pixels, Portrait, Reason, Tier
from engine.drawing import Brief, draw, png
from engine.photo import Photo

type Paint = Callable[..., tuple[bytes, str]]


class Scripted:
    """Gives the outcomes it was made with, and remembers what it was asked."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes = list(outcomes)
        self.batches: list[tuple[int, Tier]] = []

    def warm(self) -> None: ...

    def close(self) -> None: ...

    def recipe(self, tier: Tier) -> str:
        return "scripted"

    def describe(self) -> Description:
        return Description("scripted", "1", "cpu", 0, in_process=False, shares_tiers=False)

    def portray(self, photos: Sequence[Photo], tier: Tier) -> list[Outcome]:
        self.batches.append((len(photos), tier))
        return [self.outcomes.pop(0) for _ in photos]


PIXELS = np.random.default_rng(0).integers(0, 255, (30, 20, 3), np.uint8)
PORTRAIT = Portrait(PIXELS, style="bold", stage_ms={"ink": 3.0})


@pytest.fixture
def shade(monkeypatch: pytest.MonkeyPatch) -> list[Pixels]:
    """The pictures that were given a cel look."""
    seen: list[Pixels] = []
    module = ModuleType("engine.cel.shade")

    def stand_in(pixels: Pixels, size: int = 400) -> Pixels:
        seen.append(pixels)
        return np.zeros((size, size, 3), np.uint8)

    module.shade = stand_in
    monkeypatch.setitem(sys.modules, "engine.cel.shade", module)
    return seen


def test_a_portrait_is_encoded_to_the_pixel(picture: Paint) -> None:
    (drawing,) = draw(Scripted(PORTRAIT), [picture(0)[0]], Brief(Tier.DRAFT))
    assert (drawing.outcome, drawing.reason, drawing.engine) == ("portrait", "", "scripted")
    assert drawing.stage_ms == {"ink": 3.0}
    assert drawing.ms > 0
    with Image.open(io.BytesIO(drawing.png), formats=["PNG"]) as image:
        assert (np.asarray(image) == PIXELS).all()


def test_a_look_that_the_engine_chose_is_the_outcome(picture: Paint) -> None:
    (drawing,) = draw(Scripted(Portrait(PIXELS, look="cel")), [picture(0)[0]], Brief(Tier.DRAFT))
    assert drawing.outcome == "cel"


def test_a_picture_without_a_face_is_restyled_or_left_as_the_brief_says(picture: Paint, shade: list[Pixels]) -> None:
    sources = [picture(9, 80)[0]]
    (left,) = draw(Scripted(Left(Reason.NO_FACE)), sources, Brief(Tier.DRAFT, "leave"))
    assert (left.outcome, left.reason, left.png) == ("left", "no face", b"")
    assert shade == []
    (restyled,) = draw(Scripted(Left(Reason.NO_FACE)), sources, Brief(Tier.DRAFT, "cel"))
    assert (restyled.outcome, restyled.reason) == ("cel", "")
    assert restyled.png == png(np.zeros((400, 400, 3), np.uint8))
    assert shade[0][0, 0].tolist() == [9, 80, 0]


@pytest.mark.parametrize("reason", [Reason.DRAWN, Reason.LOGO])
def test_what_is_drawn_already_is_left_whatever_the_brief_says(
    picture: Paint, shade: list[Pixels], reason: Reason
) -> None:
    (drawing,) = draw(Scripted(Left(reason)), [picture(0)[0]], Brief(Tier.DRAFT, "cel"))
    assert (drawing.outcome, drawing.reason, drawing.png) == ("left", reason.value, b"")
    assert shade == []


def test_a_batch_keeps_its_order_around_what_is_no_picture(picture: Paint) -> None:
    engine = Scripted(PORTRAIT, Left(Reason.LOGO))
    sources = [b"", picture(0)[0], b"GIF89a", picture(1)[0]]
    drawings = draw(engine, sources, Brief(Tier.QUALITY))
    assert [drawing.outcome for drawing in drawings] == ["left", "portrait", "left", "left"]
    assert drawings[0].reason != drawings[3].reason == "logo"
    assert engine.batches == [(2, Tier.QUALITY)]


def test_nothing_that_is_a_picture_asks_nothing_of_the_engine() -> None:
    engine = Scripted()
    assert [drawing.outcome for drawing in draw(engine, [b"", b"x"], Brief(Tier.DRAFT))] == ["left", "left"]
    assert draw(engine, [], Brief(Tier.DRAFT)) == []
    assert engine.batches == []


def test_what_the_engine_raises_is_passed_on(picture: Paint) -> None:
    class Broken(Scripted):
        def portray(self, photos: Sequence[Photo], tier: Tier) -> list[Outcome]:
            raise EngineError("wet canvas")

    with pytest.raises(EngineError, match="wet canvas"):
        draw(Broken(), [picture(0)[0]], Brief(Tier.DRAFT))
