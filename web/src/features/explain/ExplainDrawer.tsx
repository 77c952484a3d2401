/** Where a figure comes from: its formula, then the sum laid out like arithmetic down to rows. */
import { Button, Drawer } from '@mantine/core';
import { type ReactElement, useMemo } from 'react';
import { useExplanation, useHoldings, usePortfolio } from '../../api/portfolios';
import type { Explanation, PortfolioValue } from '../../api/types';
import { showDay } from '../../lib/dates';
import { useAsOf } from '../../ui/asOf';
import { figureName } from '../../ui/figures';
import { Icon } from '../../ui/icons';
import { Notice } from '../../ui/Notice';
import { type ExplainScope, useExplainScope, useScope } from '../../ui/scope';
import { Body } from './Body';
import './explain.css';
import { copyText, saveTree } from './share';
import { FigureValue } from './Value';

export default function ExplainDrawer(): ReactElement {
  const scope = useExplainScope();
  return (
    <Drawer.Root
      opened={scope.target !== null}
      classNames={{ content: 'explain' }}
      onClose={scope.close}
      position="right"
      size={560}
      transitionProps={{ duration: 200, timingFunction: 'ease-out' }}
    >
      <Drawer.Overlay />
      <Drawer.Content>
        {scope.target === null ? null : <Content scope={scope} />}
      </Drawer.Content>
    </Drawer.Root>
  );
}

function Content({ scope }: { readonly scope: ExplainScope }): ReactElement | null {
  const { portfolioId } = useScope();
  const { asOf } = useAsOf();
  const { target, close } = scope;
  const answer = useExplanation(
    portfolioId,
    target ?? { figure: '', assetId: null },
    target?.on ?? asOf,
  );
  const portfolio = usePortfolio(portfolioId, asOf);
  const symbol = useHoldings(portfolioId, asOf, 'lots,closed').data?.find(
    ({ asset_id: id }) => id === target?.assetId,
  )?.symbol;
  if (target === null) return null;
  const explanation = answer.data;
  return (
    <>
      <div className="explain-head">
        <div className="explain-top">
          <span className="small quiet">
            {place(portfolio.data, symbol, explanation, target.start ?? null)}
          </span>
          <button
            type="button"
            className="plain icon-button"
            onClick={close}
            aria-label="Close"
          >
            <Icon name="close" />
          </button>
        </div>
        <Drawer.Title component="h2">{figureName(target.figure)}</Drawer.Title>
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
        {explanation !== undefined && portfolio.data !== undefined && (
          <Body explanation={explanation} portfolio={portfolio.data} />
        )}
      </div>
      {explanation !== undefined && <Footer explanation={explanation} />}
    </>
  );
}

function place(
  portfolio: PortfolioValue | undefined,
  symbol: string | undefined,
  explanation: Explanation | undefined,
  start: string | null,
): string {
  const name = portfolio?.name ?? '';
  const parts = [
    symbol === undefined ? name : `${symbol} in ${name}`,
    explanation?.currency ?? '',
  ];
  if (explanation !== undefined)
    parts.push(`${start === null ? '' : `${showDay(start)} – `}${showDay(explanation.as_of)}`);
  return parts.filter((part) => part !== '').join(', ');
}

function Headline({ explanation }: { readonly explanation: Explanation }): ReactElement {
  return (
    <>
      <p className="explain-value">
        <FigureValue explanation={explanation} lone />
      </p>
      <p className="explain-formula">{explanation.formula}</p>
    </>
  );
}

function Footer({ explanation }: { readonly explanation: Explanation }): ReactElement {
  const command = useMemo(() => `argosy explain ${explanation.figure}`, [explanation.figure]);
  return (
    <div className="explain-foot">
      <Button variant="default" onClick={() => void copyText(explanation)}>
        Copy as text
      </Button>
      <Button variant="default" onClick={() => saveTree(explanation)}>
        CSV
      </Button>
      <Button
        variant="default"
        onClick={() => void navigator.clipboard.writeText(location.href)}
      >
        Copy link
      </Button>
      <span className="grow" />
      <code className="wide faint">{command}</code>
    </div>
  );
}
