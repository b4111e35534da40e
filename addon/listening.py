"""Where mitmproxy listens and what it decrypts: this computer alone, and avatar hosts alone, unless told otherwise."""

import asyncio
import ipaddress
import re
from collections.abc import Callable, Iterable

from mitmproxy import ctx
from mitmproxy.proxy import mode_specs
from mitmproxy.utils import asyncio_utils

from addon.sites import CERTIFIED

LOOPBACK = "127.0.0.1"
_NAMED = (mode_specs.RegularMode, mode_specs.UpstreamMode)
"""Modes in which clients name the host they want."""
_PLAIN = (mode_specs.RegularMode, mode_specs.UpstreamMode, mode_specs.Socks5Mode)
"""Modes for this computer's own programs, which can all be bound to loopback."""


def rebind_to_loopback() -> None:
    """Have every proxy port that no host was given for listen on loopback; mitmproxy's own default is everywhere."""
    options = ctx.options
    if options.listen_host:
        return
    specs = [_bound(spec, options.listen_port) for spec in options.mode]
    if specs != list(options.mode):
        options.update(mode=specs)


def once_settled(then: Callable[[], None]) -> None:
    """Call `then` when no port is being moved: a process that starts meanwhile inherits the old socket until it execs.

    The port would be taken for as long, and mitmproxy ends where it cannot listen.
    """
    servers = getattr(ctx.master.addons.get("proxyserver"), "servers", None)

    async def wait() -> None:
        while servers is not None and servers.is_updating:  # noqa: ASYNC110  # there is nothing to await
            await asyncio.sleep(0.01)
        then()

    asyncio_utils.create_task(wait(), name="await settled ports", keep_ref=True)


def decrypt_only(hosts: Iterable[str]) -> None:
    """Set `allow_hosts` to exactly these hosts, unless the user set it or `ignore_hosts`."""
    if decrypts_only_ours() or not (ctx.options.has_changed("allow_hosts") or ctx.options.has_changed("ignore_hosts")):
        ctx.options.update(allow_hosts=[_pattern(host) for host in hosts])


def decrypts_only_ours() -> bool:
    """Whether `allow_hosts` is as `decrypt_only` left it."""
    return bool(ctx.options.allow_hosts) and _OURS.issuperset(ctx.options.allow_hosts)


def is_ours(mode: mode_specs.ProxyMode, address: str, sni: str | None) -> bool:
    """Whether a TLS connection to this address, for this name, is for a host that our certificate names.

    Where clients name the host to the proxy it must be the same one; where they only show an address, the name alone
    tells.
    """
    if sni is None or sni.lower() not in CERTIFIED:
        return False
    return address.lower() == sni.lower() or (not isinstance(mode, _NAMED) and _is_address(address))


def is_self(host: str, port: int, sockname: tuple[str, int]) -> bool:
    """Whether a request for this host and port is for the proxy itself, at `sockname`."""
    return port == sockname[1] and host in ("localhost", sockname[0])


def formatted(address: tuple[str, int]) -> str:
    """`host:port`, an IPv6 host in brackets."""
    host, port = address[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _bound(spec: str, port: int | None) -> str:
    mode = mode_specs.ProxyMode.parse(spec)
    if not isinstance(mode, _PLAIN) or mode.custom_listen_host is not None:
        return spec
    head = spec.rpartition("@")[0] if mode.custom_listen_port is not None else spec
    return f"{head}@{LOOPBACK}:{mode.listen_port(port)}"


def _pattern(host: str) -> str:
    """A regular expression that mitmproxy searches in `host:port`: both ends are anchored."""
    return rf"^{re.escape(host)}:443$"


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


_OURS = frozenset(map(_pattern, CERTIFIED))
