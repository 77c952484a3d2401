"""Somebody who knows the API contract and nothing else."""

import itertools
from decimal import Decimal
from typing import Any

import httpx2

Json = Any
_COUNT = itertools.count(1)
PASSWORD = "eight or more"


class Person:
    """A signed-in user with the shortest way to each request."""

    def __init__(self, url: str, name: str | None = None) -> None:
        self.name = name or f"person{next(_COUNT)}"
        self.http = httpx2.Client(base_url=f"{url}/api/v1", timeout=120)
        account = {"email": f"{self.name}@example.org", "password": PASSWORD}
        self.post("/auth/register", {**account, "username": self.name}, status=201)
        tokens = self.post("/auth/login", account, status=200)
        self.http.headers["Authorization"] = f"Bearer {tokens['access_token']}"

    # requests

    def ask(self, method: str, path: str, body: Json = None, **more: Any) -> httpx2.Response:
        return self.http.request(method, path, json=body, **more)

    def get(self, path: str, *, status: int = 200, **query: Any) -> Json:
        return _answer(self.http.get(path, params=query), status)

    def post(self, path: str, body: Json, *, status: int = 201) -> Json:
        return _answer(self.ask("POST", path, body), status)

    def put(self, path: str, body: Json, *, status: int = 200) -> Json:
        return _answer(self.ask("PUT", path, body), status)

    def patch(self, path: str, body: Json, *, status: int = 200) -> Json:
        return _answer(self.ask("PATCH", path, body), status)

    def delete(self, path: str, *, status: int = 204) -> Json:
        return _answer(self.ask("DELETE", path), status)

    # what most tests begin with

    def portfolio(self, currency: str = "USD", **settings: Any) -> str:
        """Make a portfolio and return its id."""
        body = {"name": f"p{next(_COUNT)}", "currency": currency, **settings}
        made: str = self.post("/portfolios", body)["id"]
        return made

    def asset(self, symbol: str = "ACME", currency: str = "USD", **fields: Any) -> str:
        """Make a private asset without an exchange (its days are UTC's) and return its id."""
        body = {"symbol": symbol, "currency": currency, **fields}
        made: str = self.post("/assets", body)["id"]
        return made

    def line(self, portfolio: str, kind: str, day: str, **fields: Any) -> dict[str, Any]:
        """Write a line about ACME unless it says otherwise."""
        named = {"asset_id", "symbol"} & fields.keys() or kind in {"DEPOSIT", "WITHDRAWAL"}
        asset = {} if named else {"symbol": "ACME"}
        return {"portfolio_id": portfolio, "type": kind, "timestamp": day, **asset, **fields}

    def enter(self, portfolio: str, kind: str, day: str, **fields: Any) -> dict[str, Any]:
        """Enter a line that must be taken."""
        status = fields.pop("status", 201)
        line = self.line(portfolio, kind, day, **fields)
        made: dict[str, Any] = self.post("/transactions", line, status=status)
        return made

    def buy(self, portfolio: str, day: str, quantity: str, price: str, **more: Any) -> Json:
        return self.enter(portfolio, "BUY", day, quantity=quantity, price=price, **more)

    def sell(self, portfolio: str, day: str, quantity: str, price: str, **more: Any) -> Json:
        return self.enter(portfolio, "SELL", day, quantity=quantity, price=price, **more)

    def prices(self, asset: str, closes: dict[str, str], **more: Any) -> Json:
        bars = [{"timestamp": day, "close": close} for day, close in closes.items()]
        body = {"source": "manual", "interval": "1d", "bars": bars, **more}
        return self.put(f"/assets/{asset}/prices", body)

    def rates(self, currency: str, to_usd: dict[str, str]) -> Json:
        rates = [
            {"currency": currency, "timestamp": day, "rate_to_usd": rate}
            for day, rate in to_usd.items()
        ]
        return self.put("/exchange-rates", {"source": "manual", "rates": rates})

    def figures(self, portfolio: str, as_of: str) -> Json:
        return self.get(f"/portfolios/{portfolio}", as_of=as_of)

    def holdings(self, portfolio: str, as_of: str, include: str = "lots") -> dict[str, Json]:
        """Holdings by symbol."""
        rows = self.get(f"/portfolios/{portfolio}/holdings", as_of=as_of, include=include)
        return {row["symbol"]: row for row in rows}

    def gains(self, portfolio: str, **query: str) -> list[Json]:
        items: list[Json] = self.get(f"/portfolios/{portfolio}/gains", **query)["items"]
        return items


def _answer(response: httpx2.Response, status: int) -> Json:
    assert response.status_code == status, f"{response.status_code}: {response.text[:2000]}"
    body = response.json() if response.content else None
    if status >= 400:
        assert {"detail", "code"} <= body.keys(), body
    return body


def picked(row: Json, *names: str) -> tuple[Any, ...]:
    """Some of a row's fields, exact numbers as Decimal."""
    return tuple(_exact(row[name]) for name in names)


def _exact(value: Any) -> Any:
    return Decimal(value) if isinstance(value, str) else value


def exact(*texts: str) -> tuple[Decimal, ...]:
    """Decimals to compare with `picked`."""
    return tuple(Decimal(text) for text in texts)


def lots_of(holding: Json) -> list[tuple[str, Decimal, Decimal]]:
    """Each open lot's day, quantity and cost."""
    return [(lot["acquired"], *picked(lot, "quantity", "cost")) for lot in holding["lots"]]
