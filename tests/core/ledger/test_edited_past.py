"""A ledger is edited anywhere in its past; the outcome is that of the ledger as it then stands."""

from datetime import timedelta
from decimal import Decimal

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from argosy.core.errors import OversoldError
from argosy.core.ledger.book import Book, replay
from argosy.core.ledger.transaction import (
    CostBasisMethod,
    PortfolioRules,
    Transaction,
    TransactionType,
    ledger_order,
)
from tests.core.ledger.compare import Scale, check_books, dump
from tests.core.ledger.histories import rules
from tests.core.ledger.oracle import OversoldOracleError, apply
from tests.core.ledger.world import FIRST, WORLD, oracle_book

T = TransactionType
EDITS = st.fixed_dictionaries(
    {
        "type": st.sampled_from(
            (
                T.BUY,
                T.BUY,
                T.BUY,
                T.SELL,
                T.SELL,
                T.TRANSFER_OUT,
                T.SPLIT,
                T.REWARD,
                T.RETURN_OF_CAPITAL,
                T.SPIN_OFF,
            )
        ),
        "day": st.integers(0, 90).map(lambda step: FIRST + timedelta(days=step)),
        "quantity": st.integers(1, 40).map(Decimal),
        "price": st.integers(1, 90).map(Decimal),
    }
)


class EditedLedger(RuleBasedStateMachine):
    """Insertions, edits and deletions; what would oversell is refused and changes nothing."""

    @initialize(main=rules(), other=rules(tuple(CostBasisMethod)))
    def start(self, main: PortfolioRules, other: PortfolioRules) -> None:
        self.settings = {"main": main, "other": other}
        self.ledger: list[Transaction] = []
        self.books: dict[str, Book] = replay([], self.settings, WORLD)
        self.entry = 0

    @rule(edit=EDITS)
    def insert(self, edit) -> None:
        self._try([*self.ledger, self._line(edit)])

    @rule(edit=EDITS, place=st.integers(0, 100))
    def change(self, edit, place) -> None:
        if self.ledger:
            index = place % len(self.ledger)
            changed = self._line(edit)._replace(entry=self.ledger[index].entry)
            self._try([*self.ledger[:index], changed, *self.ledger[index + 1 :]])

    @rule(place=st.integers(0, 100))
    def delete(self, place) -> None:
        if self.ledger:
            index = place % len(self.ledger)
            self._try([*self.ledger[:index], *self.ledger[index + 1 :]])

    @rule(place=st.integers(0, 100))
    def carry_on_from_a_checkpoint(self, place) -> None:
        """Replaying from any point gives the same as from the beginning, to the last place."""
        cut = place % (len(self.ledger) + 1)
        ordered = sorted(self.ledger, key=ledger_order)
        checkpoint = replay(ordered[:cut], self.settings, WORLD)
        kept = dump(checkpoint)
        carried = replay(ordered[cut:], self.settings, WORLD, books=checkpoint)
        assert dump(carried) == dump(self.books)
        assert dump(checkpoint) == kept, "a checkpoint is not changed by carrying on from it"

    @invariant()
    def the_books_agree_with_the_oracle(self) -> None:
        if not hasattr(self, "books"):
            return
        scale, oracles = Scale(), {n: oracle_book(r) for n, r in self.settings.items()}
        for line in sorted(self.ledger, key=ledger_order):
            apply(oracles, line)
            scale.see_line(line)
        if not any(book.tied() for book in oracles.values()):
            check_books(self.books, oracles, scale)

    def _line(self, edit) -> Transaction:
        self.entry += 1
        kind = edit["type"]
        line = Transaction(
            id=f"t{self.entry}",
            portfolio_id="main",
            type=kind,
            day=edit["day"],
            entry=self.entry,
            asset_id="ACME",
            currency="USD",
        )
        if kind in {T.BUY, T.SELL, T.REWARD}:
            return line._replace(quantity=edit["quantity"], price=edit["price"])
        if kind is T.TRANSFER_OUT:
            return line._replace(quantity=edit["quantity"], to_portfolio_id="other")
        if kind is T.RETURN_OF_CAPITAL:
            return line._replace(amount=edit["price"])
        ratio = line._replace(ratio_new=edit["quantity"] % 3 + 1, ratio_old=Decimal(1))
        if kind is T.SPLIT:
            return ratio
        # Only what is held long gives shares: a short owes them, which trades enter better.
        if self.settings["main"].allow_short:
            return ratio._replace(type=T.SPLIT)
        return ratio._replace(to_asset_id="NEWCO", cost_share=Decimal("0.25"))

    def _try(self, ledger: list[Transaction]) -> None:
        """Replay a changed ledger; keep it unless engine and oracle both refuse it."""
        ordered = sorted(ledger, key=ledger_order)
        oracles = {name: oracle_book(rule) for name, rule in self.settings.items()}
        refused = False
        try:
            for line in ordered:
                apply(oracles, line)
        except OversoldOracleError:
            refused = True
        before = dump(self.books)
        try:
            books = replay(ordered, self.settings, WORLD)
        except OversoldError:
            assert refused, "the engine refuses what the oracle allows"
            assert dump(self.books) == before
            return
        assert not refused, "the engine allows what the oracle refuses"
        self.ledger, self.books = ledger, books


TestEditedLedger = EditedLedger.TestCase
TestEditedLedger.settings = hypothesis_settings(stateful_step_count=12)
