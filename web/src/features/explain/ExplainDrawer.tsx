/** Where a figure comes from: its formula, then the sum laid out like arithmetic down to rows. */
import { Drawer } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { ReactElement } from 'react';
import {
  explainQuery,
  type ExplainTarget,
  useExplanation,
  useHoldings,
  usePortfolio,
} from '../../api/portfolios';
import type { Explanation, Holding, PortfolioValue } from '../../api/types';
import { showDay } from '../../lib/dates';
import { useAsOf } from '../../ui/asOf';
import { figureName } from '../../ui/figures';
import { Icon } from '../../ui/icons';
import { Notice } from '../../ui/Notice';
import { useExplainScope, useScope } from '../../ui/scope';
import { Body } from './Body';
import { Compared } from './Compared';
import './explain.css';
import { Footer } from './Footer';
import { turnPin, usePinned } from './pin';
import { command } from './share';
import { FigureValue } from './Value';

/** Wide enough for the page and the explanation beside each other. */
const ROOMY = '(min-width: 1440px)';

export default function ExplainDrawer(): ReactElement | null {
  const { target, close } = useExplainScope();
  const roomy = useMediaQuery(ROOMY, false, { getInitialValueInEffect: false });
  const pinned = usePinned() && roomy;
  if (pinned)
    return target === null ? null : (
      <aside className="explain beside" aria-label="Explanation">
        <Content target={target} close={close} pinned roomy />
      </aside>
    );
  return (
    <Drawer.Root
      opened={target !== null}
      classNames={{ content: 'explain' }}
      onClose={close}
      position="right"
      size={560}
      transitionProps={{ duration: 200, timingFunction: 'ease-out' }}
    >
      <Drawer.Overlay />
      <Drawer.Content>
        {target === null ? null : (
          <Content target={target} close={close} pinned={false} roomy={roomy} />
        )}
      </Drawer.Content>
    </Drawer.Root>
  );
}

interface ContentProps {
  readonly target: ExplainTarget;
  readonly close: () => void;
  readonly pinned: boolean;
  readonly roomy: boolean;
}

function Content({ target, close, pinned, roomy }: ContentProps): ReactElement {
  const { portfolioId } = useScope();
  const { asOf } = useAsOf();
  const answer = useExplanation(portfolioId, target, asOf);
  const compared = useExplanation(portfolioId, target, asOf, 'methods,day_before').data;
  const portfolio = usePortfolio(portfolioId, asOf).data;
  const holding = useHoldings(portfolioId, asOf, 'lots,closed').data?.find(
    ({ asset_id: id }) => id === target.assetId,
  );
  const explanation = answer.data;
  const words = figureName(target.figure);
  return (
    <>
      <div className="explain-head">
        <div className="explain-top">
          <span className="small quiet">
            {place(portfolio, holding, explanation, target.start ?? null)}
          </span>
          <span className="grow" />
          {roomy && <Pin pinned={pinned} />}
          <button
            type="button"
            className="plain icon-button"
            onClick={close}
            aria-label="Close"
            data-autofocus
          >
            <Icon name="close" />
          </button>
        </div>
        {pinned ? <h2>{words}</h2> : <Drawer.Title component="h2">{words}</Drawer.Title>}
        {explanation !== undefined && <Headline explanation={explanation} />}
      </div>
      <div className="explain-body">
        {answer.error !== null && (
          <Notice
            error={answer.error}
            what="This figure could not be explained."
            onRetry={() => void answer.refetch()}
          />
        )}
        {answer.isPending && (
          <p className="zebra" data-busy="true" style={{ width: 120 }} aria-label="Loading" />
        )}
        {explanation !== undefined && portfolio !== undefined && (
          <Body explanation={explanation} portfolio={portfolio} />
        )}
        {compared !== undefined && portfolio !== undefined && (
          <Compared compared={compared} method={portfolio.cost_basis_method} />
        )}
      </div>
      {explanation !== undefined && portfolio !== undefined && (
        <Footer
          explanation={explanation}
          command={command(explainQuery(target, asOf), portfolio, holding)}
        />
      )}
    </>
  );
}

function Pin({ pinned }: { readonly pinned: boolean }): ReactElement {
  const words = pinned ? 'Let it lie over the page' : 'Pin it beside the page';
  return (
    <button
      type="button"
      className="plain icon-button"
      aria-pressed={pinned}
      aria-label="Beside the page"
      title={words}
      onClick={turnPin}
    >
      <Icon name="pin" />
    </button>
  );
}

function place(
  portfolio: PortfolioValue | undefined,
  holding: Holding | undefined,
  explanation: Explanation | undefined,
  start: string | null,
): string {
  const name = portfolio?.name ?? '';
  const parts = [
    holding === undefined ? name : `${holding.symbol} in ${name}`,
    explanation?.currency ?? '',
  ];
  if (explanation !== undefined)
    parts.push(`${start === null ? '' : `${showDay(start)} – `}${showDay(explanation.as_of)}`);
  return parts.filter((part) => part !== '').join(', ');
}

function Headline({ explanation }: { readonly explanation: Explanation }): ReactElement {
  const { figure, value, currency, formula } = explanation;
  return (
    <>
      <p className="explain-value">
        <FigureValue figure={figure} value={value} currency={currency} lone />
      </p>
      <p className="explain-formula">{formula}</p>
    </>
  );
}
