/** The first run, on one page: a currency, then three ways to begin. */
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { type ReactElement, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { useCreatePortfolio, usePortfolios } from '../../api/portfolios';
import { DemoButton } from '../../ui/DemoButton';
import { guessCurrency, timeZone } from './guess';
import './welcome.css';

const CURRENCIES = [
  'EUR',
  'USD',
  'GBP',
  'CHF',
  'JPY',
  'SEK',
  'NOK',
  'DKK',
  'PLN',
  'CZK',
  'CAD',
  'AUD',
  'NZD',
  'HKD',
  'SGD',
  'INR',
  'BRL',
  'ZAR',
];

export default function Welcome(): ReactElement {
  const [currency, setCurrency] = useState(guessCurrency);
  const [name, setName] = useState('My portfolio');
  const create = useCreatePortfolio();
  const others = (usePortfolios().data ?? []).length > 0;
  const navigate = useNavigate();
  const start = (where: string): void =>
    create.mutate(
      { name: name.trim(), currency },
      { onSuccess: ({ id }) => void navigate(`/p/${id}/${where}`) },
    );
  const choices = CURRENCIES.includes(currency) ? CURRENCIES : [currency, ...CURRENCIES];
  return (
    <section className="welcome">
      <h1>{others ? 'New portfolio' : 'Nothing is stored yet'}</h1>
      <p className="quiet">
        A portfolio has one currency that everything is added up in. It can be changed later;
        nothing stored changes with it.{' '}
        {others && (
          <Link className="link" to="/">
            Back without one
          </Link>
        )}
      </p>
      <div className="welcome-form">
        <TextInput
          label="Portfolio"
          value={name}
          maxLength={100}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <NativeSelect
          label="Base currency"
          data={choices}
          value={currency}
          onChange={(event) => setCurrency(event.currentTarget.value)}
        />
        <p className="small quiet whole">
          Times are shown in {timeZone()}, as this browser is set. A trade’s day is its
          exchange’s own.
        </p>
      </div>
      {create.error !== null && (
        <p className="loss" role="alert">
          {create.error.message}
        </p>
      )}
      <ol className="ways">
        <li>
          <div>
            <h2>Import a file</h2>
            <p className="quiet">
              Your broker’s CSV. It is read and shown first; you see each row and what it does
              to the holdings.
            </p>
          </div>
          <Button loading={create.isPending} onClick={() => start('transactions?import=file')}>
            Import a file
          </Button>
        </li>
        <li>
          <div>
            <h2>Add by hand</h2>
            <p className="quiet">One transaction at a time.</p>
          </div>
          <Button variant="default" onClick={() => start('transactions?add=new')}>
            Add by hand
          </Button>
        </li>
        <li>
          <div>
            <h2>Look around the demo</h2>
            <p className="quiet">
              Made-up trades at real prices, as a portfolio of its own. One click takes it away
              again.
            </p>
          </div>
          <DemoButton />
        </li>
      </ol>
    </section>
  );
}
