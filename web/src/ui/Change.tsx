/** A signed change: colour never stands alone, so the sign and the arrow say it too. */
import type { ReactElement } from 'react';
import { sign } from '../lib/decimal';
import { NONE, percent } from '../lib/format';
import { useMoney } from './money';

type Direction = -1 | 0 | 1;
const TONE: Readonly<Record<Direction, string>> = { [-1]: 'loss', 0: '', 1: 'gain' };
const ARROW: Readonly<Record<Direction, string>> = { [-1]: '▼ ', 0: '', 1: '▲ ' };

function Arrow({ way }: { readonly way: Direction }): ReactElement | null {
  return way === 0 ? null : <span aria-hidden="true">{ARROW[way]}</span>;
}

interface AmountProps {
  readonly value: string | null | undefined;
  readonly currency: string;
  readonly arrow?: boolean;
  readonly none?: string;
}

export function AmountChange({
  value,
  currency,
  arrow = false,
  none = NONE,
}: AmountProps): ReactElement {
  const { amount } = useMoney();
  if (value === null || value === undefined) return <span className="faint">{none}</span>;
  const way = sign(value);
  return (
    <span className={TONE[way]}>
      {arrow && <Arrow way={way} />}
      {amount(value, currency, true)}
    </span>
  );
}

interface PercentProps {
  readonly value: number | null | undefined;
  readonly places?: number;
  readonly arrow?: boolean;
  readonly none?: string;
}

export function PercentChange({
  value,
  places = 1,
  arrow = false,
  none = NONE,
}: PercentProps): ReactElement {
  if (value === null || value === undefined) return <span className="faint">{none}</span>;
  const way = direction(value, places);
  return (
    <span className={TONE[way]}>
      {arrow && <Arrow way={way} />}
      {percent(value, places, 'always')}
    </span>
  );
}

/** What is written as 0.0 % has no direction. */
function direction(value: number, places: number): Direction {
  const shown = Math.round(value * 100 * 10 ** places);
  return shown === 0 ? 0 : shown < 0 ? -1 : 1;
}
