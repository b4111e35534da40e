"""Where mitmproxy listens, and what it decrypts."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mitmproxy.proxy.mode_specs import ProxyMode
from mitmproxy.test import taddons

from addon import listening
from addon.sites import CERTIFIED

HOST = "pbs.twimg.com"


@pytest.mark.parametrize(
    ("given_modes", "bound"),
    [
        (["regular"], ["regular@127.0.0.1:8080"]),
        (["regular@9000"], ["regular@127.0.0.1:9000"]),
        (["regular@192.168.1.2:9000"], ["regular@192.168.1.2:9000"]),
        (["upstream:http://proxy:3128"], ["upstream:http://proxy:3128@127.0.0.1:8080"]),
        (
            ["upstream:http://proxy:3128@9000", "socks5"],
            ["upstream:http://proxy:3128@127.0.0.1:9000", "socks5@127.0.0.1:1080"],
        ),
        (["reverse:https://x.com"], ["reverse:https://x.com"]),
        (["regular@127.0.0.1:8080"], ["regular@127.0.0.1:8080"]),
    ],
)
def test_ports_are_bound_to_loopback(given_modes: list[str], bound: list[str]) -> None:
    with taddons.context() as context:
        context.options.update(mode=given_modes)
        listening.rebind_to_loopback()
        assert context.options.mode == bound
        listening.rebind_to_loopback()
        assert context.options.mode == bound


def test_a_port_and_host_of_the_user_s_are_kept() -> None:
    with taddons.context() as context:
        context.options.update(listen_port=8181)
        listening.rebind_to_loopback()
        assert context.options.mode == ["regular@127.0.0.1:8181"]
    with taddons.context() as context:
        context.options.update(listen_host="0.0.0.0")
        listening.rebind_to_loopback()
        assert context.options.mode == ["regular"]


def test_only_our_hosts_are_decrypted() -> None:
    with taddons.context() as context:
        listening.decrypt_only([HOST])
        assert context.options.allow_hosts == [r"^pbs\.twimg\.com:443$"]
        listening.decrypt_only(CERTIFIED)
        assert len(context.options.allow_hosts) == len(CERTIFIED)
        assert listening.decrypts_only_ours()


@pytest.mark.parametrize("theirs", [{"allow_hosts": ["x.com"]}, {"ignore_hosts": ["bank"]}])
def test_the_user_s_own_choice_stands(theirs: dict[str, list[str]]) -> None:
    with taddons.context() as context:
        context.options.update(**theirs)
        listening.decrypt_only(CERTIFIED)
        assert context.options.allow_hosts == theirs.get("allow_hosts", [])
        assert not listening.decrypts_only_ours()


@given(st.sampled_from(["pbs.twimg.com.evil.example", "xpbs.twimg.com", "pbs-twimg.com", "pbsxtwimg.com"]) | st.text())
def test_no_other_host_is_allowed(host: str) -> None:
    with taddons.context() as context:
        listening.decrypt_only(CERTIFIED)
        allowed = any(re.search(rex, f"{host}:443", re.IGNORECASE) for rex in context.options.allow_hosts)
        assert allowed == (host.lower() in CERTIFIED)
        assert not any(re.search(rex, f"{HOST}:8443", re.IGNORECASE) for rex in context.options.allow_hosts)


@pytest.mark.parametrize(
    ("mode", "address", "sni", "ours"),
    [
        ("regular", HOST, HOST, True),
        ("regular", "PBS.twimg.com", "pbs.TWIMG.com", True),
        ("regular", "evil.example", HOST, False),
        ("regular", HOST, "evil.example", False),
        ("regular", HOST, None, False),
        ("regular", "10.0.0.1", HOST, False),
        ("regular", HOST, "avatanime.internal", False),
        ("regular", "pbs.twimg.com.evil.example", "pbs.twimg.com.evil.example", False),
        ("upstream:http://proxy:1", "10.0.0.1", HOST, False),
        ("transparent", "10.0.0.1", HOST, True),
        ("transparent", "10.0.0.1", None, False),
        ("transparent", "10.0.0.1", "x.com", False),
        ("socks5", "::1", HOST, True),
        ("socks5", "evil.example", HOST, False),
    ],
)
def test_address_and_name_must_be_of_one_host(mode: str, address: str, sni: str | None, ours: bool) -> None:
    assert listening.is_ours(ProxyMode.parse(mode), address, sni) is ours


def test_the_proxy_knows_itself() -> None:
    assert listening.is_self("127.0.0.1", 8080, ("127.0.0.1", 8080))
    assert listening.is_self("localhost", 8080, ("127.0.0.1", 8080))
    assert not listening.is_self("evil.example", 8080, ("127.0.0.1", 8080))
    assert not listening.is_self("127.0.0.1", 80, ("127.0.0.1", 8080))


def test_addresses_are_written_as_urls_have_them() -> None:
    assert listening.formatted(("127.0.0.1", 1)) == "127.0.0.1:1"
    assert listening.formatted(("::1", 1, 0, 0)) == "[::1]:1"  # type: ignore[arg-type]
