"""A mitmproxy script: `GET http://remote.test/NAME` through the proxy runs the command NAME."""

from mitmproxy import ctx, http


def request(flow: http.HTTPFlow) -> None:
    """Run the command the path names, and answer with what it returned."""
    if flow.request.host == "remote.test":
        flow.response = http.Response.make(200, str(ctx.master.commands.call(flow.request.path[1:])))
