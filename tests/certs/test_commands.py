import os
import sys

import pytest

from avatanime.errors import TrustError
from certs import commands
from certs.commands import Outcome, carry_out, run


def test_output_and_exit_code() -> None:
    script = "import sys, os; print(os.environ['LC_ALL'], sys.stdin.read()); print('no', file=sys.stderr); sys.exit(3)"
    assert run((sys.executable, "-c", script)) == Outcome(3, "C \n", "no\n")


def test_what_is_not_text_is_survived() -> None:
    done = run((sys.executable, "-c", "import sys; sys.stdout.buffer.write(b'\\xff\\xfe')"))
    assert done.out == "\ufffd\ufffd"


def test_arguments_go_through_no_shell() -> None:
    script = "import sys; print(sys.argv[1])"
    assert run((sys.executable, "-c", script, "$(id); `id` && 'x'")).out == "$(id); `id` && 'x'\n"


def test_a_missing_program_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(TrustError, match="libnss3-tools"):
        run(("certutil", "-L"))
    with pytest.raises(TrustError, match="networksetup is needed and not installed"):
        run(("networksetup",))


def test_a_program_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "PATIENCE", 0.2)
    with pytest.raises(TrustError, match="run it by hand"):
        run((sys.executable, "-c", "import time; time.sleep(60)"))


def test_the_first_failure_ends_it() -> None:
    ran: list[tuple[str, ...]] = []

    def fake(argv: tuple[str, ...]) -> Outcome:
        ran.append(argv)
        return Outcome(1, err="two\nlines") if argv == ("b", "it's") else Outcome(0)

    with pytest.raises(TrustError, match="failed: two lines"):
        carry_out([("a",), ("b", "it's"), ("c",)], fake)
    assert ran == [("a",), ("b", "it's")]


def test_sudo_only_where_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert commands.as_root(("rm", "x")) == ("sudo", "rm", "x")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert commands.as_root(("rm", "x")) == ("rm", "x")
