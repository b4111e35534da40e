"""Where the state lives: `AVATANIME_HOME`, or the platform's data folder for this user."""

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs


@dataclass(frozen=True, slots=True)
class Home:
    """The folders and files below one root; none is made until somebody writes to it."""

    root: Path

    @property
    def certs(self) -> Path:
        """Certificates: `ca.pem` (public) and `leaf.pem` (with its private key, mode 0600)."""
        return self.root / "certs"

    @property
    def cache(self) -> Path:
        """The portrait store."""
        return self.root / "cache"

    @property
    def models(self) -> Path:
        """Downloaded model files, one folder per engine."""
        return self.root / "models"


def home() -> Home:
    """The home in force: the environment's `AVATANIME_HOME`, else the platform's user data folder."""
    named = os.environ.get("AVATANIME_HOME")
    return Home(Path(named).expanduser() if named else platformdirs.user_data_path("avatanime", appauthor=False))
