/** The one big number, what moved it today, and since the start. */
import type { ReactElement } from 'react';
import type { PortfolioValue } from '../../api/types';
import { type Day, showDay, showMonth } from '../../lib/dates';
import { ratio, subtract } from '../../lib/decimal';
import { AmountChange, PercentChange } from '../../ui/Change';
import { Figure } from '../../ui/Figure';
import { useMoney } from '../../ui/money';
import { PricesEnd } from '../../ui/PricesEnd';
import { flagStatus, flagWords } from '../../ui/status';
import { StatusChip } from '../../ui/StatusChip';

interface Props {
  readonly portfolio: PortfolioValue;
  readonly first: Day | null;
  readonly today: boolean;
}

export function Hero({ portfolio, first, today }: Props): ReactElement {
  const { parts } = useMoney();
  const { currency, total_value: value, day_change: change, total_gain: gain } = portfolio;
  const [symbol, whole, cents] = parts(value, currency);
  const status = flagStatus(portfolio.flags);
  const before = value === null || change === null ? null : subtract(value, change);
  return (
    <section className="hero" aria-label="Value">
      <div className="head">
        <h1>{portfolio.name}</h1>
        <span className="quiet">worth{portfolio.track_cash ? ', with cash' : ''}</span>
        {status !== 'exact' && (
          <StatusChip status={status} label={status} why={flagWords(portfolio.flags)} />
        )}
      </div>
      <PricesEnd portfolio={portfolio} />
      <p className="big-line">
        <Figure figure="total_value" className="big">
          <span className="symbol">{symbol}</span>
          {whole}
          <span className="cents">{cents}</span>
        </Figure>
      </p>
      <p className="moves">
        <Figure figure="day_change">
          <b>
            <AmountChange value={change} currency={currency} arrow />
          </b>
        </Figure>{' '}
        <span className="nowrap">
          <PercentInBrackets value={ratio(change, before)} />{' '}
          {today ? 'today' : `on ${showDay(portfolio.as_of)}`}
        </span>
        <i aria-hidden="true" />
        <Figure figure="total_gain">
          <b>
            <AmountChange value={gain} currency={currency} arrow />
          </b>
        </Figure>{' '}
        <span className="nowrap">
          {first === null ? 'since the start' : `since ${showMonth(first)}`}
        </span>
      </p>
    </section>
  );
}

function PercentInBrackets({ value }: { readonly value: number | null }): ReactElement | null {
  return value === null ? null : (
    <>
      (<PercentChange value={value} places={2} />)
    </>
  );
}
