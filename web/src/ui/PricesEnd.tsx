import type { ReactElement } from 'react';
import { useNavigate } from 'react-router';
import { useDeletePortfolio } from '../api/portfolios';
import type { PortfolioValue } from '../api/types';
import { showDay } from '../lib/dates';
import { useAsOf } from './asOf';

interface Props {
  readonly portfolio: PortfolioValue;
}

/** Says so where the page shows a day long past that nobody chose; the demo also says what it is. */
export function PricesEnd({ portfolio }: Props): ReactElement | null {
  const { ended } = useAsOf();
  if (ended === null && !portfolio.is_demo) return null;
  return (
    <p className="prices-end" role="status">
      {portfolio.is_demo && 'The demo: made-up trades at real prices. '}
      {ended !== null && `Prices end on ${showDay(ended)}; figures are as of that day. `}
      {portfolio.is_demo && <RemoveDemo id={portfolio.id} />}
    </p>
  );
}

/** One click out: the demo can be made again at any time. */
function RemoveDemo({ id }: { readonly id: string }): ReactElement {
  const remove = useDeletePortfolio(id);
  const navigate = useNavigate();
  return (
    <>
      <button
        type="button"
        className="link"
        disabled={remove.isPending}
        onClick={() => remove.mutate(undefined, { onSuccess: () => void navigate('/') })}
      >
        Remove the demo
      </button>
      {remove.error !== null && ` ${remove.error.message}`}
    </>
  );
}
