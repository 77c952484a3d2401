/** Lines of an explanation; a line with operands opens to them, a leaf opens its row. */
import { type ReactElement, useState } from 'react';
import { Link } from 'react-router';
import type { ExplainNode } from '../../api/types';
import { type Sign, type Term, sameUnit, termsOf } from '../../lib/terms';
import { Icon } from '../../ui/icons';
import { useExplainScope, usePlace } from '../../ui/scope';
import { assetUnder, fact, type Graph, type LineWords, lineWords, telling } from './leaf';
import { opWords } from './opWords';
import { LineValue } from './Value';

export interface Sheet {
  readonly graph: Graph;
  readonly symbols: ReadonlyMap<string, string>;
  /** The explained holding; its name need not stand on each line. */
  readonly asset: string | null;
}

interface LinesProps {
  readonly sheet: Sheet;
  readonly terms: readonly Term[];
  /** The unit of these lines, where it is known to be money. */
  readonly currency: string | null;
  readonly depth: number;
}

const SHOWN = 40;
/** Two levels stand open, as in a sum written out; deeper ones open on demand. */
const OPEN_DEPTH = 2;
const CROWD = 12;

export function Lines({ sheet, terms, currency, depth }: LinesProps): ReactElement {
  const [all, setAll] = useState(false);
  const told = telling(sheet.graph, terms);
  const shown = all ? told : told.slice(0, SHOWN);
  return (
    <ol className={depth === 0 ? 'lines top' : 'lines'}>
      {shown.map((term, index) => {
        const node = sheet.graph.get(term.id);
        return node === undefined ? null : (
          <Line
            key={`${index} ${term.id}`}
            sheet={sheet}
            node={node}
            sign={term.sign}
            currency={currency}
            depth={depth}
            crowded={terms.length > CROWD}
          />
        );
      })}
      {shown.length < told.length && (
        <li>
          <button type="button" className="link" onClick={() => setAll(true)}>
            Show all {told.length} lines
          </button>
        </li>
      )}
    </ol>
  );
}

interface LineProps extends Omit<LinesProps, 'terms'> {
  readonly node: ExplainNode;
  readonly sign: Sign;
  readonly crowded: boolean;
}

function Line(props: LineProps): ReactElement {
  const { sheet, node, sign, currency } = props;
  const below = termsOf(sheet.graph, node.id);
  const value = (
    <span className="line-value">
      <LineValue value={node.value} currency={currency} minus={sign === '−'} />
    </span>
  );
  if (below.length > 0) return <Branch {...props} below={below} value={value} />;
  return (
    <li className="leaf">
      <Operator sign={sign} />
      <Leaf node={node} sheet={sheet} />
      {value}
    </li>
  );
}

/** Plus and minus stand with the number; times and over before the name. */
function Operator({ sign }: { readonly sign: Sign }): ReactElement | null {
  return sign === '' || sign === '+' || sign === '−' ? null : (
    <i className="operator">{sign}</i>
  );
}

interface BranchProps extends LineProps {
  readonly below: readonly Term[];
  readonly value: ReactElement;
}

function Branch({
  sheet,
  node,
  sign,
  currency,
  depth,
  crowded,
  below,
  value,
}: BranchProps): ReactElement {
  const [open, setOpen] = useState(depth < OPEN_DEPTH && below.length <= CROWD && !crowded);
  const { name, note, asset } = branchWords(sheet, node);
  return (
    <li className="branch">
      <button
        type="button"
        className="plain line"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name={open ? 'caret' : 'right'} size={12} />
        <span className="line-name">
          <Operator sign={sign} />
          <b>{name}</b> {note !== null && <span className="quiet">{note}</span>}
        </span>
        {value}
      </button>
      {open && (
        <Lines
          sheet={asset === sheet.asset ? sheet : { ...sheet, asset }}
          terms={below}
          currency={currency !== null && sameUnit(sheet.graph, node.id) ? currency : null}
          depth={depth + 1}
        />
      )}
    </li>
  );
}

interface BranchWords extends LineWords {
  /** The holding that this part is about, once that is clear. */
  readonly asset: string | null;
}

/** In a total over many holdings, a part is called by its holding; what stands under it is not. */
function branchWords({ graph, symbols, asset }: Sheet, node: ExplainNode): BranchWords {
  const words = node.label === null ? opWords(graph, node) : lineWords(node);
  const under = asset === null ? assetUnder(graph, node.id) : null;
  const symbol = under === null ? undefined : symbols.get(under);
  return symbol === undefined
    ? { ...words, asset }
    : { name: symbol, note: words.note ?? words.name.toLowerCase(), asset: under };
}

interface LeafProps {
  readonly node: ExplainNode;
  readonly sheet: Sheet;
}

function Leaf({ node, sheet }: LeafProps): ReactElement {
  const place = usePlace();
  const { name, note } = lineWords(node);
  const row = fact(node, 'transaction_id');
  const symbol =
    sheet.asset === null ? sheet.symbols.get(fact(node, 'asset_id') ?? '') : undefined;
  const words = symbol === undefined ? name : `${symbol}, ${name}`;
  return (
    <>
      <span className="line-name">
        {row !== null && (
          <Link className="leaf-link" to={place('transactions', { edit: row })}>
            {words}
          </Link>
        )}
        {row === null &&
          (node.kind === 'figure' ? <FigureLeaf node={node} words={words} /> : words)}
      </span>
      <span className="line-note">{note}</span>
    </>
  );
}

/** A leaf that is a figure itself has an explanation of its own. */
function FigureLeaf({
  node,
  words,
}: {
  readonly node: ExplainNode;
  readonly words: string;
}): ReactElement {
  const { open } = useExplainScope();
  const figure = fact(node, 'figure');
  if (figure === null) return <>{words}</>;
  return (
    <button
      type="button"
      className="plain leaf-link"
      onClick={() =>
        open({
          figure,
          assetId: fact(node, 'asset_id'),
          start: fact(node, 'start'),
          on: fact(node, 'as_of'),
        })
      }
    >
      {words} <span className="equals">=</span>
    </button>
  );
}
