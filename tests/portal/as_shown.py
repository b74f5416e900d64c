"""Pages as a browser shows them: how their templates are broken into lines is nothing that a test should know."""

import re

import httpx

AROUND_BLOCKS = re.compile(
    r"\s*(</?(?:dd|div|dl|dt|fieldset|form|h\d|legend|li|option|ol|p|section|select|summary|table|tbody|td|th|thead|tr|ul)\b"
    r"[^>]*>)\s*",
    re.ASCII,
)
AS_WRITTEN = re.compile(r"""(<(textarea|pre)\b.*?</\2>|"[^"<>]*")|\s+""", re.DOTALL | re.ASCII)


class AsShown(httpx.ASGITransport):
    """Leaves out of pages the white space that a browser does not show either."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await super().handle_async_request(request)
        if not answer.headers.get("content-type", "").startswith("text/html"):
            return answer
        page = (await answer.aread()).decode()
        shown = AROUND_BLOCKS.sub(r"\1", AS_WRITTEN.sub(lambda found: found[1] or " ", page))
        kept = [(name, value) for name, value in answer.headers.multi_items() if name != "content-length"]
        return httpx.Response(answer.status_code, headers=kept, text=shown)
