/** An explanation as text, as a file, and as the command that prints it. */
import type { explainQuery } from '../../api/portfolios';
import type { Explanation, Holding, PortfolioValue } from '../../api/types';
import { download, toCsv } from '../../lib/csv';
import { termsOf } from '../../lib/terms';
import { graphOf, lineWords, telling } from './leaf';

const LINES = 2000;

/** The tree with two spaces a level; what stands twice is written once. */
export function outline(explanation: Explanation): string[] {
  const graph = graphOf(explanation);
  const lines = [
    `${explanation.figure} = ${explanation.value ?? 'unknown'} ${explanation.currency ?? ''}`.trim(),
    explanation.formula,
  ];
  const seen = new Set<number>();
  const stack = explanation.root === null ? [] : [{ id: explanation.root, depth: 0, sign: '' }];
  for (let next = stack.pop(); next !== undefined && lines.length < LINES; next = stack.pop()) {
    const node = graph.get(next.id);
    if (node === undefined) continue;
    const { name, note } = lineWords(node);
    lines.push(
      `${'  '.repeat(next.depth)}${next.sign} ${node.value}  ${name}${note === null ? '' : `, ${note}`}`.trimEnd(),
    );
    if (seen.has(next.id)) continue;
    seen.add(next.id);
    const { depth } = next;
    stack.push(
      ...telling(graph, termsOf(graph, next.id))
        .map(({ id, sign }) => ({ id, sign, depth: depth + 1 }))
        .reverse(),
    );
  }
  return lines;
}

/** A word as a shell reads it. */
function quoted(text: string): string {
  return /^[\w.:-]+$/u.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

export function command(
  asked: ReturnType<typeof explainQuery>,
  portfolio: Pick<PortfolioValue, 'name'>,
  holding: Pick<Holding, 'symbol' | 'exchange'> | undefined,
): string {
  const exchange = holding?.exchange ?? '';
  const asset =
    holding === undefined ? null : holding.symbol + (exchange === '' ? '' : `:${exchange}`);
  const options = [
    ['--portfolio', portfolio.name],
    ['--asset', asset],
    ['--start', asked.start],
    ['--as-of', asked.as_of],
  ] as const;
  return [
    'argosy explain',
    asked.figure,
    ...options.flatMap(([name, value]) => (value === null ? [] : [name, quoted(value)])),
  ].join(' ');
}

export function saveTree(explanation: Explanation): void {
  const rows = explanation.nodes.map((node) => {
    const { id, kind, value, op, args, label, facts } = node;
    return [
      id,
      kind,
      op ?? '',
      args.join(' '),
      value,
      label ?? '',
      Object.keys(facts).length === 0 ? '' : JSON.stringify(facts),
    ];
  });
  download(
    `explain-${explanation.figure}.csv`,
    toCsv(['id', 'kind', 'op', 'args', 'value', 'label', 'facts'], rows),
  );
}
