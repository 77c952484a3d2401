import { useNetwork } from '@mantine/hooks';
import type { ReactElement } from 'react';

/** A line that says so; what was read stays readable. */
export function Offline(): ReactElement | null {
  const { online } = useNetwork();
  return online ? null : (
    <p className="offline" role="status">
      Offline. Everything read so far stays readable; changes wait until the connection is back.
    </p>
  );
}
