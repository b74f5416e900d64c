"""Ten-minute tokens for whoever opened a mailed link; every service accepts them."""

from collections.abc import Mapping
from typing import Any

from cart.settings import Settings
from chassis.tokens import sign_token


class SignedLinkTokens:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.lifetime = settings.link_token_seconds

    def sign(self, claims: Mapping[str, Any]) -> str:
        assert self._settings.link_key_file is not None, "LINK_KEY_FILE is not set"
        return sign_token(
            self._settings.link_key_file,
            issuer=self._settings.link_issuer,
            audience=self._settings.link_audience,
            claims=claims,
            lifetime=self.lifetime,
        )
