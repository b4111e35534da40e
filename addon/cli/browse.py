"""`avatanime browse`: try it in a throwaway browser profile; nothing on the system changes."""

import contextlib
import os
import signal
import subprocess
import sys
from typing import Annotated

import typer

from addon.cli.proxy import pac_url
from avatanime.errors import AvatanimeError
from avatanime.home import home


def browse(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="The page to open.")] = "https://x.com/",
    browser: Annotated[str | None, typer.Option(help="chromium, chrome, edge, brave or firefox.")] = None,
    port: Annotated[int, typer.Option(help="The port of `avatanime run`.", min=1, max=65535)] = 8080,
) -> None:
    """Open a page in a throwaway browser profile that uses the running proxy and trusts only it.

    What follows `--` goes to the browser as it is.
    """
    from addon import browsers
    from addon.probe import Probe
    from certs import authority

    identity = authority.read(home().certs)
    chosen = browsers.choose(browser)
    probe = Probe(port)
    if not probe.pac():
        raise AvatanimeError(
            f"No avatanime proxy answers on 127.0.0.1:{port}: start `avatanime run` in another terminal."
        )
    if probe.spki() != identity.spki:
        raise AvatanimeError(
            f"The proxy on 127.0.0.1:{port} shows another certificate than the one in {home().certs}: restart it, with"
            " the same AVATANIME_HOME."
        )
    if "--no-sandbox" in context.args:
        print("avatanime: the browser runs without its sandbox.", file=sys.stderr)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a profile is deleted at that end too
    with browsers.throwaway(chosen, identity, pac_url(port)) as launch:
        print(f"{chosen.name}: a throwaway profile, deleted when you close the window.", file=sys.stderr)
        code = _run([*launch.command, *context.args, url], os.environ | launch.environment)
    if code:
        raise AvatanimeError(f"{chosen.name} ended with exit code {code}: start {chosen.path} by hand to see why.")


def _run(command: list[str], environment: dict[str, str]) -> int:
    """Run the browser until it is closed, or Ctrl-C or SIGTERM closes it (then 0); its exit code.

    Its log, noise to most, goes nowhere.
    """
    # A session of its own, so that its helpers can be ended with it: one that lives on would write to the profile.
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, start_new_session=True) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            return 0
        finally:
            if sys.platform == "win32":
                process.kill()
            else:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
