import type { ReactElement } from 'react';
import { multiply, sign, toNumber, tryDecimal } from '../../lib/decimal';
import { fixed, NONE, percent, significant } from '../../lib/format';
import { AmountChange, PercentChange } from '../../ui/Change';
import { FRACTIONS, SIGNED } from '../../ui/figures';
import { MASK, useMoney } from '../../ui/money';

interface FigureProps {
  readonly figure: string;
  readonly value: string | null;
  readonly currency: string | null;
  readonly lone?: boolean;
}

/** A figure as the page writes it. */
export function FigureValue({
  figure,
  value,
  currency,
  lone = false,
}: FigureProps): ReactElement {
  const { amount, money, quantity } = useMoney();
  if (value === null) return <>{NONE}</>;
  if (FRACTIONS.has(figure)) {
    const number = toNumber(value);
    return figure === 'weight' || figure === 'max_drawdown' ? (
      <>{percent(number)}</>
    ) : (
      <PercentChange value={number} places={2} arrow={lone} />
    );
  }
  if (currency === null || currency === '') return <>{quantity(value)}</>;
  if (SIGNED.has(figure))
    return <AmountChange value={value} currency={currency} arrow={lone} />;
  return <>{lone ? money(value, currency) : amount(value, currency)}</>;
}

/** By how much a figure changed: of a fraction in points, for they are no per cent of it. */
export function FigureChange({ figure, value, currency }: FigureProps): ReactElement {
  const { quantity } = useMoney();
  if (value === null) return <>{NONE}</>;
  if (FRACTIONS.has(figure))
    return <>{`${fixed(multiply(value, '100'), 2, 'always')} points`}</>;
  if (currency === null || currency === '') return <>{quantity(value, null, true)}</>;
  return <AmountChange value={value} currency={currency} arrow />;
}

interface LineValueProps {
  readonly value: string;
  readonly currency: string | null;
  readonly minus: boolean;
}

const DIGITS = 12;

/** One line's number: money where its unit is known, else its first twelve digits; all of them on hover. */
export function LineValue({ value, currency, minus }: LineValueProps): ReactElement {
  const { amount, raw, masked } = useMoney();
  if (tryDecimal(value) === null) return <>{value}</>;
  const signed =
    minus && sign(value) !== 0 ? (value.startsWith('-') ? value.slice(1) : `-${value}`) : value;
  if (currency !== null)
    return <span title={raw(signed) || undefined}>{amount(signed, currency)}</span>;
  if (masked) return <>{MASK}</>;
  return <span title={signed}>{significant(signed, DIGITS)}</span>;
}
