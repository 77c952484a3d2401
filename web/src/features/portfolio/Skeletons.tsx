/** The first visit ever; afterwards the last good values stand while new ones come. */
import { Skeleton } from '@mantine/core';
import type { ReactElement } from 'react';

export function OverviewSkeleton(): ReactElement {
  return (
    <div aria-busy="true" aria-label="Loading">
      <Skeleton h={28} w={180} mb={12} radius={2} />
      <Skeleton h={56} w={360} mb={20} radius={2} />
      <Skeleton h={72} mb={24} radius={2} />
      <Skeleton h={430} radius={2} />
    </div>
  );
}
