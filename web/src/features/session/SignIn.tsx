/** The door: sign in, or register where the server lets newcomers in. */
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { type SubmitEvent, type ReactElement, useState } from 'react';
import { Navigate, useSearchParams } from 'react-router';
import { useRegister, useService, useSignedIn, useSignIn } from '../../api/auth';
import { Mark } from '../../ui/icons';
import './session.css';

export default function SignIn(): ReactElement {
  const [search, setSearch] = useSearchParams();
  const signedIn = useSignedIn();
  const service = useService();
  const fresh = search.get('new') !== null;
  const open = service.data?.registration !== 'closed';
  if (signedIn) return <Navigate to={search.get('to') ?? '/'} replace />;
  return (
    <main className="door" id="main">
      <div className="door-sheet">
        <p className="door-mark">
          <Mark width={44} /> Argosy
        </p>
        <h1>{fresh ? 'Create your account' : 'Sign in'}</h1>
        {fresh ? <RegisterForm /> : <SignInForm />}
        {open && (
          <p className="door-other">
            {fresh ? 'Registered before?' : 'New on this server?'}{' '}
            <button
              type="button"
              className="link"
              onClick={() => setSearch(fresh ? {} : { new: 'yes' })}
            >
              {fresh ? 'Sign in' : 'Create an account'}
            </button>
          </p>
        )}
        <p className="door-note small faint">
          Every figure shows where it comes from: press its&nbsp;
          <span className="equals">=</span>
        </p>
      </div>
    </main>
  );
}

function SignInForm(): ReactElement {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useSignIn();
  const demo = useService().data?.demo ?? null;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    signIn.mutate({ email: email.trim(), password });
  };
  return (
    <form onSubmit={submit} className="door-form">
      <TextInput
        label="E-mail"
        type="email"
        name="email"
        autoComplete="username"
        required
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <PasswordInput
        label="Password"
        name="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      {signIn.error !== null && (
        <p className="form-error" role="alert">
          {signIn.error.message}
        </p>
      )}
      <Button type="submit" loading={signIn.isPending}>
        Sign in
      </Button>
      {demo !== null && (
        <Button variant="default" onClick={() => signIn.mutate(demo)}>
          Look around the demo
        </Button>
      )}
    </form>
  );
}

function RegisterForm(): ReactElement {
  const [email, setEmail] = useState('');
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [invite, setInvite] = useState('');
  const service = useService();
  const register = useRegister();
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    register.mutate({
      email: email.trim(),
      username: username.trim(),
      password,
      ...(invite === '' ? {} : { invite_code: invite }),
    });
  };
  return (
    <form onSubmit={submit} className="door-form">
      <TextInput
        label="E-mail"
        type="email"
        name="email"
        autoComplete="username"
        required
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <TextInput
        label="Username"
        name="username"
        autoComplete="nickname"
        required
        minLength={3}
        maxLength={50}
        value={username}
        onChange={(event) => setUsername(event.currentTarget.value)}
      />
      <PasswordInput
        label="Password, 8 characters or more"
        name="password"
        autoComplete="new-password"
        required
        minLength={8}
        maxLength={100}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      {service.data?.registration === 'invite' && (
        <TextInput
          label="Invite code"
          required
          value={invite}
          onChange={(event) => setInvite(event.currentTarget.value)}
        />
      )}
      {register.error !== null && (
        <p className="form-error" role="alert">
          {register.error.message}
        </p>
      )}
      <Button type="submit" loading={register.isPending}>
        Create account
      </Button>
    </form>
  );
}
