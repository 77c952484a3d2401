/** What will stand here, and the next step. */
import { Button } from '@mantine/core';
import type { ReactElement } from 'react';
import { Link } from 'react-router';
import type { Portfolio } from '../../api/types';
import { DemoButton } from '../../ui/DemoButton';
import { usePlace } from '../../ui/scope';

export function Empty({ portfolio }: { readonly portfolio: Portfolio }): ReactElement {
  const place = usePlace();
  return (
    <section className="empty">
      <h1>{portfolio.name}</h1>
      <p>
        Nothing is stored yet. Once it holds a transaction, its value, its gains and where each
        figure comes from stand here.
      </p>
      <p className="steps">
        <Button component={Link} to={place('transactions', { import: 'file' })}>
          Import a file
        </Button>
        <Button variant="default" component={Link} to={place('transactions', { add: 'new' })}>
          Add by hand
        </Button>
        <DemoButton />
      </p>
    </section>
  );
}
