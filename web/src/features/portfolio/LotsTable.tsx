/** The lots behind one position, by the portfolio's cost method. */
import type { ReactElement } from 'react';
import type { Holding, Lot, Portfolio } from '../../api/types';
import { dayNumber, showDay } from '../../lib/dates';
import { drawn } from '../../lib/format';
import { AmountChange } from '../../ui/Change';
import { Figure } from '../../ui/Figure';
import { methodName } from '../../ui/methods';
import { useMoney } from '../../ui/money';
import { type Column, Table } from '../../ui/Table';

interface Props {
  readonly holding: Holding;
  readonly portfolio: Portfolio;
  readonly day: string;
}

export function LotsTable({ holding, portfolio, day }: Props): ReactElement {
  const { amount, quantity } = useMoney();
  const { currency } = portfolio;
  const lots = holding.lots ?? [];
  const columns: Column<Lot>[] = [
    {
      key: 'acquired',
      head: 'Acquired',
      left: true,
      cell: ({ acquired }) => showDay(acquired),
      foot: `${lots.length} ${lots.length === 1 ? 'lot' : 'lots'}`,
    },
    {
      key: 'days',
      head: 'Days held',
      className: 'wide',
      cell: ({ acquired }) => drawn(dayNumber(day) - dayNumber(acquired)),
    },
    {
      key: 'quantity',
      head: 'Left',
      cell: (lot) => quantity(lot.quantity, holding.category),
      foot: quantity(holding.quantity, holding.category),
    },
    {
      key: 'cost',
      head: `Cost, ${currency}`,
      className: 'money',
      cell: ({ cost }) => amount(cost, currency),
      foot: amount(holding.cost, currency),
    },
  ];
  return (
    <div className="lots">
      <dl className="facts">
        <Fact name="Average cost">
          <Figure figure="average_cost" assetId={holding.asset_id} of={holding.symbol}>
            {amount(holding.average_cost, currency)}
          </Figure>
        </Fact>
        <Fact name="Cost">
          <Figure figure="cost" assetId={holding.asset_id} of={holding.symbol}>
            {amount(holding.cost, currency)}
          </Figure>
        </Fact>
        <Fact name="Realized">
          <Figure figure="realized_gain" assetId={holding.asset_id} of={holding.symbol}>
            <AmountChange value={holding.realized_gain} currency={currency} />
          </Figure>
        </Fact>
        <Fact name="Income">
          <Figure figure="income" assetId={holding.asset_id} of={holding.symbol}>
            {amount(holding.income, currency)}
          </Figure>
        </Fact>
        <Fact name="Fees and taxes">
          <Figure figure="fees" assetId={holding.asset_id} of={holding.symbol}>
            {amount(holding.fees, currency)}
          </Figure>
        </Fact>
      </dl>
      {lots.length === 0 ? (
        <p className="quiet small">
          Under {methodName(portfolio.cost_basis_method)} the position is one pool, without
          lots.
        </p>
      ) : (
        <Table
          label={`Lots of ${holding.symbol}`}
          columns={columns}
          rows={lots}
          rowKey={(lot) => `${lot.acquired} ${lot.quantity} ${lot.cost}`}
          footed
          dense
        />
      )}
    </div>
  );
}

function Fact({
  name,
  children,
}: {
  readonly name: string;
  readonly children: ReactElement;
}): ReactElement {
  return (
    <div className="money">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
