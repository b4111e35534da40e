"""What the PAC file tells a browser."""

from addon.pac import pac


def test_only_the_hosts_go_through_the_proxy() -> None:
    script = pac(["pbs.twimg.com", "avatanime.internal"], "127.0.0.1:8181")
    assert "FindProxyForURL(url, host)" in script
    assert '"PROXY 127.0.0.1:8181; DIRECT"' in script
    assert '{"pbs.twimg.com": 1, "avatanime.internal": 1}' in script
    assert script.rstrip().endswith("}")


def test_nothing_that_is_put_in_ends_a_string() -> None:
    assert '\\"' in pac(['x"; alert(1); "'], "127.0.0.1:1")
