import {
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { call } from './client';
import { session } from './session';
import type { Service, Tokens, User } from './types';

export interface Credentials {
  email: string;
  password: string;
}

export interface Registration extends Credentials {
  username: string;
  invite_code?: string;
}

export function useSignedIn(): boolean {
  return useSyncExternalStore(session.subscribe, () => session.get() !== null);
}

export function useService(): UseQueryResult<Service> {
  return useQuery({
    queryKey: ['service'],
    queryFn: () => call<Service>(''),
    staleTime: Infinity,
  });
}

export function useMe(): UseQueryResult<User> {
  return useQuery({
    queryKey: ['me'],
    queryFn: () => call<User>('/auth/me'),
    staleTime: Infinity,
  });
}

async function signIn(credentials: Credentials): Promise<void> {
  const tokens = await call<Tokens>('/auth/login', { method: 'POST', body: credentials });
  session.set(tokens);
}

export function useSignIn(): UseMutationResult<void, Error, Credentials> {
  return useMutation({ mutationFn: signIn });
}

export function useRegister(): UseMutationResult<void, Error, Registration> {
  return useMutation({
    mutationFn: async (registration: Registration) => {
      await call('/auth/register', { method: 'POST', body: registration });
      await signIn({ email: registration.email, password: registration.password });
    },
  });
}

/** Forget the tokens and every answer that came with them. */
export function useSignOut(): () => void {
  const client = useQueryClient();
  return () => {
    session.set(null);
    client.clear();
  };
}
