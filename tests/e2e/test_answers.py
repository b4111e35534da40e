"""What the proxy answers over real connections: avatars, and everything else on their host."""

import hashlib
import itertools
import socket
import ssl
import time
from collections.abc import Iterator

import httpx
import pytest
from harness.origin import FIRST_PART, MEDIA, TWITTER_HEADERS
from harness.page import is_anime, pixels
from harness.proxies import Proxy
from harness.stage import Stage

from addon.bench import avatars

_numbers = itertools.count(100)


@pytest.fixture(params=[True, False], ids=["h2", "h1"])
def client(proxy: Proxy, request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    """A client of either protocol, which brings no headers of its own that matter."""
    with proxy.client(http2=request.param) as client:
        yield client


def picture(size: str = "x96", *, manner: str = "face", number: int | None = None, extension: str = "jpg") -> str:
    """URL of an avatar that no test has asked for yet, unless `number` says which."""
    n = next(_numbers) if number is None else number
    suffix = f"_{size}" if size else ""
    return f"https://pbs.twimg.com/profile_images/{1000 + n}/{manner}{n}{suffix}.{extension}"


def drawn(client: httpx.Client, url: str, seconds: float = 60) -> httpx.Response:
    """The anime answer for that URL, however often it takes."""
    until = time.monotonic() + seconds
    while not is_anime(answer := client.get(url)):
        assert answer.headers["cache-control"] == "private, no-store", answer.headers
        assert time.monotonic() < until, f"{url} is not anime after {seconds:g} s"
        time.sleep(0.3)
    return answer


@pytest.mark.parametrize("extension", ["jpg", "jpeg", "png", "gif", "webp"])
def test_every_format_becomes_a_png(client: httpx.Client, extension: str) -> None:
    answer = drawn(client, picture(extension=extension))
    assert pixels(answer.content).shape == (96, 96, 3)


def test_every_size_to_the_pixel_with_two_fetches(client: httpx.Client, stage: Stage) -> None:
    number = next(_numbers)
    stage.origin.requests.clear()
    for size, side in avatars.SIZES.items():
        answer = drawn(client, picture(size, number=number))
        assert pixels(answer.content).shape == (side, side, 3), size
    assert sum(stage.origin.fetches().values()) <= 3  # the original's own size is known only by fetching it


def test_two_fetches_at_most(proxy: Proxy, stage: Stage) -> None:
    number = next(_numbers)
    stage.origin.requests.clear()
    with proxy.client() as client:
        for size in ("normal", "bigger", "x96", "400x400", "normal"):
            drawn(client, picture(size, number=number))
    assert 1 <= sum(stage.origin.fetches().values()) <= 2


def test_headers(client: httpx.Client) -> None:
    url = picture()
    answer = drawn(client, url)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not {"last-modified", "alt-svc", "accept-ranges", "surrogate-key"} & set(answer.headers)

    again = client.get(url, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = client.head(url)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(answer.content))
    assert client.get(url, headers={"range": "bytes=0-9"}).content == answer.content


def test_stale_conditions_of_the_original_fetch_it_whole(client: httpx.Client, stage: Stage) -> None:
    url = picture()
    stage.origin.requests.clear()
    conditions = {
        "if-none-match": f'"{hashlib.md5(avatars.encoded(0, "x96")).hexdigest()}"',
        "if-modified-since": TWITTER_HEADERS["last-modified"],
        "range": "bytes=0-99",
    }
    first = client.get(url, headers=conditions)
    assert first.status_code == 200
    assert all(not set(conditions) & set(r.headers) for r in stage.origin.requests)
    drawn(client, url)


@pytest.mark.parametrize("manner", ["gzip", "chunked", "small"])
def test_odd_originals_are_drawn_too(client: httpx.Client, manner: str) -> None:
    assert pixels(drawn(client, picture(manner=manner)).content).shape == (96, 96, 3)


@pytest.mark.parametrize(("manner", "status"), [("missing", 404), ("gone", 410)])
def test_what_is_not_there_stays_so(client: httpx.Client, manner: str, status: int) -> None:
    answer = client.get(picture(manner=manner))
    assert (answer.status_code, answer.text) == (status, "no such picture")
    assert "alt-svc" not in answer.headers


def test_a_truncated_original_is_passed_on_unharmed(client: httpx.Client) -> None:
    number = next(_numbers)
    whole = avatars.encoded(number, "x96")
    answer = client.get(picture(manner="cut", number=number))
    assert answer.status_code == 200
    assert answer.content == whole[: len(whole) // 2]
    assert answer.headers["cache-control"] == "private, no-store"


def test_default_pictures_are_left_alone(proxy: Proxy, stage: Stage) -> None:
    url = "https://abs.twimg.com/sticky/default_profile_images/default_profile_normal.png"
    with proxy.client(stage.ca) as client:
        answer = client.get(url)
    assert answer.content == avatars.encoded(0, "normal", "png")


@pytest.mark.parametrize(
    "path", ["/media/GAbCdEf12.jpg?format=jpg&name=large", "/ext_tw_video/1/pu/vid/clip.mp4", "/profile_banners/1/2/3"]
)
def test_other_media_come_through_byte_for_byte(client: httpx.Client, path: str) -> None:
    url = f"https://pbs.twimg.com{path}"
    answer = client.get(url)
    assert hashlib.sha256(answer.content).digest() == hashlib.sha256(MEDIA).digest()
    kept = {k: v for k, v in TWITTER_HEADERS.items() if k != "alt-svc"}
    assert {k: answer.headers.get(k) for k in kept} == kept
    assert "alt-svc" not in answer.headers

    part = client.get(url, headers={"range": "bytes=1000000-1999999"})
    assert part.status_code == 206
    assert part.headers["content-range"] == f"bytes 1000000-1999999/{len(MEDIA)}"
    assert part.content == MEDIA[1000000:2000000]
    same = client.get(url, headers={"if-none-match": answer.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")


def test_media_flow_before_the_origin_has_sent_them_all(client: httpx.Client, stage: Stage) -> None:
    """The origin holds the rest back until the beginning has come out of the proxy."""
    stage.origin.loop.call_soon_threadsafe(stage.origin.release.clear)
    with client.stream("GET", "https://pbs.twimg.com/ext_tw_video/1/held.mp4") as answer:
        parts = answer.iter_raw()
        begun = b""
        while len(begun) < FIRST_PART:
            begun += next(parts)
        stage.origin.loop.call_soon_threadsafe(stage.origin.release.set)
        assert begun + b"".join(parts) == MEDIA


def test_a_client_that_leaves_does_not_stop_the_drawing(proxy: Proxy, stage: Stage) -> None:
    url = picture(manner="slow")
    with proxy.client() as client, pytest.raises(httpx.TimeoutException):
        client.get(url, timeout=0.2)
    with proxy.client() as client:
        drawn(client, url)


def test_disabled_shows_originals_that_are_not_kept(client: httpx.Client, proxy: Proxy) -> None:
    number = next(_numbers)
    url = picture(number=number)
    anime = drawn(client, url)
    proxy.command_call("anime.toggle")
    try:
        original = client.get(url, headers={"if-none-match": anime.headers["etag"]})
        assert original.content == avatars.encoded(number, "x96")
        assert original.headers["cache-control"] == "private, no-cache"
    finally:
        proxy.command_call("anime.toggle")
    assert client.get(url).content == anime.content


def tunnel(proxy: Proxy, target: str, sni: str, *trusted: str) -> ssl.SSLSocket:
    """A TLS connection through CONNECT `target`, asking for `sni`, that trusts only these CA files."""
    raw = socket.create_connection(("127.0.0.1", proxy.port), timeout=20)
    raw.sendall(f"CONNECT {target}:443 HTTP/1.1\r\nHost: {target}:443\r\n\r\n".encode())
    assert raw.recv(4096).startswith(b"HTTP/1.1 200")
    context = ssl.create_default_context()
    for ca in trusted:
        context.load_verify_locations(ca)
    return context.wrap_socket(raw, server_hostname=sni)


@pytest.mark.parametrize(
    ("target", "sni"),
    [
        ("x.com", "x.com"),
        ("other.example", "other.example"),
        ("pbs.twimg.com.evil.example", "pbs.twimg.com.evil.example"),
        ("other.example", "pbs.twimg.com"),
        ("pbs.twimg.com", "other.example"),
        ("pbs.twimg.com.evil.example", "pbs.twimg.com"),
    ],
)
def test_everything_else_shows_its_own_certificate(proxy: Proxy, stage: Stage, target: str, sni: str) -> None:
    """Nothing but the origin's CA is trusted here: the handshake fails if the proxy puts itself in between."""
    with tunnel(proxy, target, sni, str(stage.ca)) as connection:
        connection.sendall(f"GET / HTTP/1.1\r\nHost: {sni}\r\nConnection: close\r\n\r\n".encode())
        assert connection.recv(12).startswith(b"HTTP/1.1")


def test_avatar_hosts_show_ours(proxy: Proxy) -> None:
    with tunnel(proxy, "pbs.twimg.com", "pbs.twimg.com", str(proxy.ca)) as connection:
        assert ("DNS", "pbs.twimg.com") in connection.getpeercert()["subjectAltName"]


@pytest.mark.parametrize("front", ["mitmdump", "run"])
def test_listens_on_loopback_only(stage: Stage, tmp_path_factory: pytest.TempPathFactory, front: str) -> None:
    with stage.proxy(tmp_path_factory.mktemp(front), front=front) as proxy:
        sockets = proxy.listening()
        assert ("127.0.0.1", proxy.port) in sockets
        assert {address for address, _ in sockets} <= {"127.0.0.1", "::1"}
