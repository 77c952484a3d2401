/** The columns of the holdings table; on a phone each row has two lines and three columns. */
import { Sparkline } from '../../charts/Sparkline';
import type { Holding } from '../../api/types';
import { compare, toNumber } from '../../lib/decimal';
import { NONE, percent, price } from '../../lib/format';
import { AmountChange, PercentChange } from '../../ui/Change';
import { Figure } from '../../ui/Figure';
import type { MoneyFormat } from '../../ui/money';
import { priceStatus } from '../../ui/status';
import { StatusChip } from '../../ui/StatusChip';
import type { Column } from '../../ui/Table';
import { classColor } from './classes';

export interface HoldingsScope {
  readonly currency: string;
  readonly day: string;
  /** The day against which a price is old: the page's, or today where it shows the latest. */
  readonly staleOn: string;
  readonly money: MoneyFormat;
  readonly closes: ReadonlyMap<string, readonly string[]>;
  readonly largest: number;
}

export interface HoldingRow extends Holding {
  /** The row for cash has no price. */
  readonly isCash?: boolean;
}

type HoldingColumn = Column<HoldingRow>;

/** Missing values sort last either way they are asked for first. */
function byText(
  pick: (row: HoldingRow) => string | null | undefined,
): (a: HoldingRow, b: HoldingRow) => number {
  return (a, b) => compare(pick(a) ?? '-1e30', pick(b) ?? '-1e30');
}

function byNumber(
  pick: (row: HoldingRow) => number | null,
): (a: HoldingRow, b: HoldingRow) => number {
  return (a, b) => (pick(a) ?? -Infinity) - (pick(b) ?? -Infinity);
}

function assetColumn({ money }: HoldingsScope): HoldingColumn {
  return {
    key: 'asset',
    head: 'Asset',
    left: true,
    sort: (a, b) => a.symbol.localeCompare(b.symbol),
    cell: (row) => (
      <>
        <b>{row.symbol}</b>
        <span className="name wide clip" title={row.name}>
          {row.name}
        </span>
        {row.isCash === true ? null : (
          <span className="under narrow">
            {money.quantity(row.quantity, row.category)} ·{' '}
            {row.price === null ? 'no price' : price(row.price, row.currency)}
          </span>
        )}
      </>
    ),
  };
}

function priceColumns({ money, closes }: HoldingsScope): HoldingColumn[] {
  return [
    {
      key: 'line',
      head: '90 days',
      left: true,
      className: 'wide extra',
      cell: ({ asset_id: id }) => <Sparkline values={(closes.get(id) ?? []).map(toNumber)} />,
    },
    {
      key: 'quantity',
      head: 'Quantity',
      className: 'wide roomy',
      sort: byText(({ quantity }) => quantity),
      cell: (row) =>
        row.isCash === true ? null : (
          <Figure figure="quantity" assetId={row.asset_id} of={row.symbol}>
            {money.quantity(row.quantity, row.category)}
          </Figure>
        ),
    },
    {
      key: 'price',
      head: 'Price',
      className: 'wide',
      cell: (row) =>
        row.isCash === true ? null : row.price === null ? (
          <span className="faint">no price</span>
        ) : (
          <Figure figure="price" assetId={row.asset_id} of={row.symbol}>
            {price(row.price, row.currency)}
          </Figure>
        ),
    },
  ];
}

function valueColumns(
  { currency, money, largest }: HoldingsScope,
  total: string | null,
): HoldingColumn[] {
  return [
    {
      key: 'value',
      head: `Value, ${currency}`,
      className: 'money',
      sort: byText(({ value }) => value),
      foot: money.amount(total, currency),
      cell: (row) => (
        <>
          {row.isCash === true ? (
            <b>{money.amount(row.value, currency)}</b>
          ) : (
            <Figure figure="value" assetId={row.asset_id} of={row.symbol} className="strong">
              {money.amount(row.value, currency)}
            </Figure>
          )}
          {row.isCash !== true && (
            <span className="under narrow">
              <PercentChange value={row.unrealized_return} arrow />
            </span>
          )}
        </>
      ),
    },
    {
      key: 'weight',
      head: 'Weight',
      className: 'wide weight',
      sort: byNumber(({ weight }) => weight),
      cell: (row) => (
        <>
          {row.isCash === true ? (
            weightText(row)
          ) : (
            <Figure figure="weight" assetId={row.asset_id} of={row.symbol}>
              {weightText(row)}
            </Figure>
          )}
          <span className="bar" aria-hidden="true">
            <i
              style={{
                width: `${largest === 0 ? 0 : Math.max(0, ((row.weight ?? 0) / largest) * 100)}%`,
                background: row.isCash === true ? 'var(--class-cash)' : classColor(row),
              }}
            />
          </span>
        </>
      ),
    },
  ];
}

function weightText({ weight }: HoldingRow): string {
  return weight === null ? NONE : percent(weight);
}

function gainColumns(
  { currency, day, staleOn }: HoldingsScope,
  total: Totals,
): HoldingColumn[] {
  return [
    {
      key: 'gain',
      head: `Unrealized, ${currency}`,
      className: 'wide money',
      sort: byText((row) => row.unrealized_gain),
      foot: <AmountChange value={total.unrealized} currency={currency} />,
      cell: (row) =>
        row.isCash === true ? (
          <span className="faint">{NONE}</span>
        ) : (
          <Figure figure="unrealized_gain" assetId={row.asset_id} of={row.symbol}>
            <AmountChange value={row.unrealized_gain} currency={currency} />
          </Figure>
        ),
    },
    {
      key: 'return',
      head: 'Return',
      className: 'wide',
      sort: byNumber((row) => row.unrealized_return),
      cell: (row) =>
        row.isCash === true ? (
          <span className="faint">{NONE}</span>
        ) : (
          <Figure figure="unrealized_return" assetId={row.asset_id} of={row.symbol}>
            <PercentChange value={row.unrealized_return} arrow />
          </Figure>
        ),
    },
    {
      key: 'today',
      head: `Day, ${currency}`,
      className: 'wide extra money',
      sort: byText((row) => row.day_change),
      foot: <AmountChange value={total.day} currency={currency} />,
      cell: (row) =>
        row.isCash === true ? (
          <span className="faint">{NONE}</span>
        ) : (
          <Figure figure="day_change" assetId={row.asset_id} of={row.symbol}>
            <AmountChange value={row.day_change} currency={currency} />
          </Figure>
        ),
    },
    {
      key: 'status',
      head: 'Price status',
      left: true,
      className: 'wide',
      cell: (row) =>
        row.isCash === true ? (
          <StatusChip status="exact" label="exact" why="" />
        ) : (
          <StatusChip {...priceStatus(row, day, staleOn)} />
        ),
    },
  ];
}

export interface Totals {
  readonly value: string | null;
  readonly unrealized: string | null;
  readonly day: string | null;
}

export function holdingColumns(scope: HoldingsScope, totals: Totals): HoldingColumn[] {
  return [
    assetColumn(scope),
    ...priceColumns(scope),
    ...valueColumns(scope, totals.value),
    ...gainColumns(scope, totals),
  ];
}
