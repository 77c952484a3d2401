/** An explanation as text and as a file. */
import type { Explanation } from '../../api/types';
import { download, toCsv } from '../../lib/csv';
import { termsOf } from '../../lib/terms';
import { graphOf, lineWords, telling } from './leaf';

const LINES = 2000;

/** The tree with two spaces a level; what stands twice is written once. */
function outline(explanation: Explanation): string[] {
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

export function copyText(explanation: Explanation): Promise<void> {
  return navigator.clipboard.writeText(outline(explanation).join('\n'));
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
