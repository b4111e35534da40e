import numpy as np

from engine.cel.geometry import area
from engine.cel.paint.blades import blade, together
from engine.cel.paint.fields import drawn

START, STOP, TIP = (np.array(at, float) for at in ((100, 100), (140, 100), (135, 150)))
DOWN = np.array([0.0, 1.0])
ROOT = np.array([[140.0, 90.0], [100.0, 90.0]])


def test_a_blade_fills_its_base_and_ends_in_a_point():
    shape = drawn([blade(START, STOP, TIP, DOWN, DOWN, ROOT)]) > 0
    widths = shape[92:148].sum(1)
    assert widths[0] > 35
    assert widths[-1] <= 4
    assert (np.diff(widths) <= 2).all()


def test_its_front_bulges_and_its_back_is_hollow():
    outline = blade(START, STOP, TIP, DOWN, DOWN, ROOT)
    assert area(outline) > area(np.vstack([START, TIP, STOP]))
    below = outline[(outline[:, 1] > 110) & (outline[:, 1] < 140) & (outline[:, 0] > 118)]
    chord = STOP[0] + (TIP[0] - STOP[0]) * (below[:, 1] - STOP[1]) / (TIP[1] - STOP[1])
    assert (below[:, 0] <= chord + 0.5).all()


def test_no_locks_part_nowhere():
    none = together([], [])
    assert none.partings.shape == (0, 2)
    assert not (drawn(none.locks) > 0).any()
