"""`mitmdump -s addon/anime.py`: rewrites avatars as anime portraits. A thin front; `service.py` decides.

In its defaults mitmproxy then decrypts the avatar hosts alone, with a certificate that can vouch for nothing else.
"""

import json
import logging
from collections.abc import Set
from typing import cast
from weakref import WeakKeyDictionary

from mitmproxy import command, ctx, exceptions, http
from mitmproxy.addonmanager import Loader
from mitmproxy.proxy import mode_specs
from mitmproxy.tls import ClientHelloData

from addon import listening, pac, replies, workshop
from addon.replies import Answer, Request
from addon.service import Service
from addon.settings import SETTINGS, Settings
from addon.sites import CERTIFIED, STATUS_HOST, hosts_of
from addon.source import Fetcher, Trust
from avatanime.errors import AvatanimeError
from avatanime.home import home
from certs import authority
from engine.photo import MAX_BYTES

log = logging.getLogger(__name__)

COMPROMISED = ("emudhra", "emudhra_old")
"""Options of mitmproxy 12.3 that sign with a certificate authority whose private key is public."""
UPSTREAM = {"ssl_verify_upstream_trusted_ca", "ssl_verify_upstream_trusted_confdir", "ssl_insecure", "upstream_auth"}
"""Options that the service's own fetches obey too."""


class Given(http.Response):
    """A response of ours, as opposed to an origin's."""


class AnimeAvatars:
    """Options, hooks and commands; holds no state but which flows await their original."""

    def __init__(self) -> None:
        self._service: Service | None = None
        self._fetcher: Fetcher | None = None
        self._awaited: WeakKeyDictionary[http.HTTPFlow, Request] = WeakKeyDictionary()
        self._spared: set[str] = set()

    # ---- life ----

    def load(self, loader: Loader) -> None:
        """Declare the options; have mitmproxy show our certificate, and only that."""
        for name in ("httpx", "httpcore"):  # a line for every fetch
            logging.getLogger(name).setLevel(logging.WARNING)
        for setting in SETTINGS:
            # mitmproxy's options know no fractions: they are read from text.
            default = str(setting.default) if isinstance(setting.default, float) else setting.default
            loader.add_option(setting.option, type(default), default, setting.help, setting.choices or None)
        identity = authority.ensure(home().certs, CERTIFIED)
        if identity.renewed:
            log.warning("anime: made a new certificate, which no browser trusts yet (%s)", identity.reason)
        if identity.warning():
            log.warning("anime: %s", identity.warning())
        defaults = {
            "certs": [f"*={identity.leaf_pem}"],
            "upstream_cert": False,  # names of the origin's certificate would not be ours to vouch for
            "connection_strategy": "lazy",  # a cached avatar takes no connection at all
            "stream_large_bodies": str(MAX_BYTES),  # an original that is too large to draw from is not held either
        }
        options = ctx.options
        options.update(**{k: v for k, v in defaults.items() if k in options and not options.has_changed(k)})

    def configure(self, updated: Set[str]) -> None:
        """Parse the options, once. Raises OptionsError with what is allowed."""
        for name in COMPROMISED:
            if name in ctx.options and getattr(ctx.options, name):
                self._service = None
                raise exceptions.OptionsError(f"{name} signs with a key that everybody has: unset it to go on.")
        try:
            if self._fetcher is None or UPSTREAM & updated:
                self._fetcher = _fetcher()
            if self._service is None or updated & (UPSTREAM | {s.option for s in SETTINGS}):
                settings = _settings()
                hosts = (*hosts_of(settings.sites), STATUS_HOST)
                self._service = workshop.enter(settings, self._fetcher).service
                listening.decrypt_only(hosts)
        except AvatanimeError as e:
            raise exceptions.OptionsError(str(e)) from e

    def running(self) -> None:
        """Listen to this computer alone, unless told otherwise; then start the workers."""
        listening.rebind_to_loopback()
        listening.once_settled(workshop.warm)

    def done(self) -> None:
        """Stop; soon, if the script is perhaps only being loaded again."""
        self._service = None
        if ctx.master.should_exit.is_set():
            workshop.close()
        else:
            workshop.leave()

    # ---- connections ----

    def tls_clienthello(self, data: ClientHelloData) -> None:
        """Decrypt only where both the address and the name asked for are of a host that our certificate names."""
        address = data.context.server.address
        if address is None:  # TLS to the proxy itself
            return
        if not listening.is_ours(data.context.client.proxy_mode, address[0], data.client_hello.sni):
            data.ignore_connection = True
            name = f"{address[0]} ({data.client_hello.sni or 'no name'})"
            if name not in self._spared and len(self._spared) < 1000:
                self._spared.add(name)
                log.info("anime: %s is passed on undecrypted: our certificate is not for it", name)

    # ---- requests ----

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Let what is sent to others flow through as it comes."""
        host = flow.request.pretty_host.lower()
        if flow.request.method not in ("GET", "HEAD") and host != STATUS_HOST:
            flow.request.stream = host in CERTIFIED or listening.decrypts_only_ours()

    async def request(self, flow: http.HTTPFlow) -> None:
        """Answer what can be answered; have the rest of the avatars come whole and unencoded."""
        service = self._service
        if flow.response or flow.error or not flow.live or service is None:
            return
        host = flow.request.pretty_host.lower()
        if host not in service.hosts or not self._is_destined(flow, host):
            self._status(flow, host)
            return
        request = _request(flow, host)
        answer = service.ready(request) or await service.before(request)
        if answer:
            _give(flow, answer)
        elif service.settings.enabled and request.method in ("GET", "HEAD") and service.avatar(request):
            self._awaited[flow] = request
            flow.request.headers = http.Headers(replies.for_upstream(request.fields))

    def responseheaders(self, flow: http.HTTPFlow) -> None:
        """Before the body comes: who may keep it, and whether it flows through as it comes."""
        response, service = flow.response, self._service
        if response is None or isinstance(response, Given) or service is None:
            return
        host = flow.request.pretty_host.lower()
        fields = response.headers.fields
        if flow in self._awaited:
            if response.status_code == 200:  # whatever happens from here on, no browser keeps the original
                response.headers = http.Headers(replies.in_its_place(fields))
            length = replies.value(fields, b"content-length")
            if length.isdigit() and int(length) > MAX_BYTES:
                del self._awaited[flow]
                response.stream = True
        elif host in service.hosts:
            avatar = not service.settings.enabled and service.avatar(_request(flow, host))
            response.headers = http.Headers((replies.while_disabled if avatar else replies.passed_on)(fields))
            response.stream = response.status_code != 101
        elif host != STATUS_HOST and listening.decrypts_only_ours():  # plain HTTP that nobody asked to look at
            response.stream = response.status_code != 101

    async def response(self, flow: http.HTTPFlow) -> None:
        """The original is here: the portrait takes its place, if it is drawn in time."""
        request, response = self._awaited.pop(flow, None), flow.response
        if request is None or response is None or response.raw_content is None or self._service is None:
            return
        original = Answer(response.status_code, response.headers.fields, response.raw_content)
        _give(flow, await self._service.after(request, original))

    # ---- commands ----

    @command.command("anime.toggle")
    def toggle(self) -> None:
        """Turn the rewriting of avatars off or on."""
        ctx.options.update(anime_enabled=not ctx.options.anime_enabled)
        log.info("anime: %s", "on" if ctx.options.anime_enabled else "off")

    @command.command("anime.status")
    def status(self) -> str:
        """What the addon is doing, as JSON."""
        state = workshop.status()
        log.info("anime: %s", json.dumps(state))
        return json.dumps(state)

    @command.command("anime.clear")
    def clear(self) -> int:
        """Forget every portrait; gives how many there were."""
        count = workshop.clear()
        log.info("anime: %d portraits forgotten", count)
        return count

    @command.command("anime.release")
    def release(self) -> None:
        """Free the memory that the engine holds, a GPU's above all; the next portrait loads it again."""
        workshop.release()
        log.info("anime: the engine makes room until there is something to draw")

    # ---- inside ----

    def _is_destined(self, flow: http.HTTPFlow, host: str) -> bool:
        """Whether the request goes where its Host header says."""
        address = flow.request.host
        return address.lower() == host or listening.is_ours(flow.client_conn.proxy_mode, address, flow.client_conn.sni)

    def _status(self, flow: http.HTTPFlow, host: str) -> None:
        """The proxy's own pages: the PAC file, on its port and on the status host."""
        at = flow.client_conn.sockname or (listening.LOOPBACK, 0)  # a replayed flow comes from nowhere
        own = host == STATUS_HOST
        if flow.request.path == pac.PATH and (own or listening.is_self(host, flow.request.port, at)):
            hosts = (*self._service.hosts, STATUS_HOST) if self._service else (STATUS_HOST,)
            _say(flow, 200, pac.pac(hosts, listening.formatted(at)), pac.TYPE)
        elif own:
            _say(flow, 404, f"There is no {flow.request.path} here.\n", "text/plain")


def _settings() -> Settings:
    values = {setting.name: getattr(ctx.options, setting.option) for setting in SETTINGS}
    for setting in SETTINGS:
        if isinstance(setting.default, float):
            try:
                values[setting.name] = float(values[setting.name])
            except ValueError as e:
                raise exceptions.OptionsError(f"{setting.option} takes a number, not {values[setting.name]!r}.") from e
    return Settings.parse(values)


def _fetcher() -> Fetcher:
    options = ctx.options
    trust = Trust(
        options.ssl_verify_upstream_trusted_ca, options.ssl_verify_upstream_trusted_confdir, options.ssl_insecure
    )
    name, colon, word = (options.upstream_auth or "" if "upstream_auth" in options else "").partition(":")
    return Fetcher(trust, (name, word) if colon else None)


def _request(flow: http.HTTPFlow, host: str) -> Request:
    request, client = flow.request, flow.client_conn
    mode = client.proxy_mode
    via = ""
    if isinstance(mode, mode_specs.UpstreamMode):
        via = f"{mode.scheme}://{listening.formatted(mode.address)}"
    address = client.peername[0] if client.peername else ""  # a replayed flow comes from nowhere
    return Request(request.method, host, request.path, request.headers.fields, address, via)


def _give(flow: http.HTTPFlow, answer: Answer) -> None:
    """Make this the flow's response. What came in whole goes out whole: the body is bytes in this front."""
    began = flow.response.timestamp_start if flow.response else flow.request.timestamp_start
    body = cast(bytes, answer.body)
    reason = _REASONS.get(answer.status, b"")
    flow.response = Given(b"HTTP/1.1", answer.status, reason, answer.fields, body, None, began, None)
    if answer.note:
        flow.comment = f"anime: {answer.note}"


def _say(flow: http.HTTPFlow, status: int, text: str, kind: str) -> None:
    flow.response = Given.make(status, text, {"content-type": kind, "cache-control": "no-store"})


_REASONS = {200: b"OK", 304: b"Not Modified"}

addons = [AnimeAvatars()]
