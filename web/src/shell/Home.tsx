/** The front door: the portfolio looked at last, the first one, or the first run. */
import type { ReactElement } from 'react';
import { Navigate } from 'react-router';
import { usePortfolios } from '../api/portfolios';
import { Notice } from '../ui/Notice';
import { remember } from './remember';

export function Home(): ReactElement | null {
  const portfolios = usePortfolios();
  if (portfolios.error !== null) {
    return (
      <main className="lone" id="main">
        <Notice
          error={portfolios.error}
          what="The portfolios could not be read."
          onRetry={() => void portfolios.refetch()}
        />
      </main>
    );
  }
  if (portfolios.data === undefined) return null;
  const last = portfolios.data.find(({ id }) => id === remember.get()) ?? portfolios.data[0];
  return <Navigate to={last === undefined ? '/welcome' : `/p/${last.id}/overview`} replace />;
}
