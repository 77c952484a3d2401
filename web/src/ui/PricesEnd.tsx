import type { ReactElement } from 'react';
import { showDay } from '../lib/dates';
import { useAsOf } from './asOf';

/** Says so where the page shows a day long past that nobody chose. */
export function PricesEnd(): ReactElement | null {
  const { ended } = useAsOf();
  return ended === null ? null : (
    <p className="prices-end" role="status">
      Prices end on {showDay(ended)}; figures are as of that day.
    </p>
  );
}
