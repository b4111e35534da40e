"""Real clients accept the avatar hosts and refuse another domain signed under the same authority."""

import http.client
import os
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from addon import browsers
from certs import trust
from certs.commands import run
from certs.stores import nss

pytestmark = pytest.mark.e2e

AVATARS, STATUS, FOREIGN = "pbs.twimg.com", "avatanime.internal", "bank.example"
HEADLESS = ("--headless", "--disable-gpu", "--disable-background-networking", "--disable-component-update")


@contextmanager
def running(command: list[str], **environment: str) -> Iterator[None]:
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | environment
    )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def browser(family: str) -> browsers.Browser:
    found = [b for b in browsers.find() if b.family == family]
    if not found:
        pytest.fail(f"no browser of the {family} family is installed: `make test` installs them")
    return found[0]


def curl(stand_in: Any, signed: Any, host: str) -> subprocess.CompletedProcess[str]:
    proxy = f"http://127.0.0.1:{stand_in.port}"
    command = ["curl", "-sS", "--cacert", str(signed.identity.ca_pem), "--proxy", proxy, f"https://{host}/"]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("host", [AVATARS, STATUS])
def test_curl_accepts(stand_in: Any, signed: Any, host: str) -> None:
    done = curl(stand_in, signed, host)
    assert done.returncode == 0, done.stderr
    assert "hello" in done.stdout


def test_curl_refuses(stand_in: Any, signed: Any) -> None:
    done = curl(stand_in, signed, FOREIGN)
    assert done.returncode == 60, done.stderr  # CURLE_PEER_FAILED_VERIFICATION
    assert FOREIGN not in stand_in.served


def python(stand_in: Any, signed: Any, host: str) -> int:
    context = ssl.create_default_context(cafile=signed.identity.ca_pem)
    connection = http.client.HTTPSConnection("127.0.0.1", stand_in.port, context=context, timeout=30)
    connection.set_tunnel(host, 443)
    try:
        connection.request("GET", "/")
        with connection.getresponse() as answer:
            return answer.status
    finally:
        connection.close()


def test_python_accepts(stand_in: Any, signed: Any) -> None:
    assert python(stand_in, signed, AVATARS) == 200


def test_python_refuses(stand_in: Any, signed: Any) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        python(stand_in, signed, FOREIGN)


def test_openssl_accepts_and_refuses(signed: Any) -> None:
    def verify(leaf: Path) -> str:
        command = ["openssl", "verify", "-purpose", "sslserver", "-CAfile", str(signed.identity.ca_pem), str(leaf)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        return f"{done.returncode} {done.stdout} {done.stderr}"

    assert verify(signed.identity.leaf_pem).startswith("0 ")
    assert "permitted subtree violation" in verify(signed.foreign)


@pytest.mark.skipif(shutil.which("wget") is None, reason="wget is not installed")
def test_wget_accepts_and_refuses(stand_in: Any, signed: Any) -> None:
    """On Debian this is GnuTLS."""

    def code(host: str) -> int:
        proxy = f"https_proxy=http://127.0.0.1:{stand_in.port}"
        command = [
            "wget",
            "-q",
            "-O-",
            "--ca-certificate",
            str(signed.identity.ca_pem),
            "-e",
            "use_proxy=on",
            "-e",
            proxy,
        ]
        return subprocess.run([*command, f"https://{host}/"], capture_output=True, timeout=60, check=False).returncode

    assert code(AVATARS) == 0
    assert code(FOREIGN) == 5  # "SSL verification failure"


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
def test_node_accepts_and_refuses(stand_in: Any, signed: Any) -> None:
    script = """
    const [port, host, ca] = process.argv.slice(1);
    const http = require("http"), tls = require("tls"), fs = require("fs");
    http.request({port, method: "CONNECT", path: host + ":443"}).on("connect", (_, socket) => {
      const trust = {socket, servername: host, ca: fs.readFileSync(ca)};
      const t = tls.connect(trust, () => { console.log("ok"); t.destroy(); });
      t.on("error", e => console.log(e.message));
    }).end();
    """

    def said(host: str) -> str:
        command = ["node", "-e", script, str(stand_in.port), host, str(signed.identity.ca_pem)]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout

    assert said(AVATARS) == "ok\n"
    assert "permitted subtree violation" in said(FOREIGN)


def test_chromium_with_the_store_of_its_user(stand_in: Any, signed: Any, tmp_path: Path) -> None:
    """Trusted as `avatanime certs install` does it, and not trusted after `uninstall`."""
    anchor = trust.anchor(signed.identity)
    trusting = trust.Trust(tmp_path / "ledger", list(nss.find(run, tmp_path)))
    assert not [step.trouble for step in trusting.install(anchor) if step.trouble]

    chromium(stand_in, tmp_path, "first")
    assert stand_in.served == {AVATARS, STATUS}
    assert "certificate" in stand_in.refused[FOREIGN].lower()  # the alert it sent: bad certificate, unknown CA

    stand_in.served.clear()
    stand_in.refused.clear()
    assert not [step.trouble for step in trusting.uninstall() if step.trouble]
    chromium(stand_in, tmp_path, "second")
    assert stand_in.served == set()
    assert AVATARS in stand_in.refused


def chromium(stand_in: Any, home: Path, profile: str) -> None:
    command = [browser("chromium").path, *HEADLESS, "--no-first-run", f"--user-data-dir={home / profile}"]
    command += [f"--proxy-pac-url=http://127.0.0.1:{stand_in.port}/proxy.pac"]
    if os.geteuid() == 0:
        command.append("--no-sandbox")
    with running([*command, f"https://{AVATARS}/"], HOME=str(home)):
        stand_in.wait_for(AVATARS, seconds=30)
        if AVATARS in stand_in.served:
            stand_in.wait_for(FOREIGN, STATUS, seconds=30)


@pytest.mark.parametrize("family", ["chromium", "firefox"])
def test_throwaway_profile(stand_in: Any, signed: Any, family: str, tmp_path: Path) -> None:
    """What `avatanime browse` opens accepts our hosts, refuses the foreign one, and leaves nothing behind."""
    home = tmp_path / "home"
    home.mkdir()
    chosen, extra = browser(family), HEADLESS if family == "chromium" else ("--headless",)
    with browsers.throwaway(chosen, signed.identity, f"http://127.0.0.1:{stand_in.port}/proxy.pac") as launch:
        command = launch.command
        profile = next(Path(a.rpartition("=")[2]) for a in command if "avatanime-browse-" in a)
        with running([*command, *extra, f"https://{AVATARS}/"], HOME=str(home), **launch.environment):
            stand_in.wait_for(AVATARS, FOREIGN, STATUS, seconds=60)
        assert profile.is_dir()
    assert stand_in.served == {AVATARS, STATUS}
    assert FOREIGN in stand_in.refused
    assert not profile.exists()
