/** Exact decimal text: money is never a float. A value is `units / 10 ** scale`. */
export interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

const SHAPE = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/u;

/** Read plain decimal text, or null where it is none. */
export function tryDecimal(text: string): Decimal | null {
  const match = SHAPE.exec(text.trim());
  if (match === null) return null;
  const [, sign = '', whole = '0', fraction = '', exponent = '0'] = match;
  const scale = fraction.length - Number(exponent);
  const digits = BigInt(whole + fraction) * (sign === '-' ? -1n : 1n);
  return scale >= 0
    ? { units: digits, scale }
    : { units: digits * 10n ** BigInt(-scale), scale: 0 };
}

/** Read plain decimal text. */
export function decimal(text: string): Decimal {
  const value = tryDecimal(text);
  if (value === null) throw new RangeError(`not a decimal: ${text}`);
  return value;
}

function aligned(a: Decimal, b: Decimal): [bigint, bigint, number] {
  const scale = Math.max(a.scale, b.scale);
  return [
    a.units * 10n ** BigInt(scale - a.scale),
    b.units * 10n ** BigInt(scale - b.scale),
    scale,
  ];
}

export function add(a: string, b: string): string {
  const [x, y, scale] = aligned(decimal(a), decimal(b));
  return plain({ units: x + y, scale });
}

export function subtract(a: string, b: string): string {
  return add(a, negate(b));
}

export function multiply(a: string, b: string): string {
  const [x, y] = [decimal(a), decimal(b)];
  return plain({ units: x.units * y.units, scale: x.scale + y.scale });
}

export function negate(text: string): string {
  const value = decimal(text);
  return plain({ units: -value.units, scale: value.scale });
}

/** Add many; nothing adds up to "0". */
export function sum(texts: readonly string[]): string {
  return texts.reduce(add, '0');
}

/** -1, 0 or 1. */
export function sign(text: string): -1 | 0 | 1 {
  const { units } = decimal(text);
  if (units === 0n) return 0;
  return units < 0n ? -1 : 1;
}

/** Order two decimals, for sorting. */
export function compare(a: string, b: string): number {
  const [x, y] = aligned(decimal(a), decimal(b));
  if (x === y) return 0;
  return x < y ? -1 : 1;
}

/** Round to `places`, half to even, as the ledger does. */
export function round(value: Decimal, places: number): Decimal {
  if (value.scale <= places) {
    return { units: value.units * 10n ** BigInt(places - value.scale), scale: places };
  }
  const step = 10n ** BigInt(value.scale - places);
  const negative = value.units < 0n;
  const size = negative ? -value.units : value.units;
  let kept = size / step;
  const twice = (size % step) * 2n;
  if (twice > step || (twice === step && kept % 2n === 1n)) kept += 1n;
  return { units: negative ? -kept : kept, scale: places };
}

/** Write without exponent, without trailing zeros. */
export function plain(value: Decimal): string {
  const [whole, fraction] = digits(value);
  const kept = fraction.replace(/0+$/u, '');
  const text = kept === '' ? whole : `${whole}.${kept}`;
  return value.units < 0n ? `-${text}` : text;
}

/** The digits of the size: whole part and all `scale` places of the fraction. */
export function digits(value: Decimal): [string, string] {
  const size = (value.units < 0n ? -value.units : value.units)
    .toString()
    .padStart(value.scale + 1, '0');
  const cut = size.length - value.scale;
  return [size.slice(0, cut), size.slice(cut)];
}

/** A float, for drawing and for shares only. */
export function toNumber(text: string): number {
  return Number(text);
}

/** part / whole as a float fraction, or null where the whole is zero or missing. */
export function ratio(part: string | null, whole: string | null): number | null {
  if (part === null || whole === null || sign(whole) === 0) return null;
  return toNumber(part) / toNumber(whole);
}
