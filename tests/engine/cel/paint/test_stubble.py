import numpy as np
import pytest

from engine.cel.look import colour
from engine.cel.paint import stubble, whiskers
from engine.cel.paint.fields import blur, distance, doubled


@pytest.fixture
def paint(sitter):
    """What stubble of some density changes of flat skin, and that."""
    face, look = sitter.warped, sitter.look()
    whole = doubled(distance(blur(whiskers._days(face), 0.0175 * face.u) - np.float32(0.5))) * 2
    bare = np.full((400, 400), 99, np.float32)

    def of(dense, hairs=True):
        page = np.zeros((400, 400, 3), np.float32) + look.skin.base
        with pytest.MonkeyPatch.context() as patch:
            if not hairs:
                patch.setattr(stubble, "_hairs", lambda *_: [])
            stubble.paint(page, np.s_[0:400, 0:400], whole, bare, dense, sitter.layers, face, look, sitter.v, 2.0, 3)
        return page - look.skin.base, look

    return of


def at(sitter, index):
    x, y = np.rint(sitter.warped.points[index]).astype(int)
    return np.s_[y - 2 : y + 3, x - 2 : x + 3]


def test_stubble_is_a_cool_tint_plainer_on_the_chin_than_on_the_lip(sitter, paint):
    changed, _ = paint(0.9, hairs=False)
    chin = changed[at(sitter, 199)].mean((0, 1))
    assert -30 < chin[0] < -5
    assert chin[2] < -2
    assert chin[0] < changed[at(sitter, 164)][..., 0].mean() < -0.5


def test_denser_stubble_is_plainer(sitter, paint):
    thin, thick = (paint(dense)[0][at(sitter, 199)].mean() for dense in (0.4, 0.9))
    assert thick < 1.3 * thin < 0


def test_stubble_runs_out_into_the_cheeks(sitter, paint):
    """An edge would be that of a patch."""
    changed, _ = paint(0.9, hairs=False)
    steps = np.abs(np.diff(changed[..., 0], axis=0))
    inner = sitter.layers.face[1:] > 12
    assert steps[inner].max() < 0.2 * np.abs(changed[..., 0]).max()


def test_short_hairs_grow_in_it_clear_of_lips_and_edges(sitter, paint):
    bare, full = (paint(0.9, hairs)[0][..., 0] for hairs in (False, True))
    hairs = bare - full > 1
    assert hairs.sum() > 60
    assert not hairs[bare > 0.02 * bare.min()].any()


def test_tones_of_the_grey_are_grey(sitter):
    assert not (colour(60, 0, 0) * stubble._SHAVEN)[1:].any()
