import type { ReactElement } from 'react';
import type { Explanation } from '../../api/types';
import { sign, toNumber, tryDecimal } from '../../lib/decimal';
import { NONE, percent, significant } from '../../lib/format';
import { AmountChange, PercentChange } from '../../ui/Change';
import { FRACTIONS, SIGNED } from '../../ui/figures';
import { MASK, useMoney } from '../../ui/money';

/** The explained figure itself, as the page writes it. */
export function FigureValue({
  explanation,
  lone = false,
}: {
  readonly explanation: Explanation;
  readonly lone?: boolean;
}): ReactElement {
  const { figure, value, currency } = explanation;
  const { amount, money, quantity } = useMoney();
  if (value === null) return <>{NONE}</>;
  if (FRACTIONS.has(figure)) {
    const number = toNumber(value);
    return figure === 'weight' ? (
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
