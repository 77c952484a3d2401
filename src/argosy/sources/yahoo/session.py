"""Yahoo's cookie, crumb and browser-like connection, as yfinance keeps them.

Importing this module takes seconds (yfinance brings pandas); the client does it in its thread.
"""

from typing import Any
from urllib.parse import urlsplit

from curl_cffi import requests
from typing_extensions import override
from yfinance.data import YfData
from yfinance.exceptions import YFException, YFRateLimitError

from argosy.core.errors import (
    RateLimitedError,
    SourceChangedError,
    SourceDownError,
    SourceRefusedError,
)
from argosy.sources.answers import Answer

SOURCE = "yahoo"
DOMAIN = "yahoo.com"


class _RoutedSession(requests.Session[requests.Response]):
    """A session that sends everything meant for Yahoo to another address, if one is given."""

    def __init__(self, base_url: str | None) -> None:
        super().__init__(impersonate="chrome")
        self._base_url = base_url.rstrip("/") if base_url else None

    @override
    def request(self, method: Any, url: str, *args: Any, **kwargs: Any) -> requests.Response:
        parts = urlsplit(url)
        if self._base_url and (parts.hostname or "").endswith(DOMAIN):
            query = f"?{parts.query}" if parts.query else ""
            url = f"{self._base_url}{parts.path or '/'}{query}"
        return super().request(method, url, *args, **kwargs)


class _Visitor(YfData):  # type: ignore[misc]  # yfinance ships no types
    """yfinance's way to a cookie and crumb, kept in memory: no file outside the data directory."""

    def _load_cookie_curlCffi(self) -> bool:  # noqa: N802 - yfinance's name
        return False

    def _save_cookie_curlCffi(self) -> bool:  # noqa: N802 - yfinance's name
        return False


class YahooSession:
    """Sends requests as a browser would. Not thread-safe: one thread uses it."""

    def __init__(self, base_url: str | None, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._session = _RoutedSession(base_url)
        # YfData is one object a process; two addresses need two, so its metaclass is passed by.
        self._visitor = type.__call__(_Visitor, session=self._session)

    @property
    def has_crumb(self) -> bool:
        """Whether there is a crumb to show."""
        return bool(self._visitor._crumb)  # noqa: SLF001 - yfinance keeps it there

    def visit(self) -> None:
        """Fetch a cookie and the crumb that belongs to it; several requests."""
        try:
            crumb, _ = self._visitor._get_cookie_and_crumb(self._timeout_s)  # noqa: SLF001
        except YFRateLimitError as error:
            raise RateLimitedError(SOURCE, "it gives no crumb for now.") from error
        except (requests.exceptions.RequestException, YFException, OSError) as error:
            raise _unreachable(error) from error
        except (TypeError, KeyError, AttributeError, ValueError) as error:
            raise SourceChangedError(SOURCE, "its consent page has another form.") from error
        if not crumb:
            raise SourceRefusedError(SOURCE, "it gives no crumb.")

    def get(self, url: str, params: dict[str, str], *, crumb: bool = False) -> Answer:
        """Fetch one answer, whatever its status; with the crumb of the last visit, if wanted."""
        if crumb and self.has_crumb:
            params = {**params, "crumb": self._visitor._crumb}  # noqa: SLF001
        try:
            response = self._session.get(url, params=params, timeout=self._timeout_s)
        except (requests.exceptions.RequestException, OSError) as error:
            raise _unreachable(error) from error
        return Answer(
            status=response.status_code,
            body=response.content,
            retry_after=response.headers.get("Retry-After"),
            date=response.headers.get("Date"),
        )

    def forget(self) -> None:
        """Drop cookie and crumb: the next request that needs them gets new ones."""
        self._session.cookies.clear()
        self._visitor._cookie = None  # noqa: SLF001 - yfinance has no other way to start afresh
        self._visitor._crumb = None  # noqa: SLF001

    def close(self) -> None:
        """Close the connections."""
        self._session.close()


def _unreachable(error: Exception) -> SourceDownError:
    return SourceDownError(SOURCE, f"it cannot be reached ({type(error).__name__}).")
