import dataclasses

import numpy as np
import pytest

from engine.cel.look import colour
from engine.cel.paint import attire, clothes, skin
from engine.cel.paint.attire import Attire, Outfit
from engine.cel.paint.collars import Collar
from engine.cel.styles import STYLES
from engine.cel.traits import Traits

NOTHING = Outfit(np.zeros((0, 3), np.float32), np.zeros(0, np.float32), np.zeros(0, np.float32))
"""No clothes outside the portrait."""
PLAIN, BARE = Traits(), Traits(bare=0.5)


@pytest.fixture
def dressed(sitter):
    """The sitter's layers with clothes wherever there is no skin."""

    def of(skin=None, body=None):
        skin = np.zeros((200, 200), np.float32) if skin is None else skin
        nothing, nowhere = np.full((400, 400), -12, np.float32), np.zeros((200, 200), np.float32)
        return dataclasses.replace(
            sitter.layers,
            half_clothes=1 - skin,
            half_skin=skin,
            half_hair=nowhere,
            half_face=nowhere,
            person=np.full((400, 400), 12, np.float32),
            body=nothing if body is None else body,
        )

    return of


@pytest.fixture
def paint(sitter):
    def of(seen, lay, page=0.0, style=STYLES["modern"], traits=PLAIN):
        page = np.full((400, 400, 3), page, np.float32)
        look = sitter.look(style)
        face, u = sitter.warped, sitter.u
        chin = skin.under_chin(lay.half_face, face, u, sitter.v, -1.0)
        return clothes.paint(page, seen, NOTHING, traits, lay, face, look, style, 1.0, u, chin, 2.0, -1.0, 3)[0]

    return of


def cloth(colour):
    return np.zeros((200, 200, 3), np.float32) + np.float32(colour)


def test_a_plain_garment_is_flat_but_for_its_folds(sitter, dressed, paint):
    out = paint(cloth((35, 40, 25)), dressed())
    base = np.median(out[:100].reshape(-1, 3), 0)
    assert base[1] > 20
    off = np.abs(out - base).max(-1) > 1
    assert not off[:100].any()
    below = np.mgrid[0:400, 0:400][0] > sitter.warped.points[152][1]
    assert 0 < off[below].mean() < 0.3
    assert (out[off][:, 0] < base[0]).all()


def test_a_seam_follows_the_neckline(sitter, dressed, paint):
    neck = ((np.abs(sitter.u) < 0.3) & (sitter.v < 0.9)).astype(np.float32)
    out = paint(cloth((60, 5, -30)), dressed(neck), traits=Traits(jacket=0.5))
    dark = out[..., 0] < 0.8 * np.median(out[..., 0])
    ends = (sitter.warped.centre + sitter.warped.down * sitter.warped.u * 0.9)[1]
    column = np.flatnonzero(dark[:, int(sitter.warped.centre[0])])
    below = column[column > ends + 2]
    assert len(below)
    assert np.all(np.abs(below - ends - 0.055 * sitter.warped.u) < 4)


def test_a_collar_lies_along_the_neckline_of_a_t_shirt(sitter, dressed, paint):
    cut = np.float32([0.3, 0.4, 1, 0.0, 9])
    lay = dataclasses.replace(dressed(), neckline=cut)
    band, without = (paint(cloth((60, 5, -30)), lay, traits=traits) for traits in (PLAIN, Traits(jacket=0.5)))
    changed = np.abs(band - without).max(-1) > 1
    chin, u = sitter.warped.points[152], sitter.warped.u
    column = np.flatnonzero(changed[:, int(chin[0])]) - chin[1]
    assert column.min() == pytest.approx(0.3 * u, abs=3)
    assert column.max() == pytest.approx(0.355 * u, abs=3)


def test_a_t_shirt_has_sleeves_that_are_set_in(sitter, dressed, paint):
    lay = dataclasses.replace(dressed(), neckline=np.float32([0.3, 0.4, 1, 0.0, 9]))
    band, without = (paint(cloth((60, 5, -30)), lay, traits=traits) for traits in (PLAIN, Traits(jacket=0.5)))
    chin, u = sitter.warped.points[152], sitter.warped.u
    row = int(chin[1] + 0.1 * u)
    across = (np.arange(400) - chin[0]) / u
    seams = (np.abs(across) > 0.7) & (np.abs(across) < 1.0)
    assert band[row, seams, 0].min() < 0.75 * np.median(band[row, :, 0])
    assert without[row, seams, 0].min() > 0.75 * np.median(without[row, :, 0])


def test_a_t_shirt_is_not_open_though_its_print_looks_so(sitter, dressed, paint):
    seen = suit(sitter, (30, 0, -5), (85, 0, 2))
    whole, opened = (paint(seen, dressed(), traits=traits)[..., 0] for traits in (PLAIN, Traits(jacket=0.5)))
    chin, u = sitter.warped.points[152], sitter.warped.u
    row = int(chin[1] + 0.6 * u)
    within, aside = (int(chin[0] + far * u) for far in (0.0, 0.8))
    assert abs(opened[row, within] - opened[row, aside]) > 25
    assert abs(whole[row, within] - whole[row, aside]) < 12


def test_no_clothes_no_paint(sitter, paint):
    lay = dataclasses.replace(sitter.layers, half_clothes=np.zeros((200, 200), np.float32))
    assert (paint(sitter.seen, lay, page=5) == 5).all()


def suit(sitter, jacket, shirt):
    """A jacket that is open over a shirt."""
    across, below = ((np.arange(200) * 2 + 1 - at) / sitter.warped.u for at in sitter.warped.points[152])
    seen = cloth(jacket)
    seen[np.abs(across) < 0.42 - 0.22 * below[:, None]] = shirt
    return seen


def test_a_suit_is_sewn_of_pieces_and_a_plain_garment_of_one(sitter, dressed, paint):
    lay = dataclasses.replace(dressed(), neckline=np.float32([0.2, 0.3, 0, 0, 9]))
    chin, u = sitter.warped.points[152], sitter.warped.u

    def at(out, x, y):
        column, row = np.rint(chin + np.array([x, y]) * u).astype(int)
        part = out[row - 4 : row + 5, column - 4 : column + 5].reshape(-1, 3)
        return np.median(part, 0)

    plain = paint(cloth((25, 0, -10)), lay)
    lay = dataclasses.replace(lay, collar=Collar(lay.neckline, 0.0, 0.0))
    suited = paint(cloth((25, 0, -10)), lay, traits=Traits(suit=1, tie=1))
    assert np.abs(at(plain, 0.1, 0.3) - at(plain, 0.5, 0.3)).max() < 8
    assert at(suited, 0.08, 0.3)[0] > at(suited, 0.6, 0.3)[0] + 15  # a shirt, of which nothing is seen, is light
    assert at(suited, 0, 0.42)[0] < at(suited, 0.08, 0.3)[0] - 15  # and has a dark tie
    collar = paint(cloth((25, 0, -10)), lay, traits=Traits(collar=1))
    assert np.abs(at(collar, 0.1, 0.3) - at(collar, 0.5, 0.3)).max() < 20
    assert np.abs(collar - plain).max() > 10  # its seams


def test_the_points_of_a_collar_are_inked(sitter, dressed, paint):
    """A line that cuts their corners leaves cloth and its shadow beyond it."""
    cut = np.float32([0.2, 0.3, 0, 0, 9])
    cloth_of, chin = np.float32([75, 0, -10]), sitter.warped.points[152]
    out = paint(cloth(cloth_of), dataclasses.replace(dressed(), collar=Collar(cut, 0.0, 0.0)), traits=Traits(collar=1))
    wings = attire.pieces(Attire.SHIRT, cut, cloth_of, cloth_of, cloth_of)[-2:]
    for wing in wings:
        column, row = np.rint(attire.placed(wing.outline, cut, chin, sitter.warped.u)[2] - 0.5).astype(int)
        assert out[row - 2 : row + 2, column - 1 : column + 2, 0].min() < 0.7 * np.median(out[..., 0])


def test_the_chin_casts_its_shadow_on_collars_too(sitter, dressed, paint):
    """It would end at the neck else, and what stands about that would be paper."""
    collar, chin = Collar(np.float32([0.2, 0.3, 0, 0, 9]), 0.0, 0.0), sitter.warped.points[152]
    lay = dataclasses.replace(dressed(), collar=collar)
    shaded = dataclasses.replace(lay, half_face=sitter.layers.half_face)
    lit, out = (paint(cloth((75, 0, -10)), one, traits=Traits(collar=1)) for one in (lay, shaded))
    x, y = np.rint(chin + np.array([0.16, 0.13]) * sitter.warped.u).astype(int)
    assert out[y, x, 0] < lit[y, x, 0] - 8
    x, y = np.rint(chin + np.array([0.16, 0.5]) * sitter.warped.u).astype(int)
    assert out[y, x, 0] == pytest.approx(lit[y, x, 0], abs=1)


def test_pieces_cast_shadows_away_from_the_light(sitter, dressed, paint):
    """A tie does so on the shirt: light comes from the left."""
    lay = dataclasses.replace(dressed(), collar=Collar(np.float32([0.2, 0.3, 0, 0, 9]), 0.0, 0.0))
    out = paint(cloth((25, 0, -10)), lay, traits=Traits(suit=1, tie=1))
    (x, y), u = np.rint(sitter.warped.points[152]).astype(int), sitter.warped.u
    row, beside = out[y + int(0.55 * u), :, 0], int(0.088 * u)
    assert row[x + beside] < row[x - beside] - 8


def test_a_shadow_that_falls_into_another_is_no_darker(sitter):
    """It would be a stain on a collar."""
    look, face, box = sitter.look(), sitter.warped, slice(0, 200)
    outline = np.array([[-0.2, 0.1], [0.2, 0.1], [0.2, 0.4], [-0.2, 0.4]])
    pieces = [attire.Piece(outline, np.float32([70, 0, 0]))]
    cut, place = np.float32([0.2, 0.3, 0, 0, 9]), face.points[152] + np.array([0.21, 0.3]) * face.u
    x, y = np.rint(place).astype(int)

    def sewn(fallen):
        picture = np.full((400, 400, 3), 60, np.float32)
        shadows = np.full((400, 400), fallen, np.float32)
        clothes._sewn(picture, shadows, pieces, [], cut, box, face, look, STYLES["modern"], 1.0, 0.5, -1.0)
        return float(picture[y, x, 0]), float(shadows[y, x])

    lit, shaded = sewn(0.0), sewn(1.0)
    assert lit[0] < 60 - 8
    assert lit[1] > 0.8
    assert shaded[0] == 60


def test_a_shirt_has_the_colour_of_what_is_seen_of_it(sitter, dressed, paint):
    """Where a collar was added there is none of it in the photo."""
    seen, known = cloth((75, 0, -30)), np.ones((200, 200), np.float32)
    known[:130], seen[:130] = 0, (30, 40, 20)
    lay = dataclasses.replace(dressed(), half_seen=known, collar=Collar(np.float32([0.2, 0.3, 0, 0, 9]), 0.0, 0.0))
    out = paint(seen, lay, traits=Traits(collar=1))
    assert np.median(out[..., 1]) < 5


def test_a_neck_in_shadow_is_no_shirt(sitter, dressed, paint):
    look = sitter.look()
    out = paint(suit(sitter, (25, 0, -10), look.seen_skin * np.float32(0.55)), dressed(), traits=Traits(jacket=0.5))
    x, y = np.rint(sitter.warped.points[152] + sitter.warped.down * 0.4 * sitter.warped.u).astype(int)
    assert np.abs(out[y, x] - look.skin.shadow).max() < 3


def test_what_has_the_colour_of_skin_is_bare_but_not_in_a_toned_photograph(sitter, dressed):
    """There all that is as light as the skin has its colour."""

    def shoulders(chroma, told, traits=BARE):
        skin = np.float32([70, chroma * 0.6, chroma * 0.8])
        look = dataclasses.replace(sitter.look(), seen_skin=skin)
        page, style = np.zeros((400, 400, 3), np.float32), STYLES["modern"]
        out, bare = clothes.paint(
            page,
            cloth(skin),
            NOTHING,
            traits,
            dressed(),
            sitter.warped,
            look,
            style,
            1.0,
            sitter.u,
            np.zeros((200, 200), np.float32),
            2.0,
            -1.0,
            3,
        )
        assert bare == told
        return np.abs(out[390, 20] - look.skin.base).max()

    assert shoulders(20, True) < 1
    assert shoulders(5, False) > 8
    assert shoulders(20, False, PLAIN) > 3  # who is dressed for certain wears what has that colour


def test_cloth_with_a_pattern_is_no_skin_even_where_it_has_its_colour(sitter, paint, dressed):
    """A check of the skin's colour and another one."""
    seen = sitter.look().seen_skin
    photo = cloth(seen)
    y, x = np.mgrid[0:200, 0:200]
    photo[(x // 8 + y // 8) % 2 > 0] = (25, 10, -30)
    out = paint(photo, dressed(), traits=BARE)[300:]
    assert (np.abs(out - sitter.look().skin.base).max(-1) < 1).mean() < 0.01
    assert out[..., 0].std() > 5


def test_pale_violets_print_as_blue_and_grey():
    """Denim, and the bluish greys of photographs; a violet dress stays one."""
    style = STYLES["modern"]

    def hue(a, b):
        _, a, b = clothes.printed(colour(50, a, b), style, 1.0, grey=False)
        return np.degrees(np.arctan2(b, a)) % 360, np.hypot(a, b)

    assert hue(8, -15)[0] < 287
    assert hue(3, -9)[0] < 283
    assert hue(2, -5)[1] < 5
    assert abs(hue(35, -35)[0] - 315) < 1


def test_darker_garments_print_darker():
    style = STYLES["modern"]
    printed = [clothes.printed(colour(lightness, 0, 0), style, 1.0, grey=False)[0] for lightness in (2, 25, 50, 75, 98)]
    assert printed == sorted(printed)
    assert printed[0] > 10


def test_the_head_casts_a_shadow_on_what_lies_below_it_and_the_neck_none(dressed, paint):
    """The neck's would be a second edge of the collar."""
    hair, body = np.zeros((200, 200), np.float32), np.full((400, 400), -12, np.float32)
    hair[:100], body[:200] = 1, 12
    head, neck = (dataclasses.replace(dressed(body=body), half_hair=it) for it in (hair, 0 * hair))
    out = paint(cloth((70, 5, -30)), head)
    assert out[204, 200, 0] < out[260, 200, 0] - 5
    out = paint(cloth((70, 5, -30)), neck)
    assert out[204, 200, 0] == pytest.approx(out[260, 200, 0], abs=1)


def test_a_collar_is_no_darker_where_a_shadow_lies_on_it(sitter, dressed, paint, monkeypatch):
    """An edge across it would be a stain."""
    lay = dataclasses.replace(dressed(), neckline=np.float32([0.3, 0.4, 1, 0.0, 9]))
    chin, u = sitter.warped.points[152], sitter.warped.u
    x, y = (chin + np.array([0, 0.3275]) * u).astype(int)
    lightness = []
    for dark in (0, 1):
        cast = np.full((200, 200), dark, np.float32)
        monkeypatch.setattr(clothes, "_cast", lambda layers, face, cast=cast: cast)
        lightness.append(paint(cloth((60, 5, -30)), lay)[y, x, 0])
    assert lightness[0] == pytest.approx(lightness[1], abs=1)


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_the_shade_along_a_shoulder_goes_on_out_of_the_picture(sitter, side):
    """A band that ended in a step at the border would look clipped."""
    y, x = np.mgrid[0:400, 0:400].astype(np.float32)
    far = x if side < 0 else 399 - x
    shoulder = (y - 260 - 0.4 * (far - 200)) / np.float32(np.hypot(1, 0.4))
    shade = clothes.turned(shoulder, slice(100, 200), sitter.warped, side, clothes._HANGS)
    band = ((shade > 0.5) & (shoulder[200:] > 0)).sum(0)
    within, border = (band[(far[0] > low) & (far[0] < high)].mean() for low, high in ((280, 340), (390, 400)))
    assert within > 3
    assert abs(border - within) < 1.5


@pytest.mark.parametrize("sewn", [False, True])
def test_cloth_in_two_shadows_is_no_darker_than_in_one(sitter, dressed, paint, monkeypatch, sewn):
    """Beside the pieces of a collar too, which are laid over the folds."""
    monkeypatch.setattr(clothes, "_cast", lambda layers, face: np.full((200, 200), 1, np.float32))
    collar, out = Collar(np.float32([0.2, 0.3, 0, 0, 9]), 0.0, 0.0) if sewn else None, []
    for folds in (1, 0):
        monkeypatch.setattr(
            clothes,
            "_drape",
            lambda layers, rows, *more, folds=folds: np.full((2 * (rows.stop - rows.start), 400), folds, np.float32),
        )
        lay = dataclasses.replace(dressed(), collar=collar)
        out.append(paint(cloth((60, 5, -30)), lay, traits=Traits(collar=1) if sewn else PLAIN)[:, :80])
    assert np.allclose(*out, atol=1)  # seams lie in the one shadow, and on the other


def test_the_seam_of_a_collar_is_calmer_than_the_neckline(sitter, dressed, paint):
    """A step in one would be a slip of the pen in the other."""
    low = np.where(np.abs(sitter.u) < 0.1, 0.9, 0.86)
    neck = ((np.abs(sitter.u) < 0.3) & (sitter.v < low)).astype(np.float32)
    out = paint(cloth((60, 5, -30)), dressed(neck), traits=Traits(jacket=0.5))
    dark = out[..., 0] < 0.8 * np.median(out[..., 0])
    face, rows = sitter.warped, []
    for aside in np.linspace(0.02, 0.20, 7):
        x = int(face.centre[0] + aside * face.u)
        column = np.flatnonzero(dark[:, x])
        rows.append(float(column[column > face.centre[1] + 0.85 * face.u].mean()))
    assert np.abs(np.diff(rows)).max() < 1.5


def test_white_cloth_is_as_white_as_paper_and_pale_cloth_keeps_its_colour():
    style = STYLES["modern"]
    white, grey, pink = (
        clothes.printed(colour(*seen), style, 1.0, False) for seen in ((88, 1, 0), (74, 1, 0), (88, 9, 2))
    )
    assert white[0] > 93
    assert grey[0] < 84
    assert pink[0] < 92


def test_dark_teals_of_photographs_are_black_and_navy_and_green_stay():
    style = STYLES["modern"]

    def chroma(*seen):
        return float(np.hypot(*clothes.printed(colour(*seen), style, 1.0, False)[1:]))

    assert chroma(18, -8, -8) < 6
    assert chroma(14, -3, -12) > 12
    assert chroma(35, -8, -8) > 12
    assert chroma(18, -20, 12) > 20


def test_what_is_as_dark_as_soot_is_black_and_brown_stays():
    style = STYLES["modern"]

    def chroma(*seen):
        return float(np.hypot(*clothes.printed(colour(*seen), style, 1.0, False)[1:]))

    assert chroma(9, 3, 5) < 3
    assert chroma(17, 9, 12) > 12
    assert chroma(26, 3, 5) > 5
    assert chroma(12, 3, -14) > 12
