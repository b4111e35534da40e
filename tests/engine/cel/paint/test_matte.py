import numpy as np

from engine.cel.paint.flow import Flow
from engine.cel.paint.matte import refine, sharpened, without_wall
from engine.cel.parse import Label

DOWN = Flow.of(np.zeros((200, 200), np.float32), np.ones((200, 200), np.float32), 1.0)


def scene(edge_seen, edge_labelled):
    """Dark hair left of an edge, light skin right of it; the label is off by some pixels."""
    photo = np.zeros((200, 200, 3), np.float32)
    photo[:, :edge_seen], photo[:, edge_seen:] = (15, 2, 2), (80, 10, 15)
    hair = np.zeros((200, 200), np.float32)
    hair[:, :edge_labelled] = 1
    return photo, hair


def test_the_photo_corrects_the_label(sitter):
    photo, hair = scene(100, 104)
    out = refine(hair, photo, DOWN, sitter.warped)
    assert np.abs((out > 0.5).sum(1) - 100).max() <= 1


def test_where_colours_are_alike_the_label_stands(sitter):
    photo, hair = scene(100, 104)
    photo[:] = (40, 5, 5)
    assert np.allclose(refine(hair, photo, DOWN, sitter.warped), hair, atol=1e-3)


def test_labels_still_sum_to_one(sitter):
    photo, hair = scene(100, 103)
    labels = np.zeros((200, 200, 5), np.float32)
    labels[..., Label.HAIR], labels[..., Label.SKIN] = hair, 1 - hair
    out = sharpened(labels, photo, DOWN, sitter.warped)
    assert np.allclose(out.sum(-1), 1, atol=1e-4)
    assert out.min() >= 0


def white_wall(hair_tone):
    """A bald man before a white wall, some of which was taken for hair."""
    photo = np.full((200, 200, 3), (92, 0, 1), np.float32)
    labels = np.zeros((200, 200, 5), np.float32)
    labels[..., Label.BACKGROUND] = 1
    labels[20:60, 60:140] = 0
    labels[20:60, 60:140, Label.HAIR] = 1
    photo[20:60, 60:140] = hair_tone
    return labels, photo


def test_a_white_wall_is_no_hair():
    labels, photo = white_wall((88, 1, 1))
    out = without_wall(labels, photo)
    assert out[..., Label.HAIR].max() == 0
    assert np.allclose(out.sum(-1), 1)


def test_white_and_fair_hair_before_a_white_wall_stay():
    for tone in ((72, 1, 3), (88, 2, 14), (20, 0, 0)):
        labels, photo = white_wall(tone)
        assert without_wall(labels, photo) is labels
