/** A name for a step that has none: what is put together, and how. */
import type { ExplainNode } from '../../api/types';
import { count } from '../../lib/format';
import { type Sign, type Term, termsOf } from '../../lib/terms';
import { fact, type Graph, type LineWords, lineWords } from './leaf';

const TERMS_NAMED = 5;

export function opWords(graph: Graph, node: ExplainNode): LineWords {
  const terms = termsOf(graph, node.id);
  const words = new Set(
    terms.flatMap(({ id }) => graph.get(id) ?? []).map((part) => wordOf(graph, part, 0)),
  );
  const [only] = words;
  const summed = terms.every(({ sign }) => sign === '+' || sign === '−');
  if (summed && words.size === 1 && only !== undefined)
    return { name: capital(only), note: lines(terms) };
  if (terms.length > TERMS_NAMED) return { name: lineWords(node).name, note: lines(terms) };
  return { name: capital(formula(graph, terms, 2)), note: null };
}

const lines = (terms: readonly Term[]): string => count(terms.length, 'line', 'lines');

/** The terms in one line, those of an inner step in brackets. */
function formula(graph: Graph, terms: readonly Term[], depth: number): string {
  const parts = terms.flatMap(({ id, sign }) => {
    const node = graph.get(id);
    return node === undefined || (node.kind === 'constant' && node.value === '1' && sign !== '')
      ? []
      : [{ sign, word: wordOf(graph, node, depth) }];
  });
  return parts
    .map(({ sign, word }, index) =>
      index === 0 ? `${lead(sign)}${word}` : ` ${sign === '' ? '×' : sign} ${word}`,
    )
    .join('');
}

function lead(sign: Sign): string {
  return sign === '−' ? '− ' : sign === '÷' ? '1 ÷ ' : '';
}

const LEAF_WORDS: Readonly<Record<string, string>> = {
  price: 'price',
  rate: 'rate',
  split: 'split',
  flow: 'flow',
  figure: 'figure',
  discount: 'growth',
};

function wordOf(graph: Graph, node: ExplainNode, depth: number): string {
  if (node.label !== null && node.label !== '') return lineWords(node).name.toLowerCase();
  if (node.kind === 'transaction')
    return (fact(node, 'field') ?? 'amount').replace('fx_rate', 'rate').replaceAll('_', ' ');
  if (node.kind === 'constant') return node.value;
  if (node.kind !== 'op') return LEAF_WORDS[node.kind] ?? node.kind;
  return innerWord(graph, node, depth);
}

function innerWord(graph: Graph, node: ExplainNode, depth: number): string {
  const terms = termsOf(graph, node.id);
  const fields = new Set(
    terms
      .flatMap(({ id }) => graph.get(id) ?? [])
      .map((part) => (part.kind === 'transaction' ? fact(part, 'field') : null)),
  );
  const [only] = fields;
  if (fields.size === 1 && only !== null && only !== undefined)
    return only.replaceAll('_', ' ');
  if (depth === 0 || terms.length > TERMS_NAMED) return 'part';
  const inner = formula(graph, terms, depth - 1);
  return terms.some(({ sign }) => sign === '+' || sign === '−') ? `(${inner})` : inner;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
