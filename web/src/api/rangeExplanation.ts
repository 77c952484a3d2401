/** Money over a range explained from the exact parts that its performance answers with. */
import { addDays } from '../lib/dates';
import type { Explanation, ExplainNode, Performance } from './types';

export const RANGE_FIGURES: ReadonlySet<string> = new Set(['gain', 'flows']);

const FORMULAS: Readonly<Record<string, string>> = {
  gain: 'value at the end − value at the start − money in + money out',
  flows: 'money in − money out',
};

export function rangeExplanation(figure: string, found: Performance): Explanation {
  const value = figure === 'gain' ? found.gain : found.flows;
  const nodes =
    value === null
      ? []
      : figure === 'gain'
        ? gainNodes(found, value)
        : flowNodes(found, value, 0);
  return {
    figure,
    asset_id: null,
    value,
    currency: found.currency,
    formula: FORMULAS[figure] ?? '',
    as_of: found.end ?? '',
    status: value === null ? 'unknown' : 'exact',
    flags: found.flags,
    reason: found.reasons[figure] ?? null,
    root: nodes.at(-1)?.id ?? null,
    nodes,
  };
}

function leaf(
  id: number,
  value: string,
  label: string,
  facts: Record<string, string>,
): ExplainNode {
  return {
    id,
    kind: 'figure',
    value,
    op: null,
    args: [],
    label: null,
    facts: { ...facts, label },
  };
}

function op(
  id: number,
  name: string,
  args: number[],
  value: string,
  label: string | null = null,
): ExplainNode {
  return { id, kind: 'op', value, op: name, args, label, facts: {} };
}

function gainNodes(found: Performance, gain: string): ExplainNode[] {
  const opening = found.start === null ? '' : addDays(found.start, -1);
  const closing = found.end ?? '';
  return [
    leaf(0, found.value_end ?? '0', 'Value at the end', {
      figure: 'total_value',
      as_of: closing,
    }),
    leaf(1, found.value_start ?? '0', 'Value at the start', {
      figure: 'total_value',
      as_of: opening,
    }),
    ...flowNodes(found, found.flows ?? '0', 2),
    op(5, 'subtract', [0, 1], gain),
    op(6, 'subtract', [5, 4], gain),
  ];
}

function flowNodes(found: Performance, flows: string, first: number): ExplainNode[] {
  return [
    leaf(first, found.money_in ?? '0', 'Money in', {}),
    leaf(first + 1, found.money_out ?? '0', 'Money out', {}),
    op(first + 2, 'subtract', [first, first + 1], flows, first === 0 ? null : 'net money in'),
  ];
}
