import type { CostMethod } from '../api/types';

const NAMES: Readonly<Record<CostMethod, string>> = {
  average: 'average cost',
  fifo: 'FIFO',
  lifo: 'LIFO',
  hifo: 'HIFO',
  specific: 'specific lots',
  uk_pool: 'UK pool',
};

/** The cost-basis method in words. */
export function methodName(method: CostMethod): string {
  return NAMES[method];
}
