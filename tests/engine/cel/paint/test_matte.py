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


def test_hair_ends_in_tips_where_it_hangs_and_only_there(sitter):
    """A falling curtain of hair: its lower edge becomes uneven, its sides stay straight."""
    photo = np.full((200, 200, 3), 40, np.float32)
    labels = np.zeros((200, 200, 5), np.float32)
    labels[..., Label.BACKGROUND] = 1
    labels[20:120, 60:140] = 0
    labels[20:120, 60:140, Label.HAIR] = 1
    locks = np.tile(2 * np.sin(np.arange(200, dtype=np.float32) / 3), (200, 1))
    hair = sharpened(labels, photo, DOWN, locks, sitter.warped)[..., Label.HAIR] > 0.5
    ends = [int(np.flatnonzero(hair[:, x])[-1]) for x in range(66, 134)]
    sides = [int(np.flatnonzero(hair[y])[0]) for y in range(30, 110)]
    assert max(ends) - min(ends) >= 3
    assert max(sides) - min(sides) <= 1
