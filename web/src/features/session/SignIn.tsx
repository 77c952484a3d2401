/** The door: sign in, or register where the server lets newcomers in. */
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { type ChangeEvent, type SubmitEvent, type ReactElement, useState } from 'react';
import { Navigate, useSearchParams } from 'react-router';
import { useRegister, useService, useSignedIn, useSignIn } from '../../api/auth';
import type { Service } from '../../api/types';
import { Mark } from '../../ui/icons';
import './session.css';

type Registration = Service['registration'];

export default function SignIn(): ReactElement {
  const [search, setSearch] = useSearchParams();
  const signedIn = useSignedIn();
  const registration = useService().data?.registration;
  const fresh = search.get('new') !== null && registration !== 'closed';
  if (signedIn) return <Navigate to={search.get('to') ?? '/'} replace />;
  return (
    <main className="door" id="main">
      <div className="door-sheet">
        <p className="door-mark">
          <Mark width={44} /> Argosy
        </p>
        <h1>{fresh ? 'Create your account' : 'Sign in'}</h1>
        <DoorForm fresh={fresh} invited={registration === 'invite'} />
        {registration !== undefined && (
          <Other
            fresh={fresh}
            registration={registration}
            onOther={() => setSearch(fresh ? {} : { new: 'yes' })}
          />
        )}
        <p className="door-note small faint">
          Every figure shows where it comes from: press its&nbsp;
          <span className="equals">=</span>
        </p>
      </div>
    </main>
  );
}

const NEWCOMERS: Readonly<Record<Registration, string>> = {
  open: 'New on this server?',
  invite: 'Invited to this server?',
  closed: 'Accounts are made by whoever runs this server.',
};

interface OtherProps {
  readonly fresh: boolean;
  readonly registration: Registration;
  readonly onOther: () => void;
}

/** The way to the other form, where there is one. */
function Other({ fresh, registration, onOther }: OtherProps): ReactElement {
  return (
    <p className="door-other">
      {fresh ? 'Registered before?' : NEWCOMERS[registration]}{' '}
      {registration !== 'closed' && (
        <button type="button" className="link" onClick={onOther}>
          {fresh ? 'Sign in' : 'Create an account'}
        </button>
      )}
    </p>
  );
}

const NOTHING = { email: '', username: '', password: '', invite_code: '' };

interface FormProps {
  readonly fresh: boolean;
  readonly invited: boolean;
}

/** One form for both; who registers says a little more. */
function DoorForm({ fresh, invited }: FormProps): ReactElement {
  const [draft, setDraft] = useState(NOTHING);
  const signIn = useSignIn();
  const register = useRegister();
  const { error, isPending } = fresh ? register : signIn;
  const field = (name: keyof typeof NOTHING): object => ({
    name,
    required: true,
    value: draft[name],
    onChange: ({ currentTarget: { value } }: ChangeEvent<HTMLInputElement>) =>
      setDraft((now) => ({ ...now, [name]: value })),
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const { password, invite_code: code } = draft;
    const [email, username] = [draft.email.trim(), draft.username.trim()];
    if (!fresh) signIn.mutate({ email, password });
    else
      register.mutate({ email, username, password, ...(invited ? { invite_code: code } : {}) });
  };
  return (
    <form onSubmit={submit} className="door-form">
      <TextInput label="E-mail" type="email" autoComplete="username" {...field('email')} />
      {fresh && (
        <TextInput
          label="Username"
          autoComplete="nickname"
          minLength={3}
          maxLength={50}
          {...field('username')}
        />
      )}
      <PasswordInput
        label={fresh ? 'Password, 8 characters or more' : 'Password'}
        autoComplete={fresh ? 'new-password' : 'current-password'}
        {...(fresh ? { minLength: 8, maxLength: 100 } : {})}
        {...field('password')}
      />
      {fresh && invited && <TextInput label="Invite code" {...field('invite_code')} />}
      {error !== null && (
        <p className="form-error" role="alert">
          {error.message}
        </p>
      )}
      <Button type="submit" loading={isPending}>
        {fresh ? 'Create account' : 'Sign in'}
      </Button>
    </form>
  );
}
