"""The system's proxy setting: our PAC file on, off, as it was before."""

import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from avatanime.errors import TrustError
from certs import desktops, files
from certs.commands import Argv, Run, carry_out, run
from certs.desktops import Desktop, Setting

FILE = "proxy.json"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Change:
    """What will be, or was, done to the setting: a sentence and the exact commands."""

    says: str
    commands: tuple[Argv, ...] = ()


@dataclass(frozen=True, slots=True)
class Memory:
    """How the setting was before, and what we made of it."""

    desktop: str
    before: Setting
    ours: Setting


class SystemProxy:
    """The proxy setting of this session's desktop; its earlier state is kept in `folder` while ours is in force."""

    def __init__(self, folder: Path, desktop: Desktop) -> None:
        self.desktop = desktop
        self._file = folder / FILE

    @classmethod
    def here(cls, folder: Path, runner: Run = run) -> "SystemProxy":
        """For the desktop of this session. Raises TrustError if there is none that we know."""
        return cls(folder, desktops.find(runner, sys.platform, os.environ))

    def setting(self) -> Setting:
        """What is in force. Raises TrustError."""
        return self.desktop.read()

    def uses(self, url: str) -> bool:
        """Whether the PAC file at `url` is in force. Raises TrustError."""
        now = self.setting()
        return bool(now) and now == self.desktop.pac(url, now)

    def on(self, url: str, *, dry: bool = False) -> Change:
        """Use the PAC file at `url`. Raises TrustError."""
        with files.locked(self._file.parent):
            now = self.setting()
            ours = self.desktop.pac(url, now)
            memory = self._recall()
            before = now
            if memory:  # what is still ours from an earlier `on` (another port, perhaps) is not what was before
                before = now | {k: memory.before[k] for k, v in now.items() if k in memory.ours and v == memory.ours[k]}
            changed = {k: v for k, v in ours.items() if now.get(k) != v}
            if not changed:
                return Change(f"{self.desktop.label} uses {url} already.")
            change = Change(f"Have {self.desktop.label} use {url}.", self.desktop.commands(changed, now))
            if not dry:
                self._remember(Memory(self.desktop.name, before, ours))
                self._apply(change, changed)
            return change

    def off(self, *, dry: bool = False) -> Change:
        """Put back what was there before `on`; what somebody else has changed since stays. Raises TrustError."""
        with files.locked(self._file.parent):
            memory = self._recall()
            if memory is None:
                return Change(f"The proxy setting of {self.desktop.label} is not avatanime's: nothing to undo.")
            now = self.setting()
            back = {k: memory.before[k] for k, v in now.items() if k in memory.ours and v == memory.ours[k]}
            if back:
                says = f"Put the proxy setting of {self.desktop.label} back as it was."
                change = Change(says, self.desktop.commands(back, now))
            else:
                change = Change(f"The proxy setting of {self.desktop.label} was changed since: left as it is.")
            if not dry:
                self._apply(change, back)
                self._file.unlink()
            return change

    def _apply(self, change: Change, wanted: Setting) -> None:
        carry_out(change.commands, self.desktop.run)
        now = self.setting()
        missed = [key for key, value in wanted.items() if now.get(key) != value]
        if missed:
            raise TrustError(
                f"{self.desktop.label} did not take the proxy setting ({', '.join(missed)}): are you in a desktop"
                " session? Else set it in the system's settings."
            )

    def _remember(self, memory: Memory) -> None:
        content = json.dumps({"version": VERSION} | asdict(memory), indent=2)
        files.write(self._file, content.encode(), files.PRIVATE)

    def _recall(self) -> Memory | None:
        try:
            memory = parse(self._file.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as e:
            raise TrustError(
                f"{self._file}, which remembers the earlier proxy setting, cannot be read ({e}): set the proxy in the"
                " system's settings as you like it, then delete this file."
            ) from e
        if memory.desktop != self.desktop.name:
            raise TrustError(
                f"The proxy setting that was changed is {memory.desktop}'s, and this is {self.desktop.label}: run"
                f" `avatanime proxy off` there, or delete {self._file}."
            )
        return memory


def parse(content: bytes) -> Memory:
    """The memory in a file. Raises ValueError for anything that is not one."""
    data = json.loads(content)
    if (
        not isinstance(data, dict)
        or set(data) != {"version", "desktop", "before", "ours"}
        or data["version"] != VERSION
    ):
        raise ValueError(f"it is no proxy memory of version {VERSION}")
    before, ours = data["before"], data["ours"]
    for setting in (before, ours):
        if not isinstance(setting, dict) or not all(v is None or isinstance(v, str) for v in setting.values()):
            raise ValueError("a setting is no mapping of texts")
    if not isinstance(data["desktop"], str) or not ours.keys() <= before.keys():
        raise ValueError("a field is missing or of the wrong kind")
    return Memory(data["desktop"], before, ours)
