"""The files of a catalog version as somebody sends them: YAML files, or a zip archive of them."""

import io
import zipfile
from pathlib import PurePosixPath

from telecom.refusal import _

LARGEST = 1 << 20
"""Bytes of all files together; the shipped version has a tenth of it."""


TOO_LARGE = _("The files of a version have more than a megabyte together.")


class Unusable(Exception):
    """`reason` is an English text of ours; `name` fills it."""

    def __init__(self, reason: str, name: str = "") -> None:
        super().__init__(reason)
        self.reason, self.name = reason, name


def files_of(name: str, content: bytes) -> dict[str, str]:
    """Texts by file name. Raises Unusable."""
    if len(content) > LARGEST:
        raise Unusable(TOO_LARGE)
    if not name.lower().endswith(".zip"):
        return {_name(name): _text(name, content)}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _unpacked(archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise Unusable(_("%(name)s is not a zip archive that can be read."), name) from error


def _unpacked(archive: zipfile.ZipFile) -> dict[str, str]:
    wanted = [one for one in archive.infolist() if one.filename.lower().endswith((".yaml", ".yml"))]
    left = LARGEST
    found: dict[str, str] = {}
    for one in wanted:
        with archive.open(one) as packed:
            content = packed.read(left + 1)
        left -= len(content)
        if left < 0:
            raise Unusable(TOO_LARGE)
        if _name(one.filename) in found:
            raise Unusable(_("%(name)s is in the archive twice."), _name(one.filename))
        found[_name(one.filename)] = _text(one.filename, content)
    return found


def _name(path: str) -> str:
    """Folders around the files mean nothing."""
    return PurePosixPath(path.replace("\\", "/")).name


def _text(name: str, content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise Unusable(_("%(name)s is not a text file in UTF-8."), _name(name)) from error
