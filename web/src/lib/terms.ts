/** An expression graph as a reader takes it in: chains of sums and of products become one list. */
export interface GraphNode {
  readonly id: number;
  readonly op: string | null;
  readonly args: readonly number[];
  readonly label: string | null;
}

export type Sign = '+' | '−' | '×' | '÷' | '^' | '';

export interface Term {
  readonly id: number;
  readonly sign: Sign;
}

type Graph = ReadonlyMap<number, GraphNode>;

const SUMS = new Set(['add', 'subtract', 'negate']);
const PRODUCTS = new Set(['multiply', 'divide']);
const SILENT = new Set(['round', 'absolute']);

const named = (node: GraphNode): boolean => node.label !== null && node.label !== '';

/** Rounding to the ledger's places is not a step a reader looks for. */
export function through(graph: Graph, id: number, alsoNamed = false): number {
  let current = id;
  for (;;) {
    const node = graph.get(current);
    const inner = node?.args[0];
    if (node === undefined || inner === undefined || !SILENT.has(node.op ?? '')) return current;
    if (!alsoNamed && named(node)) return current;
    current = inner;
  }
}

/** The lines under one node: its terms, or its factors, with the sign each stands under. */
export function termsOf(graph: Graph, id: number): Term[] {
  const node = graph.get(through(graph, id, true));
  if (node === undefined || node.op === null) return [];
  if (SUMS.has(node.op)) return gathered(graph, node.id, SUMS, sumSigns);
  if (PRODUCTS.has(node.op)) return gathered(graph, node.id, PRODUCTS, productSigns);
  return node.args.map((arg, index) => ({
    id: through(graph, arg),
    sign: index === 0 ? '' : '^',
  }));
}

/** Lines that are in the unit of the figure: sums of it, and nothing behind a product. */
export function sameUnit(graph: Graph, id: number): boolean {
  return SUMS.has(graph.get(through(graph, id, true))?.op ?? '');
}

type Signs = (op: string, sign: Sign) => readonly [Sign, Sign];

const sumSigns: Signs = (op, sign) => {
  const other: Sign = sign === '+' ? '−' : '+';
  if (op === 'negate') return [other, other];
  return op === 'subtract' ? [sign, other] : [sign, sign];
};

const productSigns: Signs = (op, sign) => {
  const other: Sign = sign === '×' ? '÷' : '×';
  return op === 'divide' ? [sign, other] : [sign, sign];
};

/** Walk a chain of one family of operations, left operands first. Named parts stay whole. */
function gathered(
  graph: Graph,
  root: number,
  family: ReadonlySet<string>,
  signs: Signs,
): Term[] {
  const found: Term[] = [];
  const first: Sign = family === SUMS ? '+' : '×';
  const stack: Term[] = [{ id: root, sign: first }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const id = through(graph, next.id);
    const node = graph.get(id);
    if (node === undefined || !opens(node, root, family)) {
      found.push({ id, sign: next.sign });
      continue;
    }
    const [left, right] = node.args;
    const [ofLeft, ofRight] = signs(node.op ?? '', next.sign);
    if (right !== undefined) stack.push({ id: right, sign: ofRight });
    if (left !== undefined) stack.push({ id: left, sign: ofLeft });
  }
  return found.map((term, index) =>
    index === 0 && term.sign === '×' ? { ...term, sign: '' } : term,
  );
}

function opens(node: GraphNode, root: number, family: ReadonlySet<string>): boolean {
  return family.has(node.op ?? '') && (node.id === root || !named(node));
}
