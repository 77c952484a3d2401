/** The reader's own events, as marks on the value chart. */
import type { Transaction, TransactionType } from '../../api/types';
import type { ChartEvent, EventKind } from '../../charts/marks';
import { multiply, toNumber } from '../../lib/decimal';
import { exact } from '../../lib/format';

const KINDS: Readonly<Partial<Record<TransactionType, EventKind>>> = {
  BUY: 'bought',
  OPENING: 'bought',
  TRANSFER_IN: 'bought',
  REWARD: 'bought',
  SELL: 'sold',
  TRANSFER_OUT: 'sold',
  DIVIDEND: 'dividend',
  INTEREST: 'dividend',
  DEPOSIT: 'deposit',
  WITHDRAWAL: 'deposit',
  SPLIT: 'split',
};

export function chartEvents(
  transactions: readonly Transaction[],
  amounts: boolean,
): ChartEvent[] {
  return transactions.flatMap((transaction) => {
    const kind = KINDS[transaction.type];
    return kind === undefined
      ? []
      : [
          {
            day: transaction.day,
            kind,
            label: label(transaction, kind, amounts),
            size: weight(transaction),
          },
        ];
  });
}

function label(
  { quantity, symbol, ratio }: Transaction,
  kind: EventKind,
  amounts: boolean,
): string {
  if (kind === 'split') return ratio ?? '';
  const size = quantity === null || !amounts ? '' : `${exact(quantity)} `;
  return `${kind === 'sold' ? 'Sold' : 'Bought'} ${size}${symbol ?? ''}`;
}

/** For ranking alone: the money that moved, whatever its currency. */
function weight({ quantity, price, amount }: Transaction): number {
  if (amount !== null) return toNumber(amount);
  return quantity === null || price === null ? 0 : toNumber(multiply(quantity, price));
}
