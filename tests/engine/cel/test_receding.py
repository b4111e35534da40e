import numpy as np
import pytest

from engine.cel.frame import upright
from engine.cel.parse import Label, Regions
from engine.cel.receding import told
from engine.cel.traits import Traits


@pytest.fixture
def regions(sitter):
    """A head whose hairline lies so high over the eyes."""

    def of(high: float) -> Regions:
        u, v = upright(128)
        head = (u / 0.6) ** 2 + ((v - 0.1) / 1.0) ** 2 < 1
        labels = np.zeros((128, 128, len(Label)), np.float32)
        labels[..., Label.HAIR] = head & (v < -high)
        labels[..., Label.SKIN] = head & (v >= -high)
        labels[..., Label.BACKGROUND] = ~head
        return Regions(labels, sitter.face.frame)

    return of


@pytest.mark.parametrize(
    ("high", "bald", "receded"), [(0.5, -0.5, 0.0), (0.7, -1.0, 0.0), (0.7, -0.5, 1.0), (0.62, -0.5, 0.5)]
)
def test_a_hairline_has_receded_that_is_high_over_hair_told_to_be_thin(regions, high, bald, receded):
    assert told(regions(high), Traits(bald=bald)).receded == pytest.approx(receded, abs=0.2)


def test_where_no_forehead_is_seen_nothing_is_told(regions):
    given = Traits(bald=-0.5)
    assert told(regions(-1.2), given) is given
