/** The value chart with its ranges, fixed readout, table twin and file. */
import { lazy, type ReactElement, Suspense, useMemo, useState } from 'react';
import type { ChartEvent } from '../../charts/marks';
import { toCsv, download } from '../../lib/csv';
import { showDay } from '../../lib/dates';
import { currencySymbol, drawn, percent } from '../../lib/format';
import { RANGES, type RangeName, type Span } from '../../lib/ranges';
import { type ChartPoint, deepest } from '../../lib/series';
import { MASK, useMoney } from '../../ui/money';
import { SeriesTable } from './SeriesTable';

const ValueChart = lazy(() => import('../../charts/ValueChart'));

interface Props {
  readonly points: readonly ChartPoint[];
  readonly events: readonly ChartEvent[];
  readonly currency: string;
  readonly name: string;
  readonly words: string;
  readonly range: RangeName | null;
  readonly height: number;
  readonly onRange: (range: RangeName) => void;
  readonly onPick: (span: Span) => void;
}

export function ValuePanel(props: Props): ReactElement {
  const { points, events, currency, name, words, range, height, onRange, onPick } = props;
  const { scale } = useMoney();
  const [hover, setHover] = useState<ChartPoint | null>(null);
  const [shown, setShown] = useState({
    soundings: true,
    events: true,
    log: false,
    table: false,
  });
  const flip = (key: keyof typeof shown): void =>
    setShown((now) => ({ ...now, [key]: !now[key] }));
  const drawnPoints = useMemo(() => scaled(points, scale ?? 1), [points, scale]);
  const drawnEvents = useMemo(() => (shown.events ? events : []), [shown.events, events]);
  const last = drawnPoints.at(-1) ?? null;
  const at = hover ?? last;
  return (
    <section aria-label="Value over time">
      <div className="chart-head">
        <div className="choices" role="group" aria-label="Range">
          {RANGES.map((item) => (
            <button
              key={item}
              type="button"
              className="plain"
              aria-pressed={item === range}
              onClick={() => onRange(item)}
            >
              {item === 'ALL' ? 'All' : item}
            </button>
          ))}
        </div>
        <span className="grow" />
        <Toggle label="Drawdown" on={shown.soundings} flip={() => flip('soundings')} wide />
        <Toggle label="Events" on={shown.events} flip={() => flip('events')} wide />
        <Toggle label="Log" on={shown.log} flip={() => flip('log')} />
        <button type="button" className="link" onClick={() => flip('table')}>
          {shown.table ? 'Chart' : 'Table'}
        </button>
        <button
          type="button"
          className="link"
          onClick={() => saveCsv(name, currency, drawnPoints, scale !== null)}
        >
          CSV
        </button>
      </div>
      <Readout point={at} currency={currency} masked={scale === null} />
      {shown.table ? (
        <SeriesTable
          points={drawnPoints}
          currency={currency}
          masked={scale === null}
          height={height}
        />
      ) : (
        <div style={{ minHeight: height }}>
          <Suspense fallback={null}>
            <ValueChart
              points={drawnPoints}
              events={drawnEvents}
              log={shown.log}
              soundings={shown.soundings}
              amounts={scale !== null}
              height={height}
              onPoint={setHover}
              onPick={onPick}
              label={sentence(drawnPoints, currency, words, scale === null)}
            />
          </Suspense>
        </div>
      )}
      <Legend />
    </section>
  );
}

function scaled(points: readonly ChartPoint[], factor: number): readonly ChartPoint[] {
  if (factor === 1) return points;
  const times = (value: number | null): number | null =>
    value === null ? null : value * factor;
  return points.map((point) => ({
    ...point,
    value: times(point.value),
    invested: times(point.invested),
  }));
}

interface ToggleProps {
  readonly label: string;
  readonly on: boolean;
  readonly flip: () => void;
  readonly wide?: boolean;
}

function Toggle({ label, on, flip, wide = false }: ToggleProps): ReactElement {
  return (
    <button
      type="button"
      className={`plain toggle ${wide ? 'wide roomy' : ''}`}
      aria-pressed={on}
      onClick={flip}
    >
      {label}
    </button>
  );
}

interface ReadoutProps {
  readonly point: ChartPoint | null;
  readonly currency: string;
  readonly masked: boolean;
}

function Readout({ point, currency, masked }: ReadoutProps): ReactElement {
  if (point === null) return <p className="readout" />;
  const show = (value: number | null): string =>
    value === null ? 'no price' : masked ? MASK : `${currencySymbol(currency)}${drawn(value)}`;
  return (
    <p className="readout">
      <b>{showDay(point.day)}</b> value <b>{show(point.value)}</b> · paid in{' '}
      <b>{show(point.invested)}</b> · drawdown{' '}
      <b>{point.drawdown === null ? '–' : percent(point.drawdown)}</b>
    </p>
  );
}

function Legend(): ReactElement {
  return (
    <p className="legend">
      <span>
        <i className="line" />
        Value
      </span>
      <span>
        <i className="dashes" />
        Paid in
      </span>
      <span>
        <i className="depth" />
        Drawdown, time-weighted
      </span>
      <span className="yours">▲▼ bought, sold</span>
      <span className="yours">◇ dividend</span>
    </p>
  );
}

function sentence(
  points: readonly ChartPoint[],
  currency: string,
  words: string,
  masked: boolean,
): string {
  const [first, last, fall] = [points[0], points.at(-1), deepest(points)];
  if (first === undefined || last === undefined) return 'No values yet.';
  const show = (value: number | null): string =>
    value === null ? 'unknown' : masked ? 'hidden' : `${drawn(value)} ${currency}`;
  const depth =
    fall === null
      ? ''
      : ` The deepest fall was ${percent(fall.drawdown)} on ${showDay(fall.day)}.`;
  return `Value ${words}: from ${show(first.value)} on ${showDay(first.day)} to ${show(last.value)} on ${showDay(last.day)}.${depth} The table beside it has the same figures.`;
}

function saveCsv(
  name: string,
  currency: string,
  points: readonly ChartPoint[],
  amounts: boolean,
): void {
  const rows = points.map(({ day, value, invested, drawdown }) => [
    day,
    amounts ? value : null,
    amounts ? invested : null,
    drawdown,
  ]);
  download(
    `${amounts ? name : 'portfolio'}-value.csv`,
    toCsv(['date', `value_${currency}`, `paid_in_${currency}`, 'drawdown'], rows),
  );
}
