import { describe, expect, it } from 'vitest';
import { type GraphNode, sameUnit, termsOf } from './terms';

const leaf = (id: number): GraphNode => ({ id, op: null, args: [], label: null });
const op = (
  id: number,
  name: string,
  args: number[],
  label: string | null = null,
): GraphNode => ({ id, op: name, args, label });
const graph = (...nodes: GraphNode[]): ReadonlyMap<number, GraphNode> =>
  new Map(nodes.map((node) => [node.id, node]));
const read = (nodes: ReadonlyMap<number, GraphNode>, id: number): string =>
  termsOf(nodes, id)
    .map((term) => term.sign + String(term.id))
    .join(' ');

describe('the lines of an explanation', () => {
  it('flatten a chain of sums, with the sign each term ends up under', () => {
    const nodes = graph(
      leaf(0),
      leaf(1),
      leaf(2),
      leaf(3),
      op(4, 'add', [0, 1]),
      op(5, 'subtract', [2, 3]),
      op(6, 'subtract', [4, 5]),
    );
    expect(read(nodes, 6)).toBe('+0 +1 −2 +3');
    expect(sameUnit(nodes, 6)).toBe(true);
  });

  it('flatten a chain of products', () => {
    const nodes = graph(
      leaf(0),
      leaf(1),
      leaf(2),
      op(3, 'multiply', [0, 1]),
      op(4, 'divide', [3, 2]),
      op(5, 'round', [4]),
    );
    expect(read(nodes, 5)).toBe('0 ×1 ÷2');
    expect(sameUnit(nodes, 5)).toBe(false);
  });

  it('keep a named part whole', () => {
    const nodes = graph(
      leaf(0),
      leaf(1),
      op(2, 'add', [0, 1], 'cost'),
      leaf(3),
      op(4, 'subtract', [3, 2]),
    );
    expect(read(nodes, 4)).toBe('+3 −2');
  });

  it('read a chain of ten thousand without recursion', () => {
    const nodes = [leaf(0), leaf(1)];
    for (let id = 2; id < 20_000; id += 2)
      nodes.push(op(id, 'add', [id === 2 ? 0 : id - 2, id - 1]), leaf(id + 1));
    expect(termsOf(graph(...nodes), 19_998)).toHaveLength(10_000);
  });
});
