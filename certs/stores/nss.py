"""NSS databases: Chrome's and Chromium's one per user, Firefox's one per profile (Linux)."""

import configparser
import os
import re
from collections.abc import Iterator
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from avatanime.errors import TrustError
from certs.commands import Argv, Run
from certs.stores import Anchor, Plan, Store

DATABASE = "cert9.db"
FILES = (DATABASE, "key4.db", "pkcs11.txt")
"""What an NSS database in SQL form consists of (`certutil -N`)."""
SERVERS_ONLY = "C,,"
"""Trust flags: may vouch for TLS servers; not for e-mail, not for code (certutil(1))."""

CHROME = (".pki/nssdb", "snap/chromium/current/.pki/nssdb")
CHROME_FLATPAKS = ("com.google.Chrome", "org.chromium.Chromium", "com.microsoft.Edge", "com.brave.Browser")
FIREFOX = (
    ".mozilla/firefox",
    ".config/mozilla/firefox",  # since Firefox 147, where ~/.mozilla did not exist before
    "snap/firefox/common/.mozilla/firefox",
    ".var/app/org.mozilla.firefox/.mozilla/firefox",
    ".var/app/org.mozilla.firefox/config/mozilla/firefox",
    ".librewolf",
)
TRUST_FLAGS = re.compile(r"[A-Za-z]*,[A-Za-z]*,[A-Za-z]*")


class NssStore(Store):
    """One NSS database, spoken to through certutil."""

    def __init__(self, run: Run, folder: Path, kind: str, label: str) -> None:
        super().__init__(run)
        self.folder = folder
        self.kind = kind
        self.key = f"nss:{folder}"
        self.label = f"{label} ({folder})"

    def is_trusted(self, anchor: Anchor) -> bool:
        """Whether it is held with the C flag among those for TLS."""
        return self.holds(anchor) and "C" in self._listing().get(anchor.name, "")

    def holds(self, anchor: Anchor) -> bool:
        """Whether this very certificate is there under its name."""
        if not self._exists or anchor.name not in self._listing():
            return False
        found = self.run(self._certutil("-L", "-n", anchor.name, "-a"))
        return anchor.der in _ders(found.out)

    def install_plan(self, anchor: Anchor) -> Plan:
        """Add it, for TLS servers only; make the database first where there is none."""
        add = self._certutil("-A", "-t", SERVERS_ONLY, "-n", anchor.name, "-i", str(anchor.pem), "-f", os.devnull)
        says = f"Trust the certificate for web servers in {self.label}. Browsers that are open notice when restarted."
        if self._exists:
            return Plan(says, (add,))
        makes = tuple(str(p) for p in (*reversed(self.folder.parents), self.folder) if not p.exists())
        make = tuple(("mkdir", "-m", "700", path) for path in makes)
        return Plan(says, (*make, self._certutil("-N", "--empty-password"), add), (*makes, str(self.folder / DATABASE)))

    def uninstall_plan(self, anchor: Anchor, made: tuple[str, ...] = ()) -> Plan:
        """Delete it; and the database and folders too, if installing made them and nothing else came into them."""
        if not self._exists:
            return Plan(f"There is no database any more at {self.label}.", self._unmake(made))
        listing = self._listing()
        if anchor.name not in listing:
            return Plan(f"The certificate is gone from {self.label} already.")
        delete = self._certutil("-D", "-n", anchor.name, "-f", os.devnull)
        ours = str(self.folder / DATABASE) in made and set(listing) == {anchor.name} and not self._has_keys()
        unmake = self._unmake(made) if ours else ()
        return Plan(f"Delete the certificate from {self.label}.", (delete, *unmake))

    @property
    def _exists(self) -> bool:
        return (self.folder / DATABASE).is_file()

    def _certutil(self, *arguments: str) -> Argv:
        return ("certutil", *arguments, "-d", f"sql:{self.folder}")

    def _listing(self) -> dict[str, str]:
        """Nickname -> its trust flags for TLS. Raises TrustError if the database cannot be read."""
        done = self.run(self._certutil("-L"))
        if done.code:
            raise TrustError(
                f"{self.label} cannot be read ({' '.join(done.err.split())}): close the browser and try again."
            )
        return parse_listing(done.out)

    def _has_keys(self) -> bool:
        # certutil -K ends with an error where there are none; only a clean list means keys.
        return self.run(self._certutil("-K", "-f", os.devnull)).code == 0

    def _unmake(self, made: tuple[str, ...]) -> tuple[Argv, ...]:
        files = [str(self.folder / name) for name in FILES if (self.folder / name).exists()]
        remove: tuple[Argv, ...] = (("rm", *files),) if files else ()
        going = set(files)
        for path in sorted((p for p in map(Path, made) if p.is_dir()), key=lambda p: -len(p.parts)):
            if {str(child) for child in path.iterdir()} <= going:
                remove = (*remove, ("rmdir", str(path)))
                going.add(str(path))
        return remove


def find(run: Run, home: Path) -> Iterator[NssStore]:
    """Chrome's database (whether it exists yet or not, as Chrome reads it at its next start) and all that exist."""
    yield NssStore(run, home / CHROME[0], "chrome", "Chrome, Chromium, Edge and Brave")
    others = [home / CHROME[1], *(home / ".var/app" / name / ".pki/nssdb" for name in CHROME_FLATPAKS)]
    for folder in others:
        if folder.is_dir():
            yield NssStore(run, folder, "chrome", "a packaged Chrome or Chromium")
    for root in (home / name for name in FIREFOX):
        for folder in profiles(root):
            yield NssStore(run, folder, "firefox", "Firefox profile")


def profiles(root: Path) -> list[Path]:
    """Firefox's profile folders that hold a certificate database, from `profiles.ini`; none if that is damaged."""
    try:
        text = (root / "profiles.ini").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return [folder for folder in parse_profiles(text, root) if (folder / DATABASE).is_file()]


def parse_profiles(text: str, root: Path) -> list[Path]:
    """The folders that a `profiles.ini` names, each once; relative ones are below `root`. None if it is damaged."""
    parser = configparser.RawConfigParser(strict=False, delimiters=("=",))
    try:
        parser.read_string(text)
    except configparser.Error:
        return []
    named = [
        root / path  # an absolute path stands for itself
        for section in parser.sections()
        if section.startswith("Profile") and (path := parser.get(section, "Path", fallback="")) and "\0" not in path
    ]
    return list(dict.fromkeys(named))


def parse_listing(text: str) -> dict[str, str]:
    """What `certutil -L` prints, as nickname -> trust flags for TLS (`C,,` gives `C`)."""
    found = {}
    for line in text.splitlines():
        nickname, _, flags = line.rstrip().rpartition(" ")
        if TRUST_FLAGS.fullmatch(flags) and nickname.strip() and flags != "SSL,S/MIME,JAR/XPI":
            found[nickname.strip()] = flags.partition(",")[0]
    return found


def _ders(text: str) -> list[bytes]:
    try:
        return [c.public_bytes(Encoding.DER) for c in x509.load_pem_x509_certificates(text.encode())]
    except ValueError:
        return []
