"""`avatanime run`: the proxy."""

import inspect
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from addon.settings import SETTINGS, Setting
from avatanime.home import home

if TYPE_CHECKING:
    from certs.authority import Identity

type Flag = tuple[str, Any, Any]
"""Name, annotation and default of a parameter."""


def run(**given: Any) -> None:
    """Start the proxy: avatars become anime portraits, everything else passes through untouched."""
    from addon import master
    from addon.sites import CERTIFIED
    from certs import authority

    port, modes, specs = given.pop("port"), given.pop("mode"), given.pop("set_")
    identity = authority.ensure(home().certs, CERTIFIED)
    if identity.renewed:
        print(f"avatanime: made a new certificate, which no browser trusts yet ({identity.reason}).", file=sys.stderr)
    specs = [*specs, *(_spec(setting, given[setting.name]) for setting in SETTINGS if given[setting.name] is not None)]
    try:
        master.serve(identity, port, modes, specs, lambda port: print(_welcome(identity, port), flush=True))
    except SystemExit:
        print(f"avatanime: did not start. If port {port} is in use, choose another: --port N.", file=sys.stderr)
        raise


def _spec(setting: Setting, value: Any) -> str:
    """As mitmproxy's `--set` reads it."""
    return f"{setting.option}={str(value).lower() if isinstance(value, bool) else value}"


def _welcome(identity: "Identity", port: int) -> str:
    """What to do next."""
    at = "" if port == 8080 else f" --port {port}"
    rows = {
        "Proxy": f"127.0.0.1:{port}, for this computer only",
        "PAC URL": f"http://127.0.0.1:{port}/proxy.pac",
        "Certificate": str(identity.ca_pem),
        "SHA-256": identity.fingerprint,
        "": f"can vouch for {', '.join(identity.hosts)} (and their subdomains) and nothing else,"
        f" until {identity.not_after:%Y-%m-%d}",
        "Try it": f"avatanime browse{at}  (a throwaway profile; changes nothing on this computer)",
        "Trust it": "avatanime certs install  (undo: avatanime certs uninstall)",
        "Use it": f"avatanime proxy on{at}  (undo: avatanime proxy off), or give your browser the PAC URL",
        "Stop": "Ctrl-C",
    }
    return "\n".join(f"{name:<12} {text}" for name, text in rows.items())


def _flags() -> list[Flag]:
    """The command's own flags, then one for every setting in the table."""
    own: list[Flag] = [
        ("port", Annotated[int, typer.Option(help="Port to listen on; 0: any free one.", min=0, max=65535)], 8080),
        (
            "mode",
            Annotated[list[str], typer.Option(help="mitmproxy's proxy mode, such as upstream:http://proxy:3128.")],
            [],
        ),
        (
            "set_",
            Annotated[list[str], typer.Option("--set", metavar="NAME=VALUE", help="Any other option of mitmproxy.")],
            [],
        ),
    ]
    return own + [(s.name, Annotated[type(s.default) | None, _option(s)], None) for s in SETTINGS]


def _option(setting: Setting) -> Any:
    off = f"/--no-{setting.flag[2:]}" if isinstance(setting.default, bool) else ""
    return typer.Option(
        setting.flag + off,
        help=setting.help,
        metavar="|".join(setting.choices) or None,
        show_default=str(setting.default).lower() if isinstance(setting.default, bool) else str(setting.default),
        rich_help_panel="Settings",
    )


def _declare(flags: list[Flag]) -> None:
    """Give `run` the parameters that the command line is made from."""
    kind = inspect.Parameter.KEYWORD_ONLY
    parameters = [inspect.Parameter(name, kind, default=default, annotation=hint) for name, hint, default in flags]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # read by `inspect.signature`
    run.__annotations__ = {name: hint for name, hint, _ in flags}


_declare(_flags())
