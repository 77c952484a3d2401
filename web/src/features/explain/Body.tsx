/** The arithmetic: lines, a double rule, and how sure it is. */
import { type ReactElement, useMemo } from 'react';
import { useHoldings } from '../../api/portfolios';
import type { Explanation, PortfolioValue } from '../../api/types';
import { count } from '../../lib/format';
import { sameUnit, termsOf, through } from '../../lib/terms';
import { FRACTIONS, figureName } from '../../ui/figures';
import { methodName } from '../../ui/methods';
import { flagStatus } from '../../ui/status';
import { StatusChip } from '../../ui/StatusChip';
import { fact, graphOf } from './leaf';
import { Lines, type Sheet } from './Lines';
import { FigureValue } from './Value';

interface Props {
  readonly explanation: Explanation;
  readonly portfolio: PortfolioValue;
}

export function Body({ explanation, portfolio }: Props): ReactElement {
  const { root, figure, value, currency } = explanation;
  const holdings = useHoldings(portfolio.id, null, 'lots,closed').data;
  const sheet = useMemo<Sheet>(
    () => ({
      graph: graphOf(explanation),
      symbols: new Map((holdings ?? []).map(({ asset_id: id, symbol }) => [id, symbol])),
      asset: explanation.asset_id,
    }),
    [explanation, holdings],
  );
  return (
    <>
      {root !== null && <Sum explanation={explanation} sheet={sheet} root={root} />}
      <div className="explain-sum">
        <span>{figureName(figure)}</span>
        <span>
          <FigureValue figure={figure} value={value} currency={currency} />
        </span>
      </div>
      <Facts explanation={explanation} portfolio={portfolio} />
    </>
  );
}

interface SumProps {
  readonly explanation: Explanation;
  readonly sheet: Sheet;
  readonly root: number;
}

function Sum({ explanation, sheet, root }: SumProps): ReactElement {
  const { currency, figure } = explanation;
  const terms = termsOf(sheet.graph, root);
  const money = !FRACTIONS.has(figure) && (terms.length === 0 || sameUnit(sheet.graph, root));
  const lines =
    terms.length > 0 ? terms : [{ id: through(sheet.graph, root, true), sign: '' as const }];
  return <Lines sheet={sheet} terms={lines} currency={money ? currency : null} depth={0} />;
}

function Facts({ explanation, portfolio }: Props): ReactElement {
  const { status, flags, reason, nodes } = explanation;
  const stored = nodes.filter(({ kind }) => kind !== 'op' && kind !== 'constant');
  const kept = new Set(
    stored.map(
      (node) => fact(node, 'transaction_id') ?? `${node.kind} ${JSON.stringify(node.facts)}`,
    ),
  );
  return (
    <dl className="explain-facts">
      <div>
        <dt>Status</dt>
        <dd>
          <StatusChip
            status={status === 'unknown' ? 'incomplete' : flagStatus([status])}
            label={status}
            why={flags.join(', ')}
          />{' '}
          {reason ?? `from ${count(kept.size, 'stored row', 'stored rows')}`}
        </dd>
      </div>
      <div>
        <dt>Method</dt>
        <dd>
          {methodName(portfolio.cost_basis_method)},{' '}
          {portfolio.fees_in_cost ? 'fees in cost' : 'fees outside cost'}
        </dd>
      </div>
    </dl>
  );
}
