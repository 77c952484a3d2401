"""The answers that faults consist of, where the connection itself stays whole."""

import time
from email.utils import formatdate

from tests.simulator import alphavantage, coinmarketcap, yahoo
from tests.simulator.faults import Fault
from tests.simulator.wire import Reply, json_reply

ERROR_BODIES = {
    "yahoo": Reply(200, yahoo.encode(yahoo.refusal("finance"))),
    "alphavantage": alphavantage.said("Information", alphavantage.PREMIUM),
    "binance": json_reply({"code": -1003, "msg": "Too many requests; please use the websocket."}),
    "coingecko": json_reply({"status": {"error_code": 429, "error_message": "Rate limited."}}),
    "coinmarketcap": coinmarketcap.refusal(200, 1006, "Your plan doesn't support this endpoint."),
    "ecb": Reply(200, b"<?xml version='1.0'?><error>no such file</error>", "text/xml"),
    "finnhub": json_reply({"error": "API limit reached. Please try again later."}),
    "frankfurter": json_reply({"message": "not found"}),
    "massive": json_reply(
        {"status": "ERROR", "error": "You've exceeded the maximum requests per minute."}
    ),
    "remote": json_reply({"detail": "There is no asset ACME.", "code": "not_found"}),
}
"""What each says with status 200 instead of data: its own form of an error (§1 to §8, §10.3)."""


def broken(fault: Fault, provider: str, whole: Reply) -> Reply:
    """Return what a fault makes of a provider's whole answer."""
    if fault is Fault.ERROR_BODY:
        return ERROR_BODIES[provider]
    if fault is Fault.TRUNCATED:
        half = whole.body[: len(whole.body) // 2].rstrip(b"]}> \n")
        return whole._replace(body=half)
    later = formatdate(time.time() + 1, usegmt=True)
    replies = {
        Fault.RATE_LIMITED: Reply(429, b"Too Many Requests\r\n", "text/plain"),
        Fault.RATE_LIMITED_BRIEFLY: Reply(429, b"", headers=(("Retry-After", "0"),)),
        Fault.RATE_LIMITED_LONG: Reply(429, b"", headers=(("Retry-After", "3600"),)),
        Fault.RATE_LIMITED_UNTIL: Reply(429, b"", headers=(("Retry-After", later),)),
        Fault.TOO_MANY_TEXT: Reply(200, b"Too Many Requests\r\n", "text/plain"),
        Fault.SERVER_ERROR: Reply(503, b"<html>down</html>", "text/html"),
        Fault.EMPTY: Reply(200, b""),
        Fault.DOWN_PAGE: Reply(200, b"<html>Will be right back...</html>", "text/html"),
        Fault.WEB_PAGE: Reply(200, b"<!doctype html><title>Welcome</title>", "text/html"),
        Fault.GARBAGE: Reply(200, bytes(range(128, 256))),
        Fault.RESHAPED: Reply(200, b'{"series":{"prices":[1,2,3]}}'),
        Fault.FORBIDDEN: Reply(403, b"no"),
        Fault.BANNED: Reply(418, b"{}", headers=(("Retry-After", "120"),)),
        Fault.DAY_USED_UP: alphavantage.said("Information", alphavantage.DAILY_LIMIT),
        Fault.BURST: alphavantage.said("Information", alphavantage.BURST),
        Fault.BARE_404: Reply(404, b"not here", "text/plain"),
    }
    return replies[fault]
