/** What a node of an explanation says of itself. */
import type { ExplainNode, Explanation } from '../../api/types';
import { TYPES } from '../../api/types';
import { isDay, showDay } from '../../lib/dates';
import { toNumber } from '../../lib/decimal';
import type { Term } from '../../lib/terms';
import { figureName } from '../../ui/figures';
import { typeName } from '../../ui/types';

export type Graph = ReadonlyMap<number, ExplainNode>;

export function graphOf(explanation: Explanation): Graph {
  return new Map(explanation.nodes.map((node) => [node.id, node]));
}

const OPS: Readonly<Record<string, string>> = {
  add: 'Sum',
  subtract: 'Difference',
  multiply: 'Product',
  divide: 'Quotient',
  negate: 'With the other sign',
  round: 'Rounded',
  absolute: 'Size',
  power: 'Power',
  solve: 'What makes this zero',
};

const FIELDS: Readonly<Record<string, string>> = {
  quantity: 'quantity',
  price: 'price',
  amount: 'amount',
  fee: 'fee',
  tax: 'tax',
  fx_rate: 'rate of the trade',
  cost: 'carried cost',
  ratio_new: 'new shares',
  ratio_old: 'old shares',
  cost_share: 'share of cost',
};

/** Formulas that have a shorter name; the formula then stands beside it. */
const SHORT: Readonly<Record<string, string>> = {
  'quantity × price × rate': 'Value',
  'value − cost': 'Unrealized gain',
  'cost ÷ quantity': 'Average cost',
  'sum of realized gains': 'Realized gain',
  'unrealized + realized + income − separate fees': 'Gain',
};

export interface LineWords {
  readonly name: string;
  readonly note: string | null;
}

export function fact(node: ExplainNode, name: string): string | null {
  const value = node.facts[name];
  return value === undefined || value === '' ? null : value;
}

/** Without factors of one, which say nothing; one that stands alone stays. */
export function telling(graph: Graph, terms: readonly Term[]): readonly Term[] {
  if (terms.some(({ sign }) => sign === '+' || sign === '−' || sign === '^')) return terms;
  const told = terms.filter(({ id }) => !isOne(graph.get(id)));
  return told.length === 0 ? terms : told;
}

function isOne(node: ExplainNode | undefined): boolean {
  return node?.kind === 'constant' && toNumber(node.value) === 1;
}

/** When a stored number is of. */
function dayOf(node: ExplainNode): string | null {
  const at = fact(node, 'on') ?? fact(node, 'at') ?? fact(node, 'as_of');
  const day = at?.slice(0, 10) ?? null;
  return day !== null && isDay(day) ? showDay(day) : null;
}

/** The name of a line, and what stands beside it. */
export function lineWords(node: ExplainNode): LineWords {
  if (node.label !== null && node.label !== '') {
    const short = SHORT[node.label];
    return short === undefined
      ? { name: capital(node.label), note: null }
      : { name: short, note: node.label };
  }
  if (node.kind === 'op')
    return { name: OPS[node.op ?? ''] ?? capital(node.op ?? ''), note: null };
  return { name: LEAVES[node.kind]?.(node) ?? capital(node.kind), note: dayOf(node) };
}

const LEAVES: Readonly<Record<string, (node: ExplainNode) => string>> = {
  transaction: transactionWords,
  price: (node) => `${sourceName(fact(node, 'source'))}, as traded`,
  rate: (node) =>
    `${fact(node, 'base') ?? ''}/${fact(node, 'quote') ?? ''}, ${sourceName(fact(node, 'source'))}`,
  split: () => 'Split',
  figure: (node) => figureName(fact(node, 'figure') ?? 'figure'),
  flow: (node) => (fact(node, 'flow') === 'money_out' ? 'Money out' : 'Money in'),
  discount: () => 'Growth over the time it was inside',
  constant: () => 'Constant',
};

function transactionWords(node: ExplainNode): string {
  const type = TYPES.find((name) => name === fact(node, 'type'));
  const field = fact(node, 'field') ?? '';
  return [type === undefined ? 'Transaction' : typeName(type), FIELDS[field] ?? field].join(
    ', ',
  );
}

function sourceName(source: string | null): string {
  if (source === null) return 'price';
  return source.length <= 3 ? source.toUpperCase() : capital(source);
}

/** The one asset whose price stands under a node, if there is just one. */
export function assetUnder(graph: Graph, id: number): string | null {
  const found = new Set<string>();
  const stack = [id];
  for (let steps = 0; stack.length > 0 && steps < 500; steps += 1) {
    const node = graph.get(stack.pop() ?? -1);
    if (node === undefined) continue;
    const asset = fact(node, 'asset_id');
    if (asset !== null) found.add(asset);
    stack.push(...node.args);
  }
  const [only] = found;
  return found.size === 1 && only !== undefined ? only : null;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
