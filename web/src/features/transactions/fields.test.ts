import { describe, expect, it } from 'vitest';
import { PORTFOLIO_ID, transaction } from '../../testing/answers';
import { effectOf } from './effect';
import { draftOf, emptyForm, formOf, plainNumber, problemsOf } from './fields';

describe('the form of a transaction', () => {
  it('sends only the fields of its type', () => {
    const form = {
      ...emptyForm('DEPOSIT'),
      day: '2024-01-02',
      amount: '10 000,50',
      price: '12',
      asset: { id: 'x', text: 'ACME', currency: null },
    };
    expect(draftOf(form, PORTFOLIO_ID, null)).toEqual({
      portfolio_id: PORTFOLIO_ID,
      type: 'DEPOSIT',
      timestamp: '2024-01-02',
      amount: '10000.50',
    });
  });

  it('names what is empty and what is no number', () => {
    const form = { ...emptyForm('BUY'), quantity: 'ten' };
    expect(problemsOf(form)).toEqual({
      asset: 'Is empty.',
      quantity: 'Is no number.',
      price: 'Is empty.',
    });
    expect(
      problemsOf({
        ...emptyForm('SPLIT'),
        asset: { id: 'x', text: 'ACME', currency: null },
        ratio: '2',
      }),
    ).toEqual({ ratio: 'Write new:old, such as 2:1.' });
  });

  it('keeps the instant of a row whose day is not changed', () => {
    const row = { ...transaction, timestamp: '2024-01-03T14:30:00Z' };
    expect(draftOf(formOf(row), PORTFOLIO_ID, row).timestamp).toBe('2024-01-03T14:30:00Z');
    expect(draftOf({ ...formOf(row), day: '2024-01-04' }, PORTFOLIO_ID, row).timestamp).toBe(
      '2024-01-04',
    );
  });

  it('reads numbers as they are typed in either convention', () => {
    expect(['1.234,56', '1,234.56', "1'234.5", '59,10', '−3'].map(plainNumber)).toEqual([
      '1234.56',
      '1234.56',
      '1234.5',
      '59.10',
      '-3',
    ]);
  });

  it('reckons the cash exactly', () => {
    const form = { ...formOf(transaction), quantity: '0.1', price: '0.2', fee: '0.01' };
    expect(effectOf(form, []).cash).toBe('-0.03');
  });
});
