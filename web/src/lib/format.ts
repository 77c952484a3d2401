/** How figures are written: true minus, locale separators, the currency's own minor units. */
import { type Decimal, decimal, digits, plain, round } from './decimal';

export const MINUS = '−';
export const NONE = '–';
const THIN = '\u2009';
const HARD = '\u00a0';

interface Separators {
  readonly group: string;
  readonly point: string;
}

const locale = (): string => (typeof navigator === 'undefined' ? 'en-GB' : navigator.language);
let known: (Separators & { readonly locale: string }) | null = null;

function separators(): Separators {
  const current = locale();
  if (known?.locale !== current) {
    const parts = new Intl.NumberFormat(current).formatToParts(12345678.9);
    const find = (type: string, fallback: string): string =>
      parts.find((part) => part.type === type)?.value ?? fallback;
    known = { locale: current, group: find('group', ','), point: find('decimal', '.') };
  }
  return known;
}

const CRYPTO_PLACES: Readonly<Record<string, number>> = { BTC: 8, XBT: 8, ETH: 8 };
const PENCE = new Set(['GBX', 'GBp']);

/** Minor units on screen: JPY 0, EUR 2, KWD 3, BTC 8, pence 1. */
export function minorUnits(currency: string): number {
  if (PENCE.has(currency)) return 1;
  const crypto = CRYPTO_PLACES[currency];
  if (crypto !== undefined) return crypto;
  if (!/^[A-Z]{3}$/u.test(currency)) return 2;
  const options = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
  }).resolvedOptions();
  return options.maximumFractionDigits ?? 2;
}

/** € for EUR, £ for GBP, and the code and a space where there is no sign. */
export function currencySymbol(currency: string): string {
  if (currency === 'BTC') return '₿';
  if (!/^[A-Z]{3}$/u.test(currency)) return `${currency}${HARD}`;
  const parts = new Intl.NumberFormat(locale(), {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
  }).formatToParts(0);
  const symbol = parts.find((part) => part.type === 'currency')?.value ?? currency;
  return symbol.length > 1 && /^[A-Z]+$/u.test(symbol) ? `${symbol}${HARD}` : symbol;
}

function grouped(whole: string): string {
  return whole.replace(/\B(?=(?:\d{3})+(?!\d))/gu, separators().group);
}

type SignRule = 'always' | 'negative' | 'never';

function signText(value: Decimal, rule: SignRule): string {
  if (rule === 'never' || value.units === 0n) return '';
  if (value.units < 0n) return MINUS;
  return rule === 'always' ? '+' : '';
}

function joined(whole: string, fraction: string): string {
  return fraction === '' ? grouped(whole) : `${grouped(whole)}${separators().point}${fraction}`;
}

/** A decimal at a fixed number of places. */
export function fixed(text: string, places: number, signs: SignRule = 'negative'): string {
  const value = round(decimal(text), places);
  return `${signText(value, signs)}${joined(...digits(value))}`;
}

/** All stored digits, at least `least` places. */
export function exact(text: string, least = 0, signs: SignRule = 'negative'): string {
  const value = decimal(text);
  const [whole, fraction] = digits(value);
  const kept = fraction.replace(/0+$/u, '').padEnd(least, '0');
  return `${signText(value, signs)}${joined(whole, kept)}`;
}

/** The first `count` digits that matter, without trailing zeros; whole digits always stand. */
export function significant(text: string, count: number): string {
  const value = decimal(text);
  const [whole, fraction] = digits(value);
  const zeros = whole === '0' ? (/^0*/u.exec(fraction)?.[0].length ?? 0) : -whole.length;
  return exact(plain(round(value, Math.max(0, zeros + count))));
}

/** An amount at its currency's minor units, without symbol. */
export function amount(text: string, currency: string, signs: SignRule = 'negative'): string {
  return fixed(text, minorUnits(currency), signs);
}

/** An amount with its symbol; pence as `5,912.0 p`. */
export function money(text: string, currency: string, signs: SignRule = 'negative'): string {
  if (PENCE.has(currency)) return `${fixed(text, 1, signs)}${HARD}p`;
  const value = round(decimal(text), minorUnits(currency));
  return `${signText(value, signs)}${currencySymbol(currency)}${joined(...digits(value))}`;
}

/** A price: minor units, more places where the price has them and is small. */
export function price(text: string, currency: string): string {
  const value = decimal(text);
  const size = value.units < 0n ? -value.units : value.units;
  const small = size < 10n * 10n ** BigInt(value.scale);
  const places = small
    ? Math.min(Math.max(value.scale, minorUnits(currency)), 6)
    : minorUnits(currency);
  if (PENCE.has(currency)) return `${fixed(text, Math.max(1, small ? places : 1))}${HARD}p`;
  return `${currencySymbol(currency)}${fixed(text, places)}`;
}

/** The three parts of a lone figure: symbol, whole, and cents to be set lighter. */
export function moneyParts(text: string, currency: string): [string, string, string] {
  const value = round(decimal(text), minorUnits(currency));
  const [whole, fraction] = digits(value);
  const lead = `${signText(value, 'negative')}${currencySymbol(currency)}`;
  const cents =
    fraction === ''
      ? ''
      : separators().point +
        fraction.replace(/(\d{3})(?=\d)/gu, `$1${currency === 'BTC' ? THIN : ''}`);
  return [lead, grouped(whole), cents];
}

/** A fraction as per cent: 0.1234 is "12.3 %". */
export function percent(fraction: number, places = 1, signs: SignRule = 'negative'): string {
  const size = Math.abs(fraction * 100);
  const text = new Intl.NumberFormat(locale(), {
    minimumFractionDigits: places,
    maximumFractionDigits: places,
  }).format(size);
  const zero = /^[0.,]*$/u.test(text);
  const lead =
    zero || signs === 'never' ? '' : fraction < 0 ? MINUS : signs === 'always' ? '+' : '';
  return `${lead}${text}${HARD}%`;
}

/** A drawn number, rounded for reading: axes and readouts only. */
export function drawn(value: number, places = 0): string {
  const text = new Intl.NumberFormat(locale(), {
    minimumFractionDigits: places,
    maximumFractionDigits: places,
  }).format(Math.abs(value));
  return value < 0 ? `${MINUS}${text}` : text;
}

/** An axis label: 400k, 1.2M. */
export function axisLabel(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6) return `${drawn(value / 1e6, size % 1e6 === 0 ? 0 : 1)}M`;
  if (size >= 1e3) return `${drawn(value / 1e3, size % 1e3 === 0 ? 0 : 1)}k`;
  return drawn(value, size !== 0 && size < 10 && size % 1 !== 0 ? 2 : 0);
}

export function count(value: number, one: string, many: string): string {
  return `${drawn(value)} ${value === 1 ? one : many}`;
}
