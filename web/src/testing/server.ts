/** Answers in place of the server, by path; what is not listed is a 404 as the API writes it. */
import { vi } from 'vitest';

export type Answers = Readonly<Record<string, unknown>>;

export interface Refusal {
  readonly status: number;
  readonly detail: unknown;
  readonly code: string;
}

export function refuse(status: number, detail: unknown, code: string): Refusal {
  return { status, detail, code };
}

function isRefusal(answer: unknown): answer is Refusal {
  return (
    typeof answer === 'object' && answer !== null && 'status' in answer && 'detail' in answer
  );
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Stand in for `fetch`; returns what was asked, in order. */
export function serve(answers: Answers): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal('fetch', (address: string, init: RequestInit = {}) => {
    const url = new URL(address, 'http://argosy.test');
    const path = url.pathname.replace('/api/v1', '');
    const method = init.method ?? 'GET';
    const body: unknown =
      typeof init.body === 'string' ? JSON.parse(init.body) : (init.body ?? null);
    asked.push({
      method,
      path,
      query: url.searchParams,
      headers: new Headers(init.headers),
      body,
    });
    const answer =
      answers[`${method} ${path}`] ??
      answers[path] ??
      refuse(404, 'There is no such thing.', 'not_found');
    const status = isRefusal(answer) ? answer.status : 200;
    return Promise.resolve(
      new Response(JSON.stringify(answer), {
        status,
        headers: { 'content-type': 'application/json', 'x-request-id': 'request-7' },
      }),
    );
  });
  return asked;
}
