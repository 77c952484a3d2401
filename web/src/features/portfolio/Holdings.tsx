/** Every position; a row opens to its lots. Closed ones on demand. */
import { type ReactElement, useState } from 'react';
import { useSearchParams } from 'react-router';
import { useHoldings, usePortfolio } from '../../api/portfolios';
import type { Holding, PortfolioValue } from '../../api/types';
import { showDay, today } from '../../lib/dates';
import { sign } from '../../lib/decimal';
import { useAsOf } from '../../ui/asOf';
import { useMoney } from '../../ui/money';
import { Notice } from '../../ui/Notice';
import { PricesEnd } from '../../ui/PricesEnd';
import { useScope } from '../../ui/scope';
import { cashOf } from './cash';
import { ClosedTable } from './ClosedTable';
import { Empty } from './Empty';
import { saveHoldings } from './holdingsCsv';
import { HoldingsTable } from './HoldingsTable';
import { LotsTable } from './LotsTable';
import './portfolio.css';
import { OverviewSkeleton } from './Skeletons';

export default function Holdings(): ReactElement {
  const { portfolioId } = useScope();
  const { asOf } = useAsOf();
  const portfolio = usePortfolio(portfolioId, asOf);
  const holdings = useHoldings(portfolioId, asOf, 'lots,closed');
  const error = portfolio.error ?? holdings.error;
  const retry = (): void => {
    void portfolio.refetch();
    void holdings.refetch();
  };
  return (
    <>
      {error !== null && (
        <Notice error={error} what="The holdings could not be read." onRetry={retry} />
      )}
      {portfolio.data !== undefined && holdings.data !== undefined ? (
        <Positions portfolio={portfolio.data} all={holdings.data} />
      ) : (
        error === null && <OverviewSkeleton />
      )}
    </>
  );
}

interface Props {
  readonly portfolio: PortfolioValue;
  readonly all: readonly Holding[];
}

function latestDay(all: readonly Holding[]): string {
  return (
    all.reduce((latest, { price_on: at }) => (at !== null && at > latest ? at : latest), '') ||
    today()
  );
}

function Positions({ portfolio, all }: Props): ReactElement {
  const { change } = useScope();
  const { asOf } = useAsOf();
  const [search] = useSearchParams();
  const [open, setOpen] = useState<string | null>(null);
  const money = useMoney();
  const held = all.filter(({ quantity }) => sign(quantity) !== 0);
  const closed = all.filter(({ quantity }) => sign(quantity) === 0);
  const showClosed = search.get('closed') === 'yes';
  const day = asOf ?? latestDay(all);
  if (all.length === 0) return <Empty portfolio={portfolio} />;
  return (
    <>
      <div className="head page-head">
        <h1>Holdings</h1>
        <span className="quiet small">
          {held.length} held, on {showDay(day)}
        </span>
        <span className="grow" />
        <button
          type="button"
          className="link"
          aria-pressed={showClosed}
          onClick={() => change({ closed: showClosed ? null : 'yes' })}
        >
          {showClosed ? 'Hide closed' : `Closed positions ${closed.length}`}
        </button>
        <button type="button" className="link" onClick={() => saveHoldings(all, day, money)}>
          CSV
        </button>
      </div>
      <PricesEnd portfolio={portfolio} />
      <HoldingsTable
        portfolio={portfolio}
        holdings={held}
        cash={cashOf(portfolio)}
        day={day}
        onOpen={({ asset_id: id }) => setOpen(open === id ? null : id)}
        expanded={(holding) =>
          open === holding.asset_id ? (
            <LotsTable holding={holding} portfolio={portfolio} day={day} />
          ) : null
        }
      />
      {showClosed && <ClosedTable holdings={closed} currency={portfolio.currency} />}
    </>
  );
}
