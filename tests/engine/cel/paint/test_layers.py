import cv2
import numpy as np

from engine.cel.paint.fields import half
from engine.cel.paint.layers import cover, layers, oval
from engine.cel.parse import Label


def test_layers_hold_each_other(sitter):
    lay = sitter.layers
    assert (lay.body <= lay.person + 1.5).mean() > 0.98
    assert (lay.hair <= lay.body + 1.5).mean() > 0.98
    total = lay.half_hair + lay.half_skin + lay.half_clothes + lay.half_background
    assert np.allclose(total, 1, atol=1e-4)


def test_the_face_has_no_holes(sitter):
    """Torn labels in the middle of the face close."""
    labels = half(sitter.regions.labels).copy()
    x, y = (sitter.warped.points[4] / 2).astype(int)
    labels[y - 4 : y + 4, x - 4 : x + 4] = 0
    labels[y - 4 : y + 4, x - 4 : x + 4, Label.BACKGROUND] = 1
    lay = layers(labels, sitter.warped)
    assert cover(lay.person)[2 * y, 2 * x] == 1
    assert cover(lay.body)[2 * y, 2 * x] == 1


def test_crumbs_of_hair_are_swept_away(sitter):
    labels = np.zeros((200, 200, 5), np.float32)
    labels[..., Label.BACKGROUND] = 1
    labels[40:90, 40:160] = 0
    labels[40:90, 40:160, Label.HAIR] = 1
    labels[180:184, 180:184] = 0
    labels[180:184, 180:184, Label.HAIR] = 1
    lay = layers(labels, sitter.warped)
    pieces, _ = cv2.connectedComponents((lay.hair > 0).astype(np.uint8))
    assert pieces == 2


def test_outlines_are_smooth(sitter):
    """The silhouette's length is that of a drawn curve, not of a staircase."""
    mask = (sitter.layers.person > 0).astype(np.uint8)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    longest = max(contours, key=len)
    smooth = cv2.approxPolyDP(longest, 1.5, True)
    assert cv2.arcLength(longest, True) < 1.15 * cv2.arcLength(smooth, True)


def test_oval_lies_round_the_features(sitter):
    mask = oval(sitter.warped, 400)
    x, y = np.rint(sitter.warped.points[[4, 13, 33, 263]]).astype(int).T
    assert mask[y, x].min() == 1
    assert mask[0, 0] == 0


def test_the_crown_has_no_spikes_but_keeps_a_thin_cap(sitter):
    """A spike above the head goes; hair that is a mere band over the forehead stays."""
    top = int(sitter.warped.points[10][1] / 2)
    middle = int(sitter.warped.points[10][0] / 2)
    labels = np.zeros((200, 200, 5), np.float32)
    labels[..., Label.BACKGROUND] = 1
    for rows, columns, label in (
        (slice(top - 14, top - 8), slice(middle - 3, middle + 3), Label.HAIR),  # the spike
        (slice(top - 8, top + 2), slice(middle - 40, middle + 40), Label.HAIR),  # the cap
        (slice(top + 2, top + 90), slice(middle - 40, middle + 40), Label.SKIN),
    ):
        labels[rows, columns] = 0
        labels[rows, columns, label] = 1
    lay = layers(labels, sitter.warped)
    assert cover(lay.hair)[2 * top - 24, 2 * middle] == 0
    assert cover(lay.hair)[2 * top - 8, 2 * middle] == 1
