import pytest
from PIL import Image

from addon.cli.sweep import CELL, MARGIN, label, sheet, spread
from avatanime.errors import SettingError


@pytest.mark.parametrize(
    ("text", "whole", "values"),
    [
        ("1:9:3", False, [1, 5, 9]),
        ("0.5", False, [0.5]),
        ("2,4,8", True, [2, 4, 8]),
        ("1:2:5", True, [1, 2]),
        ("3:9:1", False, [3]),
    ],
)
def test_ranges(text: str, whole: bool, values: list[float]) -> None:
    assert spread(text, whole=whole) == values


@pytest.mark.parametrize("text", ["", "a", "1:2", "1:2:0", "1:2:2.5", "1:2:9999", "inf:1:inf", "nan,1:2"])
def test_what_is_no_range_is_said(text: str) -> None:
    with pytest.raises(SettingError, match="is no range"):
        spread(text)


def test_the_sheet_has_a_labelled_cell_for_each() -> None:
    pictures = [Image.new("RGB", (64, 64), colour) for colour in ("red", "lime", "blue")]
    whole = sheet(pictures, [label({"ip_scale": 0.5, "steps": n}) for n in (1, 2, 3)], across=2)
    assert whole.size == (2 * CELL, 2 * (CELL + MARGIN))
    centre = CELL // 2 + MARGIN
    assert whole.getpixel((CELL // 2, centre)) == (255, 0, 0)
    assert whole.getpixel((CELL + CELL // 2, centre)) == (0, 255, 0)
    assert whole.getpixel((CELL // 2, CELL + MARGIN + centre)) == (0, 0, 255)
    assert min(whole.crop((0, 0, CELL, MARGIN)).convert("L").tobytes()) < 100  # the label is written
