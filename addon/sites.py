"""Which URLs are avatars, of whom, at what size, and where their best source is. A table: a site is a row."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote_to_bytes

from avatanime.errors import SettingError

STATUS_HOST = "avatanime.internal"
"""Answered by the proxy itself. `.internal` is reserved for private use (ICANN, 2024) and never resolves outside."""


@dataclass(frozen=True, slots=True)
class Avatar:
    """An avatar's URL, understood."""

    site: str
    key: str
    """Site and identity of the picture, the same at every size."""
    size: tuple[int, int] | None
    """Width and height that the URL asks for; None: the original's own."""
    source_urls: tuple[str, ...]
    """Where to draw from, best first; the URL itself is always among them."""


@dataclass(frozen=True, slots=True)
class Site:
    """A site whose avatars are known."""

    name: str
    hosts: tuple[str, ...]
    read: Callable[[str, str], Avatar | None]
    """Host and path (with the query) -> avatar."""
    kept_headers: tuple[tuple[bytes, bytes], ...]
    """CORS and sniffing headers that its avatars carry, for answers given before an original was seen."""


TWITTER_SIZES: Mapping[str, int] = {
    "mini": 24,
    "normal": 48,
    "bigger": 73,
    "x96": 96,
    "reasonably_small": 128,
    "200x200": 200,
    "400x400": 400,
}
"""Suffix -> side in pixels (https://developer.x.com/en/docs/x-api/v1/accounts-and-users/user-profile-images-and-banners
and the suffixes its own pages use); no suffix is the original."""
EXTENSIONS = frozenset({"jpg", "jpeg", "png", "gif", "webp"})
_TWITTER_PATH = re.compile(r"/profile_images/([0-9]{1,20})/([^/?#]{1,1024})(?:\?([^#]{0,2048}))?")
_PLAIN = "!$&'()*+,;=:@-._~"
"""What a path segment may hold unescaped (RFC 3986, section 3.3)."""


def _twitter(host: str, path: str) -> Avatar | None:
    """`/profile_images/<id>/<name>[_<size>][.<ext>][?format=<ext>&name=<size>]`."""
    found = _TWITTER_PATH.fullmatch(path)
    name = _segment(found[2]) if found else None
    if not found or name is None:
        return None
    query = dict(parse_qsl(found[3] or "", keep_blank_values=True))
    stem, _, extension = name.rpartition(".")
    if not stem or extension.lower() not in EXTENSIONS:  # a picture may be called `.png`
        stem, extension = name, ""
    picture, suffix = _without_size(stem)
    form = query.get("format", "").lower()
    if ("format" in query and form not in EXTENSIONS) or not (extension or suffix or form):
        return None

    folder = f"https://{host}/profile_images/{found[1]}/"
    if extension:
        best, whole = f"{picture}_400x400.{extension}", f"{picture}.{extension}"
    elif suffix:
        best, whole = f"{picture}_400x400", picture
    else:
        best, whole = f"{picture}?format={form}&name=400x400", f"{picture}?format={form}&name=orig"
    asked = f"https://{host}{path}"
    return Avatar(
        site="twitter",
        key=f"twitter/{found[1]}/{picture}",
        size=_square(suffix, query.get("name", "")),
        source_urls=tuple(dict.fromkeys((folder + best, folder + whole, asked))),
    )


def _segment(raw: str) -> str | None:
    """A path segment in one canonical escaping; None if it is no file name (`..`, an escaped slash, a control)."""
    name = unquote_to_bytes(raw)
    if name in (b".", b"..") or any(byte < 0x20 or byte in b"/\\\x7f" for byte in name):
        return None
    return quote(name, safe=_PLAIN)


def _without_size(stem: str) -> tuple[str, str]:
    """`photo_normal` -> `photo`, `normal`. A picture may be called `_normal`: then that is its name."""
    for suffix in TWITTER_SIZES:
        if stem.endswith(f"_{suffix}") and len(stem) > len(suffix) + 1:
            return stem.removesuffix(f"_{suffix}"), suffix
    return stem, ""


def _square(suffix: str, name: str) -> tuple[int, int] | None:
    """The size asked for. Where suffix and `name=` contradict each other only the original itself can tell: None."""
    if suffix and name and suffix != name:
        return None
    side = TWITTER_SIZES.get(suffix or name)
    return (side, side) if side else None


SITES: Mapping[str, Site] = {
    site.name: site
    for site in (
        Site(
            name="twitter",
            hosts=("pbs.twimg.com",),
            read=_twitter,
            kept_headers=((b"access-control-allow-origin", b"*"), (b"x-content-type-options", b"nosniff")),
        ),
    )
}
HOSTS: Mapping[str, tuple[str, ...]] = {site.name: site.hosts for site in SITES.values()}
"""The avatar hosts of each site."""
CERTIFIED: tuple[str, ...] = (*(host for hosts in HOSTS.values() for host in hosts), STATUS_HOST)
"""Every host that a certificate must name, whichever sites are chosen: choosing another asks for no new trust."""
_BY_HOST: Mapping[str, Site] = {host: site for site in SITES.values() for host in site.hosts}


def recognise(host: str, path: str) -> Avatar | None:
    """The avatar at this host (any case) and path (with its query), or None if there is none."""
    host = host.lower()
    site = _BY_HOST.get(host)
    return site.read(host, path) if site else None


def hosts_of(names: Iterable[str]) -> tuple[str, ...]:
    """The avatar hosts of these sites. Raises SettingError for a site that is not in the table."""
    hosts: list[str] = []
    for name in names:
        if name not in HOSTS:
            raise SettingError(f"anime_sites knows {', '.join(HOSTS)}; not {name!r}.")
        hosts += HOSTS[name]
    return tuple(dict.fromkeys(hosts))
