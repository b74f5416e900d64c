"""A service's settings out of its environment, or one line that says what is wrong with which variable."""

import os
import re
from typing import Literal, TypeVar

import structlog
from pydantic import ValidationError
from pydantic_settings import SettingsError

from chassis.observability import observe
from chassis.settings import ServiceSettings

log = structlog.get_logger()
S = TypeVar("S", bound=ServiceSettings)

UNREADABLE = 2
"""The exit code; a start with the same settings would end the same way."""
NAMED = re.compile(r'field "(\w+)"')


def settings_of(service: str, kind: type[S]) -> S:
    """The settings, read. What can't be is logged by variable, never with its value, and the process ends."""
    try:
        return kind()
    except (ValidationError, SettingsError) as error:
        faults = _faults(error)
    observe(service, ServiceSettings.model_construct(log_format=_log_format()))
    log.critical(
        "settings cannot be read",
        variables=faults,
        remedy="correct these variables and start again; docs/settings.md lists them all with their meaning",
    )
    raise SystemExit(UNREADABLE)


def _faults(error: ValidationError | SettingsError) -> dict[str, str]:
    if isinstance(error, SettingsError):
        found = NAMED.search(str(error))
        return {found[1].upper() if found else "?": f"is no JSON ({error.__cause__})"}
    return {
        _variable(one["loc"]): "is missing"
        if one["type"] == "missing" and len(one["loc"]) == 1
        else one["msg"].removeprefix("Value error, ")
        for one in error.errors(include_url=False, include_context=False, include_input=False)
    }


def _variable(place: tuple[int | str, ...]) -> str:
    """`TRUSTED_ISSUERS.0.audience`; what does not fit together names its variables itself."""
    if not place:
        return "together"
    first, *inner = place
    return ".".join([str(first).upper(), *map(str, inner)])


def _log_format() -> Literal["json", "console"]:
    return "console" if os.environ.get("LOG_FORMAT") == "console" else "json"
