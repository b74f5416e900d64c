"""`python -m devstack.login`: serve the login provider on LOGIN_HOST and LOGIN_PORT."""

import os
from datetime import timedelta

from werkzeug.serving import make_server

from devstack.login.provider import login_provider


def main() -> None:
    # Authlib refuses plain http otherwise; a development stack has nothing else.
    os.environ.setdefault("AUTHLIB_INSECURE_TRANSPORT", "1")
    hours = float(os.environ.get("LOGIN_TOKEN_HOURS", "8"))
    app = login_provider(token_lifetime=timedelta(hours=hours))
    host, port = os.environ.get("LOGIN_HOST", "127.0.0.1"), int(os.environ.get("LOGIN_PORT", "8009"))
    make_server(host, port, app, threaded=True).serve_forever()


if __name__ == "__main__":
    main()
