"""A connection to the mail server that stays open, and what its answers mean."""

import contextlib
from email.utils import parseaddr
from typing import Self

import aiosmtplib

from notification.adapters.mime import Mail
from notification.settings import Settings

TRY_AGAIN = 400
FOR_GOOD = 500
CLOSING = 421


class Away(Exception):
    """The server does not answer, or closes; no mail is at fault."""


class NotNow(Exception):
    """The server refuses this mail for the moment."""


class Never(Exception):
    """The server refuses this mail for good."""


class Line:
    def __init__(self, settings: Settings, server: aiosmtplib.SMTP) -> None:
        self._server = server
        self._sender = parseaddr(settings.sender)[1]

    @classmethod
    async def open(cls, settings: Settings) -> Self:
        """Raises Away; a server that refuses the login is away as well, until the setting is mended."""
        server = aiosmtplib.SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            use_tls=settings.smtp_tls == "tls",
            start_tls=settings.smtp_tls == "starttls",
            username=settings.smtp_user or None,
            password=settings.smtp_password or None,
            timeout=settings.smtp_timeout,
        )
        try:
            await server.connect()
            with contextlib.suppress(aiosmtplib.SMTPHeloError):
                await server.ehlo()
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Away(repr(error)) from error
        return cls(settings, server)

    @property
    def is_open(self) -> bool:
        return self._server.is_connected

    async def send(self, mail: Mail) -> None:
        """Raises Away, NotNow or Never."""
        options = [] if mail.address.isascii() else ["SMTPUTF8"]
        if options and not self._server.supports_extension("smtputf8"):
            raise Never("the mail server takes no address with other than ASCII letters")
        try:
            await self._server.sendmail(self._sender, [mail.address], bytes(mail), mail_options=options)
        except ValueError as error:
            raise Never(str(error)) from error
        except aiosmtplib.SMTPRecipientsRefused as error:
            [refused] = error.recipients
            raise _refusal(refused.code, refused.message) from error
        except aiosmtplib.SMTPResponseException as error:
            raise _refusal(error.code, error.message) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Away(repr(error)) from error

    async def close(self) -> None:
        with contextlib.suppress(aiosmtplib.SMTPException, OSError):
            await self._server.quit()
        self._server.close()


def _refusal(code: int, words: str) -> Exception:
    said = f"{code} {''.join(filter(str.isprintable, words))}"
    if code == CLOSING or code < TRY_AGAIN:
        return Away(said)
    return NotNow(said) if code < FOR_GOOD else Never(said)
