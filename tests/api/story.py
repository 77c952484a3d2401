"""A rich ledger over the API: currencies, splits, corporate actions, dividends, fees, cash."""

from typing import Any

from tests.support.api import Client, sign_up

BASE = "/api/v1"
ASSETS: dict[str, dict[str, Any]] = {
    "ACME": {"exchange": "NYSE", "currency": "USD"},
    "PENNY": {"exchange": "LSE", "currency": "GBp"},
    "ETH": {"category": "CRYPTO", "currency": "USD"},
    "SPUN": {"exchange": "NYSE", "currency": "USD"},
    "OLDCO": {"exchange": "XETRA", "currency": "EUR"},
    "BIGCO": {"exchange": "NYSE", "currency": "USD"},
    "BARE": {"currency": "USD"},
    "NEVER": {"exchange": "NYSE", "currency": "CHF"},
}
PRICES: dict[str, list[tuple[str, str]]] = {
    "ACME": [("2022-12-30", "100"), ("2023-03-31", "110.25"), ("2023-06-12", "58.5"),
             ("2023-12-29", "61.37"), ("2024-05-30", "70.11"), ("2024-05-31", "71.5")],
    "PENNY": [("2023-01-31", "250.5"), ("2024-05-31", "301.25")],
    "ETH": [("2023-04-01", "1800.123456789"), ("2024-06-01", "3790.01")],
    "SPUN": [("2023-09-01", "19.9"), ("2024-05-31", "23.45")],
    "OLDCO": [("2023-02-01", "31.2"), ("2023-05-02", "33.3"), ("2023-11-01", "35")],
    "BIGCO": [("2023-11-02", "80"), ("2024-05-31", "88.8")],
}  # fmt: skip
RATES = [("EUR", "2022-12-30", "1.0666"), ("EUR", "2023-06-30", "1.0866"), ("EUR", "2023-11-02", "1.0661"),
         ("EUR", "2024-05-30", "1.0815"), ("EUR", "2024-05-31", "1.0852"),
         ("GBP", "2022-12-30", "1.2029"), ("GBP", "2024-05-31", "1.2745")]  # fmt: skip
SPLITS = {"ACME": [("2023-06-12", "2:1")], "BARE": [("2024-05-06", "3:2")]}
"""That of ACME is booked a day later, that of BARE not at all."""


def line(kind: str, day: str, symbol: str | None = None, **fields: Any) -> dict[str, Any]:
    named = {} if symbol is None else {"symbol": symbol}
    return {"type": kind, "timestamp": day, **named, **fields}


LINES = [
    line("DEPOSIT", "2023-01-02", amount="20000", currency="EUR"),
    line("BUY", "2023-01-03", "ACME", quantity="10", price="101.5", fee="1.25", fx_rate="0.94"),
    line("BUY", "2023-02-01", "PENNY", quantity="400", price="249", fee="50", tax="498"),
    line("OPENING", "2023-02-02", "OLDCO", quantity="30", price="31"),
    line("BUY", "2023-03-31", "ACME", quantity="7", amount="775.777", fee="0.5"),
    line("REWARD", "2023-04-01", "ETH", quantity="0.25", price="1800"),
    line("BUY", "2023-04-03", "ETH", quantity="1.123456789012345678", price="1750.5"),
    line("DIVIDEND", "2023-05-15", "ACME", amount="17.34", tax="2.6"),
    line("SPLIT", "2023-06-13", "ACME", ratio="2:1"),
    line("SELL", "2023-07-03", "ACME", quantity="13", price="60.1", fee="1.5"),
    line("SPIN_OFF", "2023-09-01", "ACME", to_symbol="SPUN", ratio="1:8", cost_share="0.13", amount="12.2"),
    line("MERGER", "2023-11-02", "OLDCO", to_symbol="BIGCO", ratio="1:3", amount="100"),
    line("FEE", "2023-12-01", amount="15", currency="EUR"),
    line("INTEREST", "2023-12-15", amount="4.5", tax="1.1", currency="USD"),
    line("RETURN_OF_CAPITAL", "2024-01-10", "ACME", amount="20"),
    line("SELL", "2024-02-01", "ETH", quantity="0.5", price="2300"),
    line("BUY", "2024-02-15", "ACME", quantity="3", price="64", fee="1"),
    line("SELL", "2024-03-01", "PENNY", quantity="400", price="280"),
    line("BUY", "2024-03-20", "PENNY", quantity="100", price="275"),
    line("BUY", "2024-04-02", "BARE", quantity="5", price="12"),
    line("TAX", "2024-05-02", "ACME", amount="3", currency="EUR"),
    line("SELL", "2024-05-31", "ACME", quantity="4", price="71"),
]  # fmt: skip


class Story:
    """A signed-in user with the rich ledger in a portfolio in EUR."""

    def __init__(self, client: Client, portfolio_id: str) -> None:
        self.client = client
        self.portfolio_id = portfolio_id
        self.assets: dict[str, str] = {}

    @classmethod
    async def told(
        cls,
        client: Client,
        *,
        lines: list[dict[str, Any]] | None = None,
        name: str = "ada",
        **settings: Any,
    ) -> "Story":
        """Sign up, then enter assets, prices, splits, rates and lines."""
        await sign_up(client, name)
        body = {"name": "Story", "currency": "EUR", **settings}
        story = cls(client, (await story_post(client, "/portfolios", body))["id"])
        for symbol, fields in ASSETS.items():
            found = await story_post(client, "/assets", {"symbol": symbol, **fields})
            story.assets[symbol] = found["id"]
        for symbol, closes in PRICES.items():
            await story.put_prices(symbol, closes)
        for symbol, splits in SPLITS.items():
            rows = [{"date": day, "ratio": ratio} for day, ratio in splits]
            await story.put(f"/assets/{story.assets[symbol]}/splits", {"splits": rows})
        rates = [{"currency": c, "timestamp": day, "rate_to_usd": rate} for c, day, rate in RATES]
        await story.put("/exchange-rates", {"source": "manual", "rates": rates})
        await story.enter(LINES if lines is None else lines)
        return story

    async def put_prices(self, symbol: str, closes: list[tuple[str, str]]) -> None:
        bars = [{"timestamp": day, "close": close} for day, close in closes]
        await self.put(f"/assets/{self.assets[symbol]}/prices", {"source": "manual", "bars": bars})

    async def put(self, path: str, body: dict[str, Any]) -> None:
        response = await self.client.put(BASE + path, json=body)
        assert response.status_code == 200, response.text
        answer = response.json()
        assert isinstance(answer, list) or not answer["rejected"], response.text

    async def enter(self, lines: list[dict[str, Any]]) -> list[str]:
        if not lines:
            return []
        body = {"portfolio_id": self.portfolio_id, "transactions": lines}
        response = await self.client.post(f"{BASE}/transactions/batch", json=body)
        assert response.status_code in {200, 201}, response.text
        ids: list[str] = response.json()["ids"]
        return ids

    async def change(self, **settings: Any) -> None:
        response = await self.client.patch(f"{BASE}/portfolios/{self.portfolio_id}", json=settings)
        assert response.status_code == 200, response.text

    async def ask(self, path: str = "", **query: Any) -> Any:
        response = await self.client.get(
            f"{BASE}/portfolios/{self.portfolio_id}{path}", params=query
        )
        assert response.status_code == 200, response.text
        return response.json()


async def story_post(client: Client, path: str, body: dict[str, Any]) -> Any:
    response = await client.post(BASE + path, json=body)
    assert response.status_code == 201, response.text
    return response.json()
