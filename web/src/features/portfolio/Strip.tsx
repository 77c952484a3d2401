/** The ruled strip: what the range brought, by every measure. */
import type { ReactElement, ReactNode } from 'react';
import type { Performance } from '../../api/types';
import { showDay } from '../../lib/dates';
import { percent } from '../../lib/format';
import type { Span } from '../../lib/ranges';
import type { Depth } from '../../lib/series';
import { AmountChange, PercentChange } from '../../ui/Change';
import { Figure } from '../../ui/Figure';
import { useMoney } from '../../ui/money';

interface Props {
  readonly performance: Performance | undefined;
  readonly depth: Depth | null;
  readonly currency: string;
  readonly words: string;
  readonly span: Span | null;
}

export function Strip({ performance, depth, currency, words, span }: Props): ReactElement {
  const { amount } = useMoney();
  const found: Partial<Performance> = performance ?? {};
  const reasons = found.reasons ?? {};
  const scope = { start: span?.start ?? null, end: span?.end ?? null };
  return (
    <dl
      className="strip"
      aria-label={`Figures ${words}`}
      data-pending={performance === undefined}
    >
      <Cell
        label={`Gain ${words}`}
        note={reasons['gain'] ?? `${currency}, net of money paid in`}
        money
      >
        <Figure figure="gain" {...scope}>
          <AmountChange value={found.gain} currency={currency} arrow />
        </Figure>
      </Cell>
      <Cell
        label="Time-weighted"
        note={reasons['twr'] ?? yearly(found.annualized_twr, 'of the assets')}
      >
        <Figure figure="twr" {...scope}>
          <PercentChange value={found.twr} arrow />
        </Figure>
      </Cell>
      <Cell
        label="Money-weighted"
        note={reasons['mwr'] ?? yearly(found.mwr_annual, 'of your money')}
      >
        <Figure figure="mwr" {...scope}>
          <PercentChange value={found.mwr} arrow />
        </Figure>
      </Cell>
      <Cell label="Paid in" note={`${currency}, ${words}`} money>
        <Figure figure="flows" {...scope}>
          {amount(found.flows ?? null, currency, true)}
        </Figure>
      </Cell>
      <Cell label="Deepest fall" note={depth === null ? 'no return yet' : showDay(depth.day)}>
        <Figure figure="max_drawdown" {...scope}>
          {depth === null ? '–' : percent(depth.drawdown)}
        </Figure>
      </Cell>
    </dl>
  );
}

/** A return over more than a year names what it is a year. */
function yearly(annual: number | null | undefined, otherwise: string): string {
  return annual === null || annual === undefined
    ? otherwise
    : `${percent(annual, 1, 'always')} a year`;
}

interface CellProps {
  readonly label: string;
  readonly note: string;
  readonly money?: boolean;
  readonly children: ReactNode;
}

function Cell({ label, note, money = false, children }: CellProps): ReactElement {
  return (
    <div className={money ? 'money' : undefined}>
      <dt>{label}</dt>
      <dd>{children}</dd>
      <dd>{note}</dd>
    </div>
  );
}
