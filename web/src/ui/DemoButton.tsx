/** One click into the demo, in one's own account. */
import { Button } from '@mantine/core';
import type { ReactElement } from 'react';
import { useNavigate } from 'react-router';
import { useOpenDemo } from '../api/portfolios';

export function DemoButton(): ReactElement {
  const demo = useOpenDemo();
  const navigate = useNavigate();
  return (
    <>
      <Button
        variant="default"
        loading={demo.isPending}
        onClick={() =>
          demo.mutate(undefined, {
            onSuccess: ({ id }) => void navigate(`/p/${id}/overview`),
          })
        }
      >
        Look around the demo
      </Button>
      {demo.error !== null && (
        <p className="loss whole" role="alert">
          {demo.error.message}
        </p>
      )}
    </>
  );
}
