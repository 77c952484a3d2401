/** Holdings grouped into the six classes of the allocation, then Other. */
import type { Holding } from '../../api/types';
import { add } from '../../lib/decimal';

export interface AssetClass {
  readonly name: string;
  readonly color: string;
  readonly weight: number;
  readonly value: string | null;
}

const ORDER = {
  btc: ['Bitcoin', 'var(--class-btc)'],
  funds: ['Funds', 'var(--class-funds)'],
  shares: ['Single shares', 'var(--class-shares)'],
  crypto: ['Other crypto', 'var(--class-crypto)'],
  gold: ['Gold and commodities', 'var(--class-gold)'],
  cash: ['Bonds and cash', 'var(--class-cash)'],
  other: ['Other', 'var(--ink3)'],
} as const;
type ClassKey = keyof typeof ORDER;

const BY_CATEGORY: Readonly<Record<string, ClassKey>> = {
  ETF: 'funds',
  FUND: 'funds',
  INDEX: 'funds',
  STOCK: 'shares',
  CRYPTO: 'crypto',
  COMMODITY: 'gold',
  BOND: 'cash',
  CASH: 'cash',
  CURRENCY: 'cash',
};
const GOLD = new Set(['GLD', 'SGLN', 'IAU', 'GLDM', 'PHAU', 'XAU', 'XAUUSD']);

export function classOf(holding: Pick<Holding, 'symbol' | 'category'>): ClassKey {
  if (/^(?:BTC|XBT)(?:[-/.]|$)/u.test(holding.symbol)) return 'btc';
  if (GOLD.has(holding.symbol.replace(/\..*$/u, ''))) return 'gold';
  return BY_CATEGORY[holding.category.toUpperCase()] ?? 'other';
}

export function classColor(holding: Pick<Holding, 'symbol' | 'category'>): string {
  return ORDER[classOf(holding)][1];
}

/** Largest first; cash is what the holdings leave of the whole. */
export function allocation(
  holdings: readonly Holding[],
  cash: string | null,
  cashWeight: number,
): AssetClass[] {
  const totals = new Map<ClassKey, { weight: number; value: string | null }>();
  const put = (key: ClassKey, weight: number, value: string | null): void => {
    const known = totals.get(key) ?? { weight: 0, value: '0' };
    totals.set(key, {
      weight: known.weight + weight,
      value: known.value === null || value === null ? null : add(known.value, value),
    });
  };
  for (const holding of holdings) put(classOf(holding), holding.weight ?? 0, holding.value);
  if (cash !== null && cashWeight > 0) put('cash', cashWeight, cash);
  return [...totals.entries()]
    .map(([key, total]) => ({ name: ORDER[key][0], color: ORDER[key][1], ...total }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
}
