"""Which URLs are avatars, and what they ask for."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from addon.sites import CERTIFIED, EXTENSIONS, HOSTS, STATUS_HOST, TWITTER_SIZES, hosts_of, recognise
from avatanime.errors import SettingError

HOST = "pbs.twimg.com"
AT = f"https://{HOST}/profile_images/1/"


@pytest.mark.parametrize(("suffix", "side"), [*TWITTER_SIZES.items()])
@pytest.mark.parametrize("extension", ["jpg", "jpeg", "png", "gif", "webp", "JPG", "Png"])
def test_every_size_and_format_of_twitter(suffix: str, side: int, extension: str) -> None:
    avatar = recognise(HOST, f"/profile_images/1/aBc-9_x_{suffix}.{extension}")
    assert avatar is not None
    assert (avatar.key, avatar.size) == ("twitter/1/aBc-9_x", (side, side))
    best, whole = f"{AT}aBc-9_x_400x400.{extension}", f"{AT}aBc-9_x.{extension}"
    asked = f"{AT}aBc-9_x_{suffix}.{extension}"
    assert avatar.source_urls == tuple(dict.fromkeys((best, whole, asked)))


def test_an_original_has_its_own_size() -> None:
    avatar = recognise(HOST, "/profile_images/1/face.jpg")
    assert avatar is not None
    assert avatar.size is None
    assert avatar.source_urls == (f"{AT}face_400x400.jpg", f"{AT}face.jpg")


@pytest.mark.parametrize(
    ("path", "key", "size"),
    [
        ("/profile_images/1/face?format=jpg&name=400x400", "face", 400),
        ("/profile_images/1/face?name=x96&format=webp", "face", 96),
        ("/profile_images/1/face?format=png&name=orig", "face", None),
        ("/profile_images/1/face?format=png&name=large", "face", None),
        ("/profile_images/1/face_normal?format=jpg", "face", 48),
        ("/profile_images/1/face_bigger", "face", 73),
        ("/profile_images/1/face_normal.jpg?1234567", "face", 48),
        ("/profile_images/1/face_normal.jpg?name=bigger", "face", None),
        ("/profile_images/1/face_NORMAL.jpg", "face_NORMAL", None),
        ("/profile_images/1/face_normal_normal.jpg", "face_normal", 48),
        ("/profile_images/1/_normal.jpg", "_normal", None),
        ("/profile_images/1/normal.jpg", "normal", None),
        ("/profile_images/1/my.cat.jpg_normal.jpg", "my.cat.jpg", 48),
        ("/profile_images/1/a%20b%5Fnormal%2Ejpg", "a%20b", 48),
        ("/profile_images/1/f%61ce_normal.jpg", "face", 48),
        ("/profile_images/1/%e7%8c%ab_normal.jpg", "%E7%8C%AB", 48),
        ("/profile_images/1/%ff%fe_normal.jpg", "%FF%FE", 48),
        ("/profile_images/1/what%3f_normal.jpg", "what%3F", 48),
        ("/profile_images/1/100%25_normal.jpg", "100%25", 48),
        ("/profile_images/1/(me)_x96.gif", "(me)", 96),
    ],
)
def test_odd_but_legal_names(path: str, key: str, size: int | None) -> None:
    avatar = recognise(HOST, path)
    assert avatar is not None
    assert avatar.key == f"twitter/1/{key}"
    assert avatar.size == ((size, size) if size else None)
    assert f"https://{HOST}{path}" in avatar.source_urls


def test_names_that_need_escaping_stay_escaped_in_the_sources() -> None:
    avatar = recognise(HOST, "/profile_images/1/what%3f%2520_normal.jpg")
    assert avatar is not None
    assert avatar.source_urls[0] == f"{AT}what%3F%2520_400x400.jpg"


@pytest.mark.parametrize(
    "path",
    [
        "/media/abc.jpg",
        "/profile_banners/1/1500x500",
        "/profile_images/",
        "/profile_images/1",
        "/profile_images/1/",
        "/profile_images/me/face_normal.jpg",
        "/profile_images/١/face_normal.jpg",
        "/profile_images/1/a/face_normal.jpg",
        "/profile_images/1/a%2fface_normal.jpg",
        "/profile_images/1/..",
        "/profile_images/1/%2e%2e",
        "/profile_images/1/a%00_normal.jpg",
        "/profile_images/1/a%0d%0ab_normal.jpg",
        "/profile_images/1/face.svg",
        "/profile_images/1/face.mp4",
        "/profile_images/1/face",
        "/profile_images/1/face_normal.jpg?format=mp4",
        "/PROFILE_IMAGES/1/face_normal.jpg",
        "//profile_images/1/face_normal.jpg",
        "/x/../profile_images/1/face_normal.jpg",
        "/profile_images/1/face_normal.jpg#",
        "*",
        "",
    ],
)
def test_what_is_no_avatar(path: str) -> None:
    assert recognise(HOST, path) is None


@pytest.mark.parametrize(
    "host",
    ["abs.twimg.com", "video.twimg.com", "twimg.com", "pbs.twimg.com.evil.example", "xpbs.twimg.com", "pbs-twimg.com"],
)
def test_other_hosts_have_no_avatars(host: str) -> None:
    assert recognise(host, "/profile_images/1/face_normal.jpg") is None


def test_hosts_in_any_case() -> None:
    assert recognise("PBS.Twimg.COM", "/profile_images/1/face_normal.jpg") == recognise(
        HOST, "/profile_images/1/face_normal.jpg"
    )


def test_default_pictures_are_on_no_avatar_host() -> None:
    assert "abs.twimg.com" not in CERTIFIED
    assert set(CERTIFIED) == {host for hosts in HOSTS.values() for host in hosts} | {STATUS_HOST}


def test_unknown_sites_are_named_with_what_is_known() -> None:
    assert hosts_of(["twitter"]) == (HOST,)
    with pytest.raises(SettingError, match=r"knows twitter; not 'myspace'"):
        hosts_of(["myspace"])


@given(st.text(max_size=200))
@example("\u2028_normal.jpg")
@example("%")
@example("%_normal.jpg?format&name=&&=")
@example(".PNG")
@example(".png?format=png")
@example("face_normal")
def test_any_name_is_an_avatar_with_sane_sources_or_none(name: str) -> None:
    path = f"/profile_images/1/{name}"
    avatar = recognise(HOST, path)
    if avatar is None:
        return
    assert f"https://{HOST}{path}" in avatar.source_urls
    for url in avatar.source_urls[:2]:
        if url != f"https://{HOST}{path}":
            assert url.startswith(AT)
            assert url.isascii()
            assert not any(c in url for c in ' "<>\\^`{|}\r\n\t')
            again = recognise(HOST, url.removeprefix(f"https://{HOST}"))
            if again is None:  # the original of what has no extension is known by its sizes alone
                assert url == avatar.source_urls[1]
                stem, _, extension = url.removeprefix(AT).rpartition(".")
                assert not stem or extension.lower() not in EXTENSIONS
            else:
                assert again.key == avatar.key
