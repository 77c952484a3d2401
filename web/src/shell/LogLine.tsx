/** How sure today's figures are, in one line. */
import type { ReactElement } from 'react';
import { useHoldings, usePortfolio } from '../api/portfolios';
import type { Holding } from '../api/types';
import { showDay } from '../lib/dates';
import { sign } from '../lib/decimal';
import { useAsOf } from '../ui/asOf';
import { flagStatus, type Status, STATUSES } from '../ui/status';
import { useScope } from '../ui/scope';

function counts(holdings: readonly Holding[]): ReadonlyMap<Status, number> {
  const found = new Map<Status, number>();
  for (const { flags, quantity } of holdings) {
    if (sign(quantity) !== 0)
      found.set(flagStatus(flags), (found.get(flagStatus(flags)) ?? 0) + 1);
  }
  return found;
}

export function LogLine(): ReactElement {
  const { portfolioId } = useScope();
  const { asOf } = useAsOf();
  const holdings = useHoldings(portfolioId, asOf);
  const portfolio = usePortfolio(portfolioId, asOf);
  const found = counts(holdings.data ?? []);
  const all = [...found.values()].reduce((total, value) => total + value, 0);
  const latest = (holdings.data ?? []).reduce(
    (last, { price_on: at }) => (at !== null && at > last ? at : last),
    '',
  );
  return (
    <div className="log frame wide" role="status">
      {all > 0 && (
        <span>
          <b>
            {found.get('exact') ?? 0} of {all}
          </b>{' '}
          prices exact
        </span>
      )}
      {STATUSES.filter((status) => status !== 'exact' && found.has(status)).map((status) => (
        <span key={status} className="chip" data-status={status}>
          {found.get(status)} {status}
        </span>
      ))}
      {latest !== '' && <span>Newest price {showDay(latest)}</span>}
      <span className="grow" />
      {portfolio.isFetching && (
        <span className="zebra" data-busy="true" style={{ width: 72 }} aria-label="Reading" />
      )}
      {portfolio.data !== undefined && (
        <Age since={portfolio.dataUpdatedAt} failed={portfolio.isRefetchError} />
      )}
    </div>
  );
}

interface AgeProps {
  readonly since: number;
  readonly failed: boolean;
}

const CLOCK = new Intl.DateTimeFormat(navigator.language, {
  hour: '2-digit',
  minute: '2-digit',
});

function Age({ since, failed }: AgeProps): ReactElement {
  const time = CLOCK.format(since);
  return failed ? (
    <span className="chip" data-status="stale">
      figures of {time}, the server does not answer
    </span>
  ) : (
    <span>Read at {time}</span>
  );
}
