import { beforeEach, describe, expect, it } from 'vitest';
import { refuse, serve } from '../testing/server';
import { ApiError, call } from './client';
import { session } from './session';

const failure = (promise: Promise<unknown>): Promise<ApiError> =>
  promise.then(
    () => expect.unreachable(),
    (error: unknown) => error as ApiError,
  );

describe('the client', () => {
  beforeEach(() =>
    session.set({ access_token: 'old', refresh_token: 'r', token_type: 'bearer' }),
  );

  it('leaves empty parameters out and sends the token', async () => {
    const asked = serve({ '/portfolios': [] });
    await call('/portfolios', { query: { as_of: null, symbol: '', type: 'BUY' } });
    expect([...(asked[0]?.query ?? [])]).toEqual([['type', 'BUY']]);
    expect(asked[0]?.headers.get('authorization')).toBe('Bearer old');
  });

  it('reads the words, code and request id of a refusal', async () => {
    serve({ '/transactions': refuse(409, 'You held 12 on 3 May; this sells 15.', 'oversold') });
    const error = await failure(call('/transactions'));
    expect([error.status, error.code, error.message, error.requestId]).toEqual([
      409,
      'oversold',
      'You held 12 on 3 May; this sells 15.',
      'request-7',
    ]);
  });

  it('reads the fields of a 422', async () => {
    serve({
      '/transactions': refuse(
        422,
        [{ loc: ['body', 'quantity'], msg: 'Input should be above 0' }],
        'input',
      ),
    });
    const error = await failure(call('/transactions'));
    expect(error.fields).toEqual([{ field: 'quantity', message: 'Input should be above 0' }]);
    expect(error.message).toBe('quantity: Input should be above 0');
  });

  it('signs out when the refresh token is refused too', async () => {
    serve({
      '/auth/me': refuse(401, 'The token has expired.', 'unauthorized'),
      'POST /auth/refresh': refuse(401, 'Sign in again.', 'unauthorized'),
    });
    expect((await failure(call('/auth/me'))).status).toBe(401);
    expect(session.get()).toBeNull();
  });
});
