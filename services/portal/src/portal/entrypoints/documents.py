"""PDFs pass through the portal, so that browsers need no token."""

import re

from starlette.responses import Response


def pdf(content: bytes, name: str) -> Response:
    """Shown in the browser; the name holds for saving."""
    safe = re.sub(r"[^A-Za-z0-9._-]", "-", name)
    return Response(
        content, media_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{safe}"'}
    )
