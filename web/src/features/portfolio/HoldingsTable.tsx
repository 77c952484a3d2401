/** Holdings with cash and a total that adds up. */
import { type ReactElement, type ReactNode, useMemo } from 'react';
import { useCloses } from '../../api/assets';
import type { Holding, PortfolioValue } from '../../api/types';
import { addDays, today } from '../../lib/dates';
import { useAsOf } from '../../ui/asOf';
import { useMoney } from '../../ui/money';
import { Table } from '../../ui/Table';
import type { Cash } from './cash';
import { type HoldingRow, holdingColumns } from './holdingColumns';

interface Props {
  readonly portfolio: PortfolioValue;
  readonly holdings: readonly Holding[];
  readonly cash: Cash | null;
  readonly day: string;
  readonly onOpen?: (holding: Holding) => void;
  readonly expanded?: (holding: Holding) => ReactNode;
}

const LINES = 30;

function cashRow({ value, weight, currencies }: Cash): HoldingRow {
  return {
    isCash: true,
    asset_id: 'cash',
    symbol: 'Cash',
    exchange: null,
    name: currencies.join(', '),
    currency: currencies[0] ?? '',
    quantity: '0',
    average_cost: null,
    cost: null,
    price: null,
    price_at: null,
    price_on: null,
    price_source: null,
    reasons: {},
    rate: null,
    unrealized_price_part: null,
    unrealized_currency_part: null,
    fees_separate: null,
    total_gain: null,
    lots: null,
    day_change: null,
    category: 'CASH',
    value,
    weight,
    unrealized_gain: null,
    unrealized_return: null,
    realized_gain: null,
    income: null,
    fees: null,
    flags: [],
    local_cost: null,
    local_value: null,
  };
}

export function HoldingsTable({
  portfolio,
  holdings,
  cash,
  day,
  onOpen,
  expanded,
}: Props): ReactElement {
  const money = useMoney();
  const { asOf } = useAsOf();
  const ids = useMemo(() => holdings.slice(0, LINES).map(({ asset_id: id }) => id), [holdings]);
  const closes = useCloses(ids, addDays(day, -90), day);
  const rows: HoldingRow[] = [...holdings, ...(cash === null ? [] : [cashRow(cash)])];
  const largest = Math.max(0, ...rows.map(({ weight }) => weight ?? 0));
  const columns = holdingColumns(
    { currency: portfolio.currency, day, staleOn: asOf ?? today(), money, closes, largest },
    {
      value: portfolio.total_value,
      unrealized: portfolio.unrealized_gain,
      day: portfolio.day_change,
    },
  );
  const [first, ...rest] = columns;
  return (
    <Table
      label="Holdings"
      columns={first === undefined ? [] : [{ ...first, foot: 'Total' }, ...rest]}
      rows={rows}
      rowKey={({ asset_id: id }) => id}
      footed
      {...(onOpen === undefined
        ? {}
        : { onOpen: (row: HoldingRow) => (row.isCash === true ? undefined : onOpen(row)) })}
      {...(expanded === undefined
        ? {}
        : { expanded, expands: (row: HoldingRow) => row.isCash !== true })}
    />
  );
}
