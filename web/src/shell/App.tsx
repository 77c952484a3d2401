/** Providers and addresses. */
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, type ReactElement, type ReactNode, Suspense, useState } from 'react';
import { BrowserRouter, Navigate, Route, Routes, useLocation } from 'react-router';
import { useSignedIn } from '../api/auth';
import { makeQueryClient } from '../api/provider';
import { Mark } from '../ui/icons';
import { theme, variables } from '../ui/theme';
import { Frame } from './Frame';
import { Home } from './Home';

const SignIn = lazy(() => import('../features/session/SignIn'));
const Welcome = lazy(() => import('../features/welcome/Welcome'));
const Overview = lazy(() => import('../features/portfolio/Overview'));
const Holdings = lazy(() => import('../features/portfolio/Holdings'));
const Transactions = lazy(() => import('../features/transactions/Transactions'));
const Gains = lazy(() => import('../features/gains/Gains'));

export function App(): ReactElement {
  const [client] = useState(makeQueryClient);
  return (
    <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
      <QueryClientProvider client={client}>
        <BrowserRouter>
          <Suspense fallback={null}>
            <Addresses />
          </Suspense>
        </BrowserRouter>
      </QueryClientProvider>
    </MantineProvider>
  );
}

function Addresses(): ReactElement {
  return (
    <Routes>
      <Route path="/sign-in" element={<SignIn />} />
      <Route
        path="/welcome"
        element={
          <Inside>
            <Lone>
              <Welcome />
            </Lone>
          </Inside>
        }
      />
      <Route
        path="/p/:portfolioId"
        element={
          <Inside>
            <Frame />
          </Inside>
        }
      >
        <Route index element={<Navigate to="overview" replace />} />
        <Route path="overview" element={<Overview />} />
        <Route path="holdings" element={<Holdings />} />
        <Route path="transactions" element={<Transactions />} />
        <Route path="gains" element={<Gains />} />
        <Route path="*" element={<Navigate to="overview" replace />} />
      </Route>
      <Route
        path="*"
        element={
          <Inside>
            <Home />
          </Inside>
        }
      />
    </Routes>
  );
}

/** Only for who is signed in; others come back here after the door. */
function Inside({ children }: { readonly children: ReactNode }): ReactNode {
  const signedIn = useSignedIn();
  const { pathname, search } = useLocation();
  const back = pathname === '/' ? '' : `?to=${encodeURIComponent(pathname + search)}`;
  return signedIn ? children : <Navigate to={`/sign-in${back}`} replace />;
}

function Lone({ children }: { readonly children: ReactNode }): ReactElement {
  return (
    <main className="lone" id="main">
      <p className="lone-mark">
        <Mark width={40} /> Argosy
      </p>
      {children}
    </main>
  );
}
