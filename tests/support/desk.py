"""Somebody at work over the API: makes portfolios and assets, enters transactions."""

from typing import Any

from httpx2 import Response

from tests.support.api import Client, sign_up

BASE = "/api/v1"


class Desk:
    """A signed-in user with the shortest way to every request about a ledger."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.portfolio_id = ""

    @classmethod
    async def opened(cls, client: Client, name: str = "ada", **settings: Any) -> "Desk":
        """Sign up, and make a portfolio and the asset ACME."""
        await sign_up(client, name)
        desk = cls(client)
        desk.portfolio_id = (await desk.portfolio(**settings))["id"]
        await desk.asset("ACME")
        return desk

    async def portfolio(self, name: str = "Main", **settings: Any) -> dict[str, Any]:
        return await self.made("/portfolios", {"name": name, **settings})

    async def asset(self, symbol: str, **fields: Any) -> dict[str, Any]:
        return await self.made("/assets", {"symbol": symbol, "exchange": "NYSE", **fields})

    async def made(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        response = await self.client.post(BASE + path, json=body)
        assert response.status_code == 201, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def post(self, kind: str, **fields: Any) -> Response:
        """Enter a line; ACME on 5 January 2024 unless it says otherwise."""
        return await self.client.post(BASE + "/transactions", json=self.line(kind, **fields))

    async def entered(self, kind: str, **fields: Any) -> dict[str, Any]:
        return await self.made("/transactions", self.line(kind, **fields))

    def line(self, kind: str, **fields: Any) -> dict[str, Any]:
        moves_money_alone = kind.upper() in {"DEPOSIT", "WITHDRAWAL"}
        names = {} if "asset_id" in fields or moves_money_alone else {"symbol": "ACME"}
        start = {"portfolio_id": self.portfolio_id, "timestamp": "2024-01-05"}
        return {**start, "type": kind, **names, **fields}

    async def buy(self, quantity: str, day: str, **fields: Any) -> dict[str, Any]:
        return await self.entered(
            "BUY", **{"quantity": quantity, "price": "100", "timestamp": day, **fields}
        )

    async def sell(self, quantity: str, day: str, **fields: Any) -> Response:
        return await self.post(
            "SELL", **{"quantity": quantity, "price": "110", "timestamp": day, **fields}
        )

    async def batch(self, rows: list[dict[str, Any]], **more: Any) -> Response:
        body = {"portfolio_id": self.portfolio_id, "transactions": rows, **more}
        return await self.client.post(BASE + "/transactions/batch", json=body)

    async def upload(
        self, text: str | bytes, *, dry_run: bool = False, key: str | None = None, **more: Any
    ) -> Response:
        form = {"portfolio_id": self.portfolio_id, "dry_run": str(dry_run), **more}
        return await self.client.post(
            BASE + "/transactions/import",
            data=form,
            files={"file": ("lines.csv", text, "text/csv")},
            headers={} if key is None else {"Idempotency-Key": key},
        )

    async def get(self, path: str, **query: Any) -> Response:
        return await self.client.get(BASE + path, params=query)

    async def lines(self, **query: Any) -> list[dict[str, Any]]:
        response = await self.get("/transactions", **query)
        assert response.status_code == 200, response.text
        items: list[dict[str, Any]] = response.json()["items"]
        return items
