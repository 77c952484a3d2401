/** Amounts as the reader may see them: every screen and export writes money through this. */
import { useMemo } from 'react';
import { multiply, toNumber } from '../lib/decimal';
import * as format from '../lib/format';
import { type Privacy, usePrivacy } from './privacy';

export const MASK = '•••';

export interface MoneyFormat {
  readonly masked: boolean;
  readonly amount: (text: string | null, currency: string, signed?: boolean) => string;
  readonly money: (text: string | null, currency: string, signed?: boolean) => string;
  readonly parts: (text: string | null, currency: string) => [string, string, string];
  readonly quantity: (
    text: string | null,
    category?: string | null,
    signed?: boolean,
  ) => string;
  /** For drawing; null where amounts are hidden. */
  readonly scale: number | null;
  /** For files. */
  readonly raw: (text: string | null) => string;
}

function moneyFormat({ mode, factor }: Privacy): MoneyFormat {
  const masked = mode === 'hidden' || mode === 'presenter';
  const seen = (text: string): string => (mode === 'scrambled' ? multiply(text, factor) : text);
  const guard = (text: string | null, write: (value: string) => string): string => {
    if (text === null) return format.NONE;
    return masked ? MASK : write(seen(text));
  };
  const signs = (signed?: boolean): 'always' | 'negative' =>
    signed === true ? 'always' : 'negative';
  return {
    masked,
    amount: (text, currency, signed) =>
      guard(text, (value) => format.amount(value, currency, signs(signed))),
    money: (text, currency, signed) =>
      guard(text, (value) => format.money(value, currency, signs(signed))),
    parts: (text, currency) => {
      if (text === null) return ['', format.NONE, ''];
      return masked
        ? [format.currencySymbol(currency), MASK, '']
        : format.moneyParts(seen(text), currency);
    },
    quantity: (text, category, signed) =>
      guard(text, (value) => format.exact(value, category === 'CRYPTO' ? 4 : 0, signs(signed))),
    scale: masked ? null : mode === 'scrambled' ? toNumber(factor) : 1,
    raw: (text) => {
      if (text === null) return '';
      return masked ? '' : seen(text);
    },
  };
}

export function useMoney(): MoneyFormat {
  const { mode, factor } = usePrivacy();
  return useMemo(() => moneyFormat({ mode, factor }), [mode, factor]);
}
