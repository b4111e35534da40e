import numpy as np

from engine.cel.paint.flow import Flow
from engine.cel.paint.matte import refine, sharpened
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
    out = sharpened(labels, photo, DOWN, np.zeros((200, 200), np.float32), sitter.warped)
    assert np.allclose(out.sum(-1), 1, atol=1e-4)
    assert out.min() >= 0
