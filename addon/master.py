"""The lean proxy behind `avatanime run`: mitmproxy's core with the few addons that this needs, and no authority.

Answers cached avatars about half as fast again as the full set, since every hook of every request asks every addon.
"""

import asyncio
import inspect
import logging
import signal
import sys
from collections.abc import Callable, Iterable, Sequence, Set
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from mitmproxy import addonmanager, certs, exceptions, hooks, http, master, options
from mitmproxy.addons import (
    block,
    core,
    disable_h2c,
    dns_resolver,
    errorcheck,
    next_layer,
    proxyserver,
    termlog,
    tlsconfig,
    upstream_auth,
)

from addon import workshop
from addon.anime import AnimeAvatars
from addon.listening import LOOPBACK
from avatanime.errors import SettingError
from certs.authority import Identity

log = logging.getLogger(__name__)


class LeafStore(certs.CertStore):
    """Shows the one leaf to everybody; can sign nothing, and writes no file."""

    def __init__(self, leaf_pem: Path) -> None:
        pem = leaf_pem.read_bytes()
        leaf, *chain = (certs.Cert(certificate) for certificate in x509.load_pem_x509_certificates(pem))
        key = load_pem_private_key(pem, None)
        self._leaf = certs.CertStoreEntry(leaf, key, leaf_pem, [leaf, *chain])  # type: ignore[arg-type]  # typed RSA
        self.dhparams = None  # type: ignore[assignment]  # elliptic curves only

    def get_cert(
        self,
        commonname: str | None,
        sans: Iterable[x509.GeneralName],
        organization: str | None = None,
        crl_url: str | None = None,
    ) -> certs.CertStoreEntry:
        """The leaf, whatever is asked for: a client that asked for another host refuses it."""
        return self._leaf


class LeafConfig(tlsconfig.TlsConfig):
    """TLS as mitmproxy sets it up, but for the certificate authority that it would make, write and sign with."""

    name = "tlsconfig"
    _AUTHORITY = frozenset({"certs", "confdir", "key_size", "cert_passphrase"})

    def __init__(self, leaf_pem: Path) -> None:
        self.certstore = LeafStore(leaf_pem)

    def configure(self, updated: Set[str]) -> None:
        """All but the options of the authority that there is not."""
        super().configure(updated - self._AUTHORITY)

    def running(self) -> None:
        """The certificate was read at the start."""

    def request(self, flow: http.HTTPFlow) -> None:
        """There is no authority whose revocation list could be asked for."""


class DirectAddons(addonmanager.AddonManager):
    """Remembers who has which hook; mitmproxy asks every addon again at every event."""

    def __init__(self, owner: master.Master) -> None:
        super().__init__(owner)
        self._handlers: dict[str, list[Callable[..., Any]]] = {}

    def register(self, addon: Any) -> Any:
        """Take in an addon; what was remembered no longer holds."""
        self._handlers.clear()
        return super().register(addon)

    def remove(self, addon: Any) -> None:
        """Let an addon go; what was remembered no longer holds."""
        self._handlers.clear()
        super().remove(addon)

    async def trigger_event(self, event: hooks.Hook) -> None:
        """Tell all who have the hook, in order, as mitmproxy does: an addon's error is logged, AddonHalt ends it."""
        handlers = self._handlers.get(event.name)
        if handlers is None:
            handlers = [handler for addon in self.chain for _, handler in self._iter_hooks(addon, event)]
            self._handlers[event.name] = handlers
        for handler in handlers:
            try:
                with addonmanager.safecall():
                    result = handler(*event.args())
                    if result is not None and inspect.isawaitable(result):
                        await result
            except exceptions.AddonHalt:
                return


class LeanMaster(master.Master):
    """A proxy for this computer alone that rewrites avatars and does nothing else."""

    def __init__(self, opts: options.Options, identity: Identity, ready: Callable[[int], None]) -> None:
        """`ready` is called with the port once the proxy listens. Must be called on the event loop."""
        super().__init__(opts)
        self.addons = DirectAddons(self)
        self._ready = ready
        self.anime = AnimeAvatars()
        self._termlog_addon = termlog.TermLog(sys.stderr)
        self.addons.add(
            self._termlog_addon,
            core.Core(),
            block.Block(),
            proxyserver.Proxyserver(),
            dns_resolver.DnsResolver(),
            next_layer.NextLayer(),
            LeafConfig(identity.leaf_pem),
            disable_h2c.DisableH2C(),
            upstream_auth.UpstreamAuth(),
            self.anime,
            errorcheck.ErrorCheck(),
        )

    async def running(self) -> None:
        """Also say so."""
        await super().running()
        server = self.addons.get("proxyserver")
        self._ready(server.listen_addrs()[0][1])


def serve(
    identity: Identity, port: int, modes: Sequence[str], specs: Sequence[str], ready: Callable[[int], None]
) -> None:
    """Run the proxy on loopback until it is told to stop (SIGINT, SIGTERM).

    `specs` are mitmproxy options as `name=value`. Raises SettingError for one that cannot be, SystemExit if the port
    is taken.
    """
    try:
        asyncio.run(_serve(identity, port, modes, specs, ready))
    finally:
        workshop.close()


async def _serve(
    identity: Identity, port: int, modes: Sequence[str], specs: Sequence[str], ready: Callable[[int], None]
) -> None:
    for name, level in _LEVELS.items():
        logging.getLogger(name).setLevel(level)
    opts = options.Options(listen_host=LOOPBACK, listen_port=port)
    try:
        proxy = LeanMaster(opts, identity, ready)
        opts.set(*specs, *(f"mode={mode}" for mode in modes))
        proxy.addons.invoke_addon_sync(proxy.anime, hooks.ConfigureHook(opts.keys()))
    except exceptions.OptionsError as e:
        raise SettingError(str(e)) from e
    _stop_on_signal(proxy)
    await proxy.run()


def _stop_on_signal(proxy: LeanMaster) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, proxy.shutdown)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: proxy.shutdown())


_LEVELS = {
    "": logging.INFO,
    "asyncio": logging.WARNING,
    "hpack": logging.WARNING,
    "mitmproxy.proxy.server": logging.WARNING,  # a line for every connection
}
