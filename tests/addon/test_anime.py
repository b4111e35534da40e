"""The mitmproxy front: options, hooks and commands, through mitmproxy's own test harness."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mitmproxy import exceptions, http
from mitmproxy.connection import ConnectionState
from mitmproxy.http import Headers
from mitmproxy.test import taddons, tflow

from addon import anime, workshop
from addon.settings import SETTINGS
from addon.source import Trust
from cache.portraits import Stats
from engine.photo import MAX_BYTES
from engine.studio import Studio

NORMAL = "https://pbs.twimg.com/profile_images/1/face_normal.jpg"

FETCHER = anime._fetcher


class EmptyStore:
    def __init__(self, *_: object) -> None: ...

    def stats(self) -> Stats:
        return Stats(0, 0, 0, 0, 0, 0)

    def clear(self) -> int:
        return 0

    def close(self) -> None: ...


@pytest.fixture(autouse=True)
def quiet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A home of its own, a studio that starts no worker, nobody who fetches, nothing kept."""
    monkeypatch.setenv("AVATANIME_HOME", str(tmp_path))
    monkeypatch.setattr(anime, "_fetcher", object)
    monkeypatch.setattr(workshop, "Portraits", EmptyStore)
    monkeypatch.setattr(Studio, "start", lambda self: None)
    yield
    workshop.close()


@pytest.fixture
def addon(quiet: None) -> Iterator[tuple[anime.AnimeAvatars, Any]]:
    front = anime.AnimeAvatars()
    with taddons.context(front) as context:
        front.configure(context.options.keys())
        yield front, context


@pytest.fixture
async def room(addon: Any, build: Any) -> Any:
    """The front before a room whose every part obeys the test."""
    made = build()
    addon[0]._service = made.service
    return made


def flow_for(url: str, method: str = "GET", **headers: str) -> http.HTTPFlow:
    fields = Headers(((k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()))
    flow = tflow.tflow(req=http.Request.make(method, url, headers=fields))
    flow.client_conn.sni = flow.request.host if url.startswith("https") else None
    flow.client_conn.sockname = ("127.0.0.1", 8080)
    flow.live = True
    return flow


async def through(front: anime.AnimeAvatars, flow: http.HTTPFlow, origin: http.Response | None = None) -> http.HTTPFlow:
    """A flow's whole way through the hooks; `origin` is what upstream says if it is asked."""
    front.requestheaders(flow)
    await front.request(flow)
    if flow.response is None:
        flow.response = origin
    front.responseheaders(flow)
    await front.response(flow)
    return flow


def from_origin(conftest: Any, status: int = 200, body: bytes | None = None, **headers: str) -> http.Response:
    more = tuple((k.replace("_", "-").encode(), v.encode()) for k, v in headers.items())
    body = conftest.encoded((48, 48)) if body is None else body
    return http.Response.make(status, body, Headers(conftest.TWITTER + more))


# ---- options ----


def test_every_setting_is_an_option(addon: Any) -> None:
    _, context = addon
    for setting in SETTINGS:
        assert str(getattr(context.options, setting.option)) == str(setting.default)


def test_defaults_decrypt_little_and_connect_late(addon: Any, tmp_path: Path) -> None:
    _, context = addon
    assert context.options.upstream_cert is False
    assert context.options.certs == [f"*={tmp_path / 'certs' / 'leaf.pem'}"]
    assert sorted(context.options.allow_hosts) == [r"^avatanime\.internal:443$", r"^pbs\.twimg\.com:443$"]


def test_the_user_s_own_certificate_stands(tmp_path: Path) -> None:
    front = anime.AnimeAvatars()
    with taddons.context() as context:
        context.options.update(certs=["*=mine.pem"], upstream_cert=False)
        context.master.addons.add(front)
        assert context.options.certs == ["*=mine.pem"]


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("anime_engine", "sel", r"cel, instantid; not 'sel'.*'cel'"),
        ("anime_style", "cubism", "auto, modern"),
        ("anime_deadline", "soon", "takes a number, not 'soon'"),
        ("anime_deadline", "-1", "at least 0"),
        ("anime_deadline", "nan", "a finite number"),
        ("anime_sites", "myspace", "knows twitter; not 'myspace'"),
        ("anime_cache_size", 1, "at least 16"),
        ("anime_queue", 0, "at least 1"),
    ],
)
def test_bad_values_are_refused_with_what_is_allowed(addon: Any, name: str, value: str | int, says: str) -> None:
    front, context = addon
    before = front._service.settings
    with pytest.raises(exceptions.OptionsError, match=says):
        context.configure(front, **{name: value})
    assert front._service.settings == before


def test_settings_reach_the_service_as_they_change(addon: Any) -> None:
    front, context = addon
    service = front._service
    context.configure(front, anime_deadline="0.5", anime_enabled=False)
    assert front._service is service
    assert (service.settings.deadline, service.settings.enabled) == (0.5, False)


@pytest.mark.parametrize("name", anime.COMPROMISED)
async def test_a_compromised_authority_is_refused(addon: Any, conftest: Any, name: str) -> None:
    front, context = addon
    context.options.add_option(name, bool, False, "")
    front.configure({name})
    with pytest.raises(exceptions.OptionsError, match="a key that everybody has"):
        context.configure(front, **{name: True})
    context.options._options[name].set(True)
    with pytest.raises(exceptions.OptionsError):
        front.configure({name})
    original = from_origin(conftest)
    assert (await through(front, flow_for(NORMAL), original)).response is original, "and does nothing from then on"


async def test_a_script_that_is_loaded_again_goes_on_with_the_same_service(addon: Any) -> None:
    front, context = addon
    service = front._service
    front.done()
    again = anime.AnimeAvatars()
    again.configure(context.options.keys())
    again.running()
    assert again._service is service


async def test_at_the_end_everything_is_closed(addon: Any) -> None:
    front, context = addon
    context.master.should_exit.set()
    front.done()
    assert workshop.status() == {"enabled": False}


def test_life_cycle_hooks_are_synchronous() -> None:
    for name in ("load", "configure", "running", "done"):
        assert not asyncio.iscoroutinefunction(getattr(anime.AnimeAvatars, name))


# ---- requests ----


async def test_an_avatar_becomes_anime(addon: Any, room: Any, conftest: Any) -> None:
    flow = await through(addon[0], flow_for(NORMAL), from_origin(conftest))
    assert flow.response.headers["content-type"] == "image/png"
    assert flow.response.headers["cache-control"] == "private, no-cache"
    assert flow.comment == "anime: still 84 ms"
    again = await through(addon[0], flow_for(NORMAL))
    assert again.response.content == flow.response.content
    assert again.comment == "anime: cached"


async def test_upstream_is_asked_for_the_whole_original(addon: Any, room: Any) -> None:
    room.studio.go.clear()
    flow = flow_for(
        NORMAL, if_none_match='"t"', if_modified_since="x", range="bytes=0-1", accept_encoding="br", accept="image/*"
    )
    await addon[0].request(flow)
    del flow.request.headers["content-length"]
    assert dict(flow.request.headers) == {"accept": "image/*", "accept-encoding": "identity"}


async def test_no_browser_keeps_the_original_whatever_happens(
    addon: Any, room: Any, conftest: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow = flow_for(NORMAL)
    await addon[0].request(flow)
    flow.response = from_origin(conftest)
    addon[0].responseheaders(flow)
    assert flow.response.headers["cache-control"] == "private, no-store"
    assert "etag" not in flow.response.headers
    assert flow.response.stream is False


async def test_a_huge_original_flows_through(addon: Any, room: Any, conftest: Any) -> None:
    flow = flow_for(NORMAL)
    await addon[0].request(flow)
    flow.response = from_origin(conftest)
    flow.response.headers["content-length"] = str(MAX_BYTES + 1)
    addon[0].responseheaders(flow)
    assert flow.response.stream is True
    assert flow.response.headers["cache-control"] == "private, no-store"
    before = flow.response
    await addon[0].response(flow)
    assert flow.response is before


async def test_an_original_streamed_after_all_is_left(addon: Any, room: Any, conftest: Any) -> None:
    flow = flow_for(NORMAL)
    await addon[0].request(flow)
    flow.response = from_origin(conftest)
    addon[0].responseheaders(flow)
    flow.response.raw_content = None
    before = flow.response
    await addon[0].response(flow)
    assert flow.response is before


async def test_a_nonsense_length_is_no_fault(addon: Any, room: Any, conftest: Any) -> None:
    flow = flow_for(NORMAL)
    await addon[0].request(flow)
    flow.response = from_origin(conftest)
    flow.response.headers["content-length"] = "many"
    addon[0].responseheaders(flow)
    assert flow.response.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize("status", [404, 410])
async def test_a_missing_avatar_stays_missing(addon: Any, room: Any, conftest: Any, status: int) -> None:
    flow = await through(addon[0], flow_for(NORMAL), from_origin(conftest, status, b"no"))
    assert (flow.response.status_code, flow.response.content) == (status, b"no")
    assert "alt-svc" not in flow.response.headers


@pytest.mark.parametrize("path", ["media/x.jpg", "profile_banners/1/600x200", "profile_images/1/movie.mp4"])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
async def test_everything_else_on_the_host_streams(
    addon: Any, room: Any, conftest: Any, path: str, method: str
) -> None:
    flow = flow_for(f"https://pbs.twimg.com/{path}", method, range="bytes=0-1", if_none_match='"t"')
    asked = flow.request.headers.fields
    origin = from_origin(conftest, 206, b"ab", content_range="bytes 0-1/9")
    await through(addon[0], flow, origin)
    assert flow.request.headers.fields == asked
    assert flow.response is origin
    assert flow.response.stream is True
    assert "alt-svc" not in flow.response.headers
    assert flow.response.headers["etag"] == '"theirs"'
    assert not flow.comment


async def test_uploads_stream(addon: Any, room: Any) -> None:
    flow = await through(addon[0], flow_for("https://pbs.twimg.com/upload", "POST"), http.Response.make(200, b"x"))
    assert flow.request.stream is True


async def test_replayed_flows_come_from_nowhere(addon: Any, room: Any, conftest: Any) -> None:
    flow = flow_for(NORMAL)
    flow.client_conn.peername = flow.client_conn.sockname = None
    assert (await through(addon[0], flow, from_origin(conftest))).comment == "anime: still 84 ms"
    flow = flow_for("https://avatanime.internal/proxy.pac")
    flow.client_conn.sockname = None
    assert (await through(addon[0], flow)).response.status_code == 200


async def test_websockets_are_untouched(addon: Any, room: Any) -> None:
    origin = http.Response.make(101, b"", {"upgrade": "websocket"})
    flow = await through(addon[0], flow_for("https://pbs.twimg.com/ws"), origin)
    assert flow.response.stream is False


async def test_other_hosts_plain_http_streams_both_ways(addon: Any, room: Any) -> None:
    origin = http.Response.make(200, b"x", {"alt-svc": "h3"})
    flow = await through(addon[0], flow_for("http://other.example/upload", "POST"), origin)
    assert flow.request.stream is True
    assert flow.response.stream is True
    assert flow.response.headers["alt-svc"] == "h3"


async def test_who_decrypts_more_on_purpose_still_sees_it_whole(addon: Any, room: Any) -> None:
    addon[1].options.update(allow_hosts=["other.example"])
    flow = await through(addon[0], flow_for("https://other.example/upload", "POST"), http.Response.make(200, b"x"))
    assert flow.request.stream is False
    assert flow.response.stream is False


async def test_turned_off_the_original_streams_and_is_revalidated(addon: Any, room: Any, conftest: Any) -> None:
    from dataclasses import replace

    room.service.adopt(replace(room.service.settings, enabled=False))
    flow = flow_for(NORMAL, if_none_match='"theirs"')
    await through(addon[0], flow, from_origin(conftest))
    assert flow.request.headers["if-none-match"] == '"theirs"'
    assert flow.response.stream is True
    assert flow.response.headers["cache-control"] == "private, no-cache"
    assert flow.response.headers["etag"] == '"theirs"'


async def test_turned_off_in_between_the_original_goes(addon: Any, room: Any, conftest: Any) -> None:
    from dataclasses import replace

    flow = flow_for(NORMAL)
    await addon[0].request(flow)
    room.service.adopt(replace(room.service.settings, enabled=False))
    flow.response = from_origin(conftest)
    addon[0].responseheaders(flow)
    await addon[0].response(flow)
    assert flow.response.content == conftest.encoded((48, 48))


@pytest.mark.parametrize("state", ["answered", "failed", "replayed"])
async def test_flows_of_others_are_left_alone(addon: Any, room: Any, conftest: Any, state: str) -> None:
    await through(addon[0], flow_for(NORMAL), from_origin(conftest))
    flow = flow_for(NORMAL)
    if state == "answered":
        flow.response = http.Response.make(418)
    elif state == "failed":
        flow.error = tflow.terr()
    else:
        flow.live = False
    before = flow.response
    await addon[0].request(flow)
    assert flow.response is before


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://evil.example/profile_images/1/face_normal.jpg", "pbs.twimg.com"),
        ("https://pbs.twimg.com/profile_images/1/face_normal.jpg", "evil.example"),
        ("https://pbs.twimg.com.evil.example/profile_images/1/face_normal.jpg", "pbs.twimg.com.evil.example"),
        ("https://abs.twimg.com/sticky/default_profile_images/default_profile_normal.png", "abs.twimg.com"),
    ],
)
async def test_a_host_that_only_says_so_has_no_avatars(
    addon: Any, room: Any, conftest: Any, url: str, host: str
) -> None:
    await through(addon[0], flow_for(NORMAL), from_origin(conftest))
    flow = flow_for(url)
    flow.request.headers["host"] = host
    origin = http.Response.make(200, b"theirs")
    await through(addon[0], flow, origin)
    assert flow.response is origin
    assert not room.studio.asked[1:]


async def test_upstream_mode_reaches_the_fetches(addon: Any, room: Any) -> None:
    from mitmproxy.proxy.mode_specs import ProxyMode

    flow = flow_for(NORMAL)
    flow.client_conn.proxy_mode = ProxyMode.parse("upstream:https://proxy.example:3128")
    assert anime._request(flow, "pbs.twimg.com").via == "https://proxy.example:3128"


def test_fetches_obey_mitmproxy_s_own_options(addon: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    front, context = addon
    made: list[Any] = []
    monkeypatch.setattr(anime, "_fetcher", FETCHER)
    monkeypatch.setattr(anime, "Fetcher", lambda *told: made.append(told))
    context.options.add_option("upstream_auth", str | None, None, "")
    context.configure(front, ssl_insecure=True, ssl_verify_upstream_trusted_ca="ca.pem", upstream_auth="me:a:b")
    assert made[-1] == (Trust("ca.pem", None, insecure=True), ("me", "a:b"))


async def test_flows_of_ours_can_be_saved(addon: Any, room: Any, conftest: Any) -> None:
    flow = await through(addon[0], flow_for(NORMAL), from_origin(conftest))
    copy = http.HTTPFlow.from_state(flow.get_state())
    assert copy.response.content == flow.response.content
    assert copy.comment == flow.comment


# ---- the proxy's own pages ----


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8080/proxy.pac",
        "http://localhost:8080/proxy.pac",
        "http://avatanime.internal/proxy.pac",
        "https://avatanime.internal/proxy.pac",
    ],
)
async def test_the_pac_file(addon: Any, url: str) -> None:
    flow = await through(addon[0], flow_for(url))
    assert flow.response.headers["content-type"] == "application/x-ns-proxy-autoconfig"
    assert "PROXY 127.0.0.1:8080; DIRECT" in flow.response.text
    assert "pbs.twimg.com" in flow.response.text


async def test_somebody_else_s_pac_file_is_theirs(addon: Any) -> None:
    flow = await through(addon[0], flow_for("http://other.example:8080/proxy.pac"), http.Response.make(200, b"theirs"))
    assert flow.response.content == b"theirs"


async def test_the_status_host_never_goes_upstream(addon: Any) -> None:
    flow = await through(addon[0], flow_for("https://avatanime.internal/x"))
    assert flow.response.status_code == 404


# ---- connections ----


@pytest.mark.parametrize(
    ("address", "sni", "ignored"),
    [
        (("pbs.twimg.com", 443), "pbs.twimg.com", False),
        (("pbs.twimg.com", 443), "other.example", True),
        (("evil.example", 443), "pbs.twimg.com", True),
        (("pbs.twimg.com", 443), None, True),
        (("other.example", 443), "other.example", True),
        (None, "127.0.0.1", False),
    ],
)
def test_only_what_our_certificate_names_is_decrypted(
    addon: Any, address: tuple[str, int] | None, sni: str | None, ignored: bool
) -> None:
    flow = tflow.tflow()
    flow.client_conn.state = ConnectionState.OPEN
    flow.server_conn.address = address

    class Hello:
        def __init__(self) -> None:
            self.context = type("Context", (), {"client": flow.client_conn, "server": flow.server_conn})
            self.client_hello = type("ClientHello", (), {"sni": sni})
            self.ignore_connection = False

    hello = Hello()
    addon[0].tls_clienthello(hello)
    assert hello.ignore_connection is ignored


# ---- commands ----


def test_toggling(addon: Any) -> None:
    front, context = addon
    context.master.commands.call_strings("anime.toggle", [])
    assert context.options.anime_enabled is False
    assert front._service.settings.enabled is False
    context.master.commands.call_strings("anime.toggle", [])
    assert front._service.settings.enabled is True


def test_status_and_clear(addon: Any) -> None:
    _, context = addon
    state = json.loads(context.master.commands.call_strings("anime.status", []))
    assert state["engine"] == "cel"
    context.master.commands.call_strings("anime.release", [])
    assert context.master.commands.call_strings("anime.clear", []) == 0


async def test_after_done_nothing_is_answered(addon: Any, room: Any, conftest: Any) -> None:
    await through(addon[0], flow_for(NORMAL), from_origin(conftest))
    addon[0].done()
    original = from_origin(conftest)
    assert (await through(addon[0], flow_for(NORMAL), original)).response is original
