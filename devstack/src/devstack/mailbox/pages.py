"""The mailbox's page and its JSON."""

from dataclasses import asdict
from html import escape
from typing import Any

from fastapi import FastAPI, HTTPException, Response
from fastapi.responses import HTMLResponse

from devstack.mailbox.box import Box, Mail

SHOWN = 200
STYLE = """
body{margin:0;font:15px/1.5 Inter,Segoe UI,Helvetica,Arial,sans-serif;background:#f7f7f4;color:#17201e}
main{max-width:960px;margin:0 auto;padding:32px 16px}h1{font-size:28px}a{color:#0b6358}
.card{display:block;background:#fff;border:1px solid #e3e3de;border-radius:12px;padding:16px 20px;margin:0 0 12px;
color:inherit;text-decoration:none}.card b{display:block}.quiet{color:#5b6663}
iframe{width:100%;height:640px;border:1px solid #e3e3de;border-radius:12px;background:#fff}pre{white-space:pre-wrap}
"""


def mailbox_app(box: Box) -> FastAPI:
    app = FastAPI(title="Mailbox", docs_url=None, redoc_url=None)

    @app.get("/health")
    def health() -> dict[str, bool]:
        return {"ready": True}

    @app.get("/", response_class=HTMLResponse)
    def overview() -> str:
        mails = box.mails()[:SHOWN]
        cards = "".join(
            f'<a class="card" href="/mails/{one.id}"><b>{escape(one.subject)}</b>'
            f'<span class="quiet">{escape(one.to)} · {one.date:%d.%m.%Y %H:%M:%S}</span></a>'
            for one in mails
        )
        return _page("Mailbox", cards or '<p class="quiet">No mail yet. It arrives here as soon as one is sent.</p>')

    @app.get("/mails/{name}", response_class=HTMLResponse)
    def show(name: str) -> str:
        mail = _found(name)
        files = "".join(
            f'<a href="/api/mails/{name}/attachments/{number}">{escape(file)}</a> '
            for number, file in enumerate(mail.attachments)
        )
        frame = f'<iframe sandbox title="HTML" srcdoc="{escape(mail.html)}"></iframe>'
        head = f'<p><a href="/">All mails</a></p><p class="quiet">{escape(mail.sender)} → {escape(mail.to)}</p>'
        return _page(mail.subject, f"{head}<p>{files}</p>{frame}<h2>Text</h2><pre>{_linked(mail)}</pre>")

    @app.get("/api/mails")
    def mails(to: str | None = None) -> list[dict[str, Any]]:
        return [{**asdict(one), "links": one.links} for one in box.mails(to)]

    @app.delete("/api/mails", status_code=204)
    def empty() -> None:
        box.empty()

    @app.get("/api/mails/{name}/attachments/{number}")
    def attachment(name: str, number: int) -> Response:
        try:
            kind, content = box.attachment(name, number)
        except KeyError as error:
            raise HTTPException(404) from error
        return Response(content, media_type=kind)

    def _found(name: str) -> Mail:
        try:
            return box.mail(name)
        except KeyError as error:
            raise HTTPException(404) from error

    return app


def _linked(mail: Mail) -> str:
    text = escape(mail.text)
    for link in mail.links:
        text = text.replace(escape(link), f'<a href="{escape(link)}">{escape(link)}</a>')
    return text


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{STYLE}</style><main><h1>{escape(title)}</h1>{body}</main></html>"
    )
