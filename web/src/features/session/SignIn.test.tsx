import { fireEvent, render, screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { session } from '../../api/session';
import type { Service } from '../../api/types';
import { App } from '../../shell/App';
import { type Asked, serve } from '../../testing/server';

function knock(registration: Service['registration'], search = ''): Asked[] {
  session.set(null);
  history.replaceState(null, '', `/sign-in${search}`);
  const service: Service = {
    service: 'argosy',
    version: '0.1.0',
    status: 'running',
    registration,
  };
  const asked = serve({ '': service });
  render(<App />);
  return asked;
}

it('offers no account where registration is closed', async () => {
  knock('closed', '?new=yes');
  expect(
    await screen.findByText(/Accounts are made by whoever runs this server/u),
  ).toBeTruthy();
  expect(screen.getByRole('heading', { name: 'Sign in' })).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Create an account' })).toBeNull();
});

it('asks for the invite code where one is needed, and sends it', async () => {
  const asked = knock('invite', '?new=yes');
  const fill = (label: RegExp, value: string): void => {
    fireEvent.change(screen.getByLabelText(label), { target: { value } });
  };
  expect(await screen.findByLabelText(/Invite code/u)).toBeTruthy();
  fill(/E-mail/u, ' ada@example.org ');
  fill(/Username/u, 'ada');
  fill(/^Password/u, 'a long and quiet sentence');
  fill(/Invite code/u, 'ahoy');
  fireEvent.click(screen.getByRole('button', { name: 'Create account' }));
  expect(await screen.findByRole('alert')).toBeTruthy();
  expect(asked.find(({ path }) => path === '/auth/register')?.body).toEqual({
    email: 'ada@example.org',
    username: 'ada',
    password: 'a long and quiet sentence',
    invite_code: 'ahoy',
  });
});

it('keeps what was typed on the way to the other form', async () => {
  knock('open');
  fireEvent.change(screen.getByLabelText(/E-mail/u), { target: { value: 'ada@example.org' } });
  fireEvent.click(await screen.findByRole('button', { name: 'Create an account' }));
  expect(screen.getByLabelText<HTMLInputElement>(/E-mail/u).value).toBe('ada@example.org');
  expect(screen.queryByLabelText(/Invite code/u)).toBeNull();
});
