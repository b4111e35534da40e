import numpy as np

from engine.cel.parse import Label
from engine.cel.portrait import completed, guessed


def test_hair_beyond_the_photo_keeps_to_a_head(sitter):
    labels = np.zeros((200, 200, len(Label)), np.float32)
    labels[..., Label.HAIR] = 1
    known = sitter.v > -0.6
    kept = guessed(labels, known, sitter.u, sitter.v)
    assert (kept[known] == labels[known]).all()
    assert kept[~known & (np.abs(sitter.u) > 0.8)][:, Label.BACKGROUND].all()
    near = ~known & (np.abs(sitter.u) < 0.3) & (sitter.v > -0.9)
    assert kept[near][:, Label.HAIR].all()


def test_what_lies_beyond_the_photo_gets_the_colours_within(sitter):
    known = (sitter.v > -0.6).astype(np.float32)
    photo = np.full((200, 200, 3), (20, 0, 0), np.float32)
    labels = np.zeros((200, 200, len(Label)), np.float32)
    labels[..., Label.BACKGROUND] = 1
    photo[known > 0] = (60, 10, -30)
    out = completed(photo, labels, known)
    assert np.abs(out - (60, 10, -30)).max() < 1
