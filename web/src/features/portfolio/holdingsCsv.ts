import type { Holding } from '../../api/types';
import { download, toCsv } from '../../lib/csv';
import type { MoneyFormat } from '../../ui/money';

const HEADER = [
  'symbol',
  'name',
  'currency',
  'quantity',
  'price',
  'price_at',
  'value',
  'weight',
  'cost',
  'unrealized_gain',
  'realized_gain',
  'income',
  'fees',
  'flags',
];

/** Hand out the table as a file, under the same privacy as the screen. */
export function saveHoldings(
  holdings: readonly Holding[],
  day: string,
  { raw }: MoneyFormat,
): void {
  const rows = holdings.map((row) => [
    row.symbol,
    row.name,
    row.currency,
    raw(row.quantity),
    row.price,
    row.price_at,
    raw(row.value),
    row.weight,
    raw(row.cost),
    raw(row.unrealized_gain),
    raw(row.realized_gain),
    raw(row.income),
    raw(row.fees),
    row.flags.join(' '),
  ]);
  download(`holdings-${day}.csv`, toCsv(HEADER, rows));
}
