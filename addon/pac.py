"""The proxy auto-configuration file: avatar hosts through the proxy, everything else as if there were none."""

import json
from collections.abc import Sequence

TYPE = "application/x-ns-proxy-autoconfig"
PATH = "/proxy.pac"


def pac(hosts: Sequence[str], proxy: str) -> str:
    """The JavaScript that sends `hosts`, and only them, to `proxy` ("127.0.0.1:8080").

    DIRECT stands behind the proxy: with the proxy stopped, pages show originals rather than holes.
    """
    listed = json.dumps({host.lower(): 1 for host in hosts})
    return (
        f"var hosts = {listed};\n"
        "function FindProxyForURL(url, host) {\n"
        "  return Object.prototype.hasOwnProperty.call(hosts, host.toLowerCase())"
        f' ? {json.dumps(f"PROXY {proxy}; DIRECT")} : "DIRECT";\n'
        "}\n"
    )
