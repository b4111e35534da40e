import numpy as np

from engine.cel.paint.breadths import FROM, STEP, breadths


def test_it_tells_where_hair_beside_the_face_begins_and_ends(sitter):
    shape = np.where((sitter.u > 0.4) & (sitter.u < 0.7) & (sitter.v < 0.9), 5, -5).astype(np.float32)
    inner, outer = breadths(shape, sitter.warped, 1.0)
    assert np.abs(np.array(inner) - 0.4).max() < 0.03
    assert np.abs(np.array(outer) - 0.7).max() < 0.03
    assert abs(FROM + len(inner) * STEP - 0.9) < 0.06
    assert breadths(shape, sitter.warped, -1.0) == ([], [])
