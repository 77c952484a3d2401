/** The chart's twin: the same figures as rows, month-ends where the days would be too many. */
import type { ReactElement } from 'react';
import { showDay } from '../../lib/dates';
import { drawn, NONE, percent } from '../../lib/format';
import type { ChartPoint } from '../../lib/series';
import { MASK } from '../../ui/money';
import { type Column, Table } from '../../ui/Table';

interface Props {
  readonly points: readonly ChartPoint[];
  readonly currency: string;
  readonly masked: boolean;
  readonly height: number;
}

const DAILY_ROWS = 100;

export function SeriesTable({ points, currency, masked, height }: Props): ReactElement {
  const rows = (points.length <= DAILY_ROWS ? [...points] : monthEnds(points)).reverse();
  const show = (value: number | null): string =>
    value === null ? NONE : masked ? MASK : drawn(value, 2);
  const columns: Column<ChartPoint>[] = [
    {
      key: 'day',
      head: points.length <= DAILY_ROWS ? 'Day' : 'Month end',
      left: true,
      cell: ({ day }) => showDay(day),
    },
    { key: 'value', head: `Value, ${currency}`, cell: ({ value }) => show(value) },
    { key: 'paid', head: `Paid in, ${currency}`, cell: ({ invested }) => show(invested) },
    {
      key: 'fall',
      head: 'Drawdown',
      cell: ({ drawdown }) => (drawdown === null ? NONE : percent(drawdown)),
    },
  ];
  return (
    <div
      className="scroller"
      style={{ height }}
      tabIndex={0}
      role="region"
      aria-label="Value over time, as a table"
    >
      <Table
        label="Value over time"
        columns={columns}
        rows={rows}
        rowKey={({ day }) => day}
        dense
      />
    </div>
  );
}

function monthEnds(points: readonly ChartPoint[]): ChartPoint[] {
  return points.filter(
    (point, index) => point.day.slice(0, 7) !== points[index + 1]?.day.slice(0, 7),
  );
}
