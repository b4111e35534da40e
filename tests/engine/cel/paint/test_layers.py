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


def plain(sitter, hair):
    """Labels of the sitter with other hair."""
    labels = half(sitter.regions.labels).copy()
    labels[hair] = 0
    labels[hair, Label.HAIR] = 1
    return labels


def test_hair_that_does_not_reach_the_head_is_worn(sitter):
    """A dark cuff in the corner is no hair."""
    cuff = np.zeros((200, 200), bool)
    cuff[185:, :25] = True
    lay = layers(plain(sitter, cuff), sitter.warped)
    assert lay.half_hair[190:, :20].max() < 0.1
    assert lay.half_clothes[192:, :18].min() > 0.8


def test_nothing_hangs_in_the_air(sitter):
    labels = half(sitter.regions.labels).copy()
    labels[2:14, 2:14] = 0
    labels[2:14, 2:14, Label.CLOTHES] = 1
    lay = layers(labels, sitter.warped)
    assert cover(lay.person)[:30, :30].max() < 0.5


def test_a_head_that_touches_the_border_has_a_round_crown(sitter):
    """Labels that run up to the border in a column make no column."""
    x, top = (sitter.warped.points[10] / 2).astype(int)
    labels = np.zeros((200, 200, 5), np.float32)
    labels[..., Label.BACKGROUND] = 1
    column = np.zeros((200, 200), bool)
    column[top - 12 : top + 40, x - 40 : x + 40] = True
    column[: top + 40, x - 14 : x + 14] = True
    labels[column] = 0
    labels[column, Label.HAIR] = 1
    widths = (layers(labels, sitter.warped).person > 0).sum(1)[4 : 2 * top]
    assert widths[0] > 32
    assert (np.diff(widths.astype(int)) > -6).all()
    assert np.diff(widths.astype(int)).max() < 30


def test_a_skull_is_there_whatever_the_labels_say(sitter):
    labels = half(sitter.regions.labels).copy()
    x, y = (sitter.warped.points[10] / 2).astype(int)
    labels[: y + 6] = 0
    labels[: y + 6, :, Label.BACKGROUND] = 1
    lay = layers(labels, sitter.warped)
    assert lay.half_skin[y, x] > 0.8


def test_a_profile_shows_its_nose(sitter):
    """In a turned face the points down its middle are its outline."""
    import dataclasses

    points = sitter.warped.points.copy()
    points[4] = sitter.warped.points[454] + sitter.warped.right * 0.15 * sitter.warped.u
    turned = dataclasses.replace(sitter.warped, points=points, yaw=0.4)
    x, y = np.rint(points[4] - sitter.warped.right * 0.04 * sitter.warped.u).astype(int)
    assert oval(turned, 400)[y, x] > 0.5
    assert oval(dataclasses.replace(turned, yaw=0.0), 400)[y, x] < 0.5
