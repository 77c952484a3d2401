/** Cash beside the holdings, in the portfolio's currency. */
import type { PortfolioValue } from '../../api/types';
import { ratio, sign } from '../../lib/decimal';

export interface Cash {
  readonly value: string | null;
  readonly weight: number | null;
  readonly currencies: readonly string[];
}

export function cashOf({
  track_cash: tracked,
  cash,
  cash_value: value,
  total_value: whole,
}: PortfolioValue): Cash | null {
  const currencies = Object.entries(cash)
    .filter(([, amount]) => sign(amount) !== 0)
    .map(([currency]) => currency);
  if (!tracked || currencies.length === 0) return null;
  return { value, weight: ratio(value, whole), currencies };
}
