import numpy as np

from engine.cel.parse import Label
from engine.cel.portrait import completed, guessed


def test_hair_beyond_the_photo_closes_in_a_dome(sitter):
    labels = np.zeros((200, 200, len(Label)), np.float32)
    hair = np.abs(sitter.u) < 0.6
    labels[..., Label.HAIR] = hair
    labels[..., Label.BACKGROUND] = ~hair
    known = np.broadcast_to(sitter.v[:, 100:101] > -0.5, hair.shape)
    kept = guessed(labels, known, sitter.u, sitter.v)[..., Label.HAIR] > 0
    assert (kept[known] == hair[known]).all()
    beyond = kept & ~known
    assert beyond.any()
    assert sitter.v[beyond].min() > -1.0
    widths = beyond.sum(1)[beyond.any(1)]
    assert (np.diff(widths) >= -1).all()  # narrower towards the top


def test_a_whole_photo_is_not_guessed_at(sitter):
    labels = sitter.labels
    assert guessed(labels, np.ones((200, 200), bool), sitter.u, sitter.v) is labels


def test_what_lies_beyond_the_photo_gets_the_colours_within(sitter):
    known = (sitter.v > -0.6).astype(np.float32)
    photo = np.full((200, 200, 3), (20, 0, 0), np.float32)
    photo[known > 0] = (60, 10, -30)
    out = completed(photo, [np.ones((200, 200), np.float32)], known)
    assert np.abs(out - (60, 10, -30)).max() < 1
