"""The OpenID provider as a WSGI application. Never for production: a click logs in as anybody."""

import secrets
from datetime import timedelta

from flask import Flask
from oidc_provider_mock import User, init_app

from devstack.login.people import LOGINS


def login_provider(*, token_lifetime: timedelta) -> Flask:
    """Its issuer is the address under which it is reached, so browsers and services must use the same one."""
    app = Flask("devstack.login", template_folder="templates")
    init_app(
        app,
        issue_refresh_token=False,
        access_token_max_age=token_lifetime,
        user_claims=[User(sub=login.subject, claims=login.claims()) for login in LOGINS],
    )
    app.secret_key = secrets.token_bytes(16)
    app.debug = False
    app.jinja_env.globals["logins"] = LOGINS
    return app
