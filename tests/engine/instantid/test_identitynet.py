import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from engine.instantid.identitynet import COLOURS, FaceIDProjection, Resampler, draw_keypoints

POINTS = np.array([[40, 50], [90, 50], [65, 75], [45, 100], [85, 100]], np.float32)


def test_discs_have_full_colour_and_sticks_less() -> None:
    picture = draw_keypoints(POINTS, 128)
    for (x, y), colour in zip(POINTS.astype(int), COLOURS, strict=True):
        assert tuple(picture[y, x]) == colour
    assert tuple(picture[62, 52]) == (153, 0, 0)  # 0.6 of red, between the left eye and the nose
    assert not picture[:20].any()


@given(arrays.arrays(np.float32, (5, 2), elements=st.floats(-5000, 5000, width=32)))
def test_any_points_make_a_picture(points: np.ndarray) -> None:
    picture = draw_keypoints(points, 64)
    assert picture.shape == (64, 64, 3)
    assert picture.dtype == np.uint8


def test_a_batch_of_faces_is_each_face() -> None:
    torch.manual_seed(0)
    for module in (Resampler(64, 2, 1, 16, 32), FaceIDProjection(4, 32)):
        for parameter in module.parameters():
            torch.nn.init.normal_(parameter, std=0.1)
        embeddings = torch.randn(3, 512)
        together = module(embeddings)
        assert together.shape[0] == 3
        for i in range(3):
            torch.testing.assert_close(together[i : i + 1], module(embeddings[i : i + 1]))


def test_faceid_looks_at_the_direction_alone() -> None:
    module = FaceIDProjection(4, 32)
    embedding = torch.randn(1, 512)
    torch.testing.assert_close(module(embedding), module(embedding * 7))
