/** The one place that speaks HTTP: tokens, typed errors, one refresh when a token has run out. */
import { session } from './session';
import type { Tokens } from './types';

const BASE = '/api/v1';

export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

/** What went wrong, in the server's words, with the id under which it is logged. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly requestId: string | null;
  readonly fields: readonly FieldProblem[];

  constructor(
    status: number,
    code: string,
    message: string,
    requestId: string | null,
    fields: readonly FieldProblem[] = [],
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.requestId = requestId;
    this.fields = fields;
  }
}

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly query?: Readonly<Record<string, string | number | boolean | null | undefined>>;
  readonly body?: unknown;
  readonly form?: FormData;
  readonly signal?: AbortSignal;
  readonly idempotencyKey?: string;
}

function address(path: string, query: Call['query']): string {
  const filled = Object.entries(query ?? {}).flatMap(([name, value]) =>
    value === null || value === undefined || value === '' ? [] : [[name, String(value)]],
  );
  const text = new URLSearchParams(filled).toString();
  return `${BASE}${path}${text === '' ? '' : `?${text}`}`;
}

function send(path: string, call: Call): Promise<Response> {
  const headers = new Headers({ accept: 'application/json' });
  const token = session.get()?.access_token;
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
  if (call.body !== undefined) headers.set('content-type', 'application/json');
  if (call.idempotencyKey !== undefined) headers.set('idempotency-key', call.idempotencyKey);
  return fetch(address(path, call.query), {
    method: call.method ?? 'GET',
    headers,
    body: call.form ?? (call.body === undefined ? null : JSON.stringify(call.body)),
    signal: call.signal ?? null,
  }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, 'offline', 'The server does not answer.', null);
  });
}

/** FastAPI's 422 lists fields; ours is one sentence. Read both. */
function fieldProblems(detail: unknown): FieldProblem[] {
  if (!Array.isArray(detail)) return [];
  return detail.flatMap((item: unknown) => {
    if (typeof item !== 'object' || item === null) return [];
    const { loc, msg } = item as { loc?: unknown; msg?: unknown };
    const path = Array.isArray(loc) ? loc.filter((part) => part !== 'body') : [];
    return [
      {
        field: path.map(String).join('.'),
        message: typeof msg === 'string' ? msg : 'not valid',
      },
    ];
  });
}

async function failure(response: Response): Promise<ApiError> {
  const requestId = response.headers.get('x-request-id');
  const body: unknown = await response.json().catch(() => null);
  const { detail, code } = (typeof body === 'object' && body !== null ? body : {}) as {
    detail?: unknown;
    code?: unknown;
  };
  const fields = fieldProblems(detail);
  const words = fields
    .map(({ field, message }) => (field === '' ? message : `${field}: ${message}`))
    .join('; ');
  const message =
    typeof detail === 'string'
      ? detail
      : words === ''
        ? `The server answered ${response.status}.`
        : words;
  return new ApiError(
    response.status,
    typeof code === 'string' ? code : 'unknown',
    message,
    requestId,
    fields,
  );
}

let refreshing: Promise<boolean> | null = null;

async function refresh(): Promise<boolean> {
  const tokens = session.get();
  if (tokens === null) return false;
  const response = await send('/auth/refresh', {
    method: 'POST',
    body: { refresh_token: tokens.refresh_token },
  });
  if (!response.ok) {
    session.set(null);
    return false;
  }
  const fresh = (await response.json()) as Partial<Tokens>;
  session.set({ ...tokens, ...fresh });
  return true;
}

/** Call the API. The caller names the shape; `types.gen.ts` is where shapes come from. */
export async function call<Answer>(path: string, options: Call = {}): Promise<Answer> {
  let response = await send(path, options);
  if (response.status === 401 && session.get() !== null && !path.startsWith('/auth/login')) {
    refreshing ??= refresh().finally(() => (refreshing = null));
    if (await refreshing) response = await send(path, options);
  }
  if (!response.ok) throw await failure(response);
  return (response.status === 204 ? undefined : await response.json()) as Answer;
}
