"""Fetches the best source of an avatar: own verified client, bounded in size and time, no redirects, no cookies."""

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from addon.replies import Fields, decoded, value
from avatanime.errors import FetchError
from engine.photo import MAX_BYTES

TIMEOUT = 10.0
"""Seconds for one source with all its fallbacks."""
CONNECTIONS = 16
"""At most so many connections to an origin at once; over h2 one carries all."""


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom to believe upstream: mitmproxy's own options of the same meaning."""

    ca_file: str | None = None
    ca_folder: str | None = None
    insecure: bool = False

    def context(self) -> ssl.SSLContext:
        """A TLS client context. Raises FetchError if the authorities cannot be read."""
        try:
            if self.ca_file or self.ca_folder:
                context = ssl.create_default_context(cafile=self.ca_file, capath=self.ca_folder)
            else:
                context = httpx.create_ssl_context()
        except OSError as e:
            raise FetchError(f"The trusted authorities in {self.ca_file or self.ca_folder} cannot be read: {e}") from e
        if self.insecure:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


@dataclass(frozen=True, slots=True)
class Source:
    """A picture to draw from: where it came from, its bytes (unencoded), and what its origin said of it."""

    url: str
    body: bytes
    fields: Fields


class BusyError(FetchError):
    """The origin asks to be left alone, for `seconds` if it says so."""

    def __init__(self, message: str, seconds: float | None) -> None:
        super().__init__(message)
        self.seconds = seconds


class Fetcher:
    """One client a way out: straight, or through the proxy that mitmproxy's upstream mode names."""

    def __init__(self, trust: Trust, proxy_login: tuple[str, str] | None = None) -> None:
        self._context = trust.context()
        self._login = proxy_login
        self._clients: dict[str, httpx.AsyncClient] = {}
        self._client("")  # now: what the first one imports takes a while, which no event loop should wait for

    async def best(self, urls: Sequence[str], *, via: str = "", agent: str = "") -> Source:
        """The first of `urls` that the origin has. `via` is a proxy's URL; `agent` the User-Agent to be.

        Raises FetchError if none can be had in time; the message names the last. BusyError at the first 429 or 503: an
        origin that has enough is not asked for the next.
        """
        trouble = "it has no address"
        try:
            async with asyncio.timeout(TIMEOUT):
                for url in urls:
                    try:
                        return await self._fetch(url, via, agent)
                    except BusyError:
                        raise
                    except FetchError as e:
                        trouble = str(e)
        except TimeoutError:
            trouble = f"{url} took longer than {TIMEOUT:g} s"
        except httpx.HTTPError as e:
            trouble = f"{url}: {e or type(e).__name__}"
        raise FetchError(f"The source picture cannot be fetched: {trouble}.")

    async def close(self) -> None:
        """Close all connections."""
        clients, self._clients = list(self._clients.values()), {}
        for client in clients:
            await client.aclose()

    async def _fetch(self, url: str, via: str, agent: str) -> Source:
        headers = {"accept": "image/*", "accept-encoding": "identity"} | ({"user-agent": agent} if agent else {})
        async with self._client(via).stream("GET", url, headers=headers) as response:
            if response.status_code in (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE):
                wait = response.headers.get("retry-after", "")
                seconds = float(wait) if wait.isascii() and wait.isdecimal() else None
                raise BusyError(f"{url} answered {response.status_code}: the origin is busy", seconds)
            if response.status_code != httpx.codes.OK:
                raise FetchError(f"{url} answered {response.status_code}")
            body = bytearray()
            async for piece in response.aiter_raw():
                body += piece
                if len(body) > MAX_BYTES:
                    raise FetchError(f"{url} is larger than {MAX_BYTES:,} bytes")
            fields = tuple(response.headers.raw)
        return Source(url, decoded(bytes(body), value(fields, b"content-encoding"), MAX_BYTES), fields)

    def _client(self, via: str) -> httpx.AsyncClient:
        if via not in self._clients:
            to_proxy = self._context if via.startswith("https:") else None
            proxy = httpx.Proxy(via, ssl_context=to_proxy, auth=self._login) if via else None
            self._clients[via] = httpx.AsyncClient(
                http2=True,
                verify=self._context,
                proxy=proxy,
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
                trust_env=False,
                timeout=TIMEOUT,
                limits=httpx.Limits(max_connections=CONNECTIONS),
            )
        return self._clients[via]
