/** One sheet: what it is worth, what moved it, what is in it. */
import { useMediaQuery } from '@mantine/hooks';
import type { ReactElement } from 'react';
import { Link } from 'react-router';
import type { PortfolioValue } from '../../api/types';
import { today } from '../../lib/dates';
import { useMoney } from '../../ui/money';
import { Notice } from '../../ui/Notice';
import { usePlace, useScope } from '../../ui/scope';
import { AllocationPanel } from './AllocationPanel';
import { cashOf } from './cash';
import { allocation } from './classes';
import { Empty } from './Empty';
import { Hero } from './Hero';
import { saveHoldings } from './holdingsCsv';
import { HoldingsTable } from './HoldingsTable';
import { MovedPanel } from './MovedPanel';
import './portfolio.css';
import { OverviewSkeleton } from './Skeletons';
import { Strip } from './Strip';
import { type PortfolioPage, usePortfolioPage } from './usePortfolioPage';
import { ValuePanel } from './ValuePanel';

export default function Overview(): ReactElement {
  const page = usePortfolioPage();
  const { portfolio, error, loading } = page;
  return (
    <>
      {error !== null && (
        <Notice error={error} what="Not all figures could be read." onRetry={page.retry} />
      )}
      {loading && error === null ? <OverviewSkeleton /> : null}
      {portfolio !== undefined && !loading && <Sheet page={page} portfolio={portfolio} />}
    </>
  );
}

interface SheetProps {
  readonly page: PortfolioPage;
  readonly portfolio: PortfolioValue;
}

function Sheet({ page, portfolio }: SheetProps): ReactElement {
  const { range, picked, change } = useScope();
  const phone = useMediaQuery('(max-width: 1023px)', false, { getInitialValueInEffect: false });
  const isToday = page.day === today();
  if (page.empty) return <Empty portfolio={portfolio} />;
  const cash = cashOf(portfolio);
  return (
    <>
      <Hero portfolio={portfolio} first={page.first} today={isToday} />
      {page.span !== null && (
        <Strip
          performance={page.performance}
          depth={page.depth}
          currency={portfolio.currency}
          words={page.words}
          span={page.span}
        />
      )}
      <div className="two">
        {page.span !== null && (
          <ValuePanel
            points={page.points}
            events={page.events}
            currency={portfolio.currency}
            name={portfolio.name}
            words={page.words}
            range={picked === null ? range : null}
            height={phone ? 250 : 430}
            onRange={(name) => change({ range: name, from: null, to: null })}
            onPick={({ start, end }) => change({ from: start, to: end })}
          />
        )}
        <div className="rail">
          <AllocationPanel
            classes={allocation(page.holdings, cash?.value ?? null, cash?.weight ?? 0)}
            currency={portfolio.currency}
          />
          <MovedPanel holdings={page.holdings} currency={portfolio.currency} today={isToday} />
        </div>
      </div>
      <Positions page={page} portfolio={portfolio} />
    </>
  );
}

function Positions({ page, portfolio }: SheetProps): ReactElement {
  const place = usePlace();
  const money = useMoney();
  const cash = cashOf(portfolio);
  const day = page.day ?? today();
  const count = page.holdings.length;
  return (
    <section aria-labelledby="holdings" className="below-two">
      <div className="head">
        <h2 id="holdings">Holdings</h2>
        <span className="quiet small">
          {count} {count === 1 ? 'position' : 'positions'}
          {cash === null ? '' : ' and cash'}
        </span>
        <span className="grow" />
        <Link className="link" to={place('holdings', { closed: 'yes' })}>
          Closed positions
        </Link>
        <button
          type="button"
          className="link wide"
          onClick={() => saveHoldings(page.holdings, day, money)}
        >
          CSV
        </button>
      </div>
      <HoldingsTable portfolio={portfolio} holdings={page.holdings} cash={cash} day={day} />
    </section>
  );
}
