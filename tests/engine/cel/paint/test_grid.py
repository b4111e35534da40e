import dataclasses

import numpy as np
import pytest

from engine.cel.paint.grid import inside


@pytest.mark.parametrize("turn", [0.0, 0.3])
@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_a_shape_is_where_it_lies_beside_a_face_however_that_leans(sitter, turn, side):
    right = np.array([np.cos(turn), np.sin(turn)])
    face = dataclasses.replace(sitter.warped, right=right, down=np.array([-right[1], right[0]]))
    middle = face.centre + (0.4 * side * face.right + 0.2 * face.down) * face.u
    y, x = np.mgrid[:200, :200] * 2 + 1
    shape = (0.1 * face.u - np.hypot(x - middle[0], y - middle[1])).astype(np.float32)
    aside, down = np.arange(0.2, 0.601, 0.01), np.arange(0.0, 0.401, 0.01)
    seen = inside(shape, face, aside, down, side)
    there = np.hypot(aside[None] - 0.4, down[:, None] - 0.2) < 0.1
    assert np.mean(seen != there) < 0.01
