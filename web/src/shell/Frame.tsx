/** Sidebar, scope, sheet, log line; on a phone one line above and one bar below. */
import { lazy, type ReactElement, Suspense, useEffect, useState } from 'react';
import { Outlet, useLocation } from 'react-router';
import { usePortfolio, usePortfolios } from '../api/portfolios';
import { usePrivacy } from '../ui/privacy';
import { useExplainScope, useScope } from '../ui/scope';
import { BottomBar } from './BottomBar';
import { ContextBar } from './ContextBar';
import { KeysSheet } from './KeysSheet';
import { LogLine } from './LogLine';
import { Offline } from './Offline';
import { Palette } from './Palette';
import { PLACES } from './places';
import { remember } from './remember';
import { Sidebar } from './Sidebar';
import { useKeys } from './useKeys';

const ExplainDrawer = lazy(() => import('../features/explain/ExplainDrawer'));

export function Frame(): ReactElement {
  const [palette, setPalette] = useState(false);
  const [keys, setKeys] = useState(false);
  const { portfolioId } = useScope();
  const { mode } = usePrivacy();
  useKeys({ palette: () => setPalette(true), keys: () => setKeys(true) });
  useTitle();
  useEffect(() => {
    remember.set(portfolioId);
  }, [portfolioId]);
  useEffect(() => {
    document.documentElement.dataset['privacy'] = mode;
  }, [mode]);
  return (
    <div className="app">
      <a className="skip" href="#main">
        Skip to content
      </a>
      <Sidebar />
      <div className="sheet">
        <ContextBar onPalette={() => setPalette(true)} />
        <Offline />
        <main id="main" tabIndex={-1}>
          <Suspense fallback={null}>
            <Outlet key={portfolioId} />
          </Suspense>
        </main>
        <LogLine />
      </div>
      <BottomBar />
      <Palette opened={palette} onClose={() => setPalette(false)} />
      <KeysSheet opened={keys} onClose={() => setKeys(false)} />
      <Explanation />
    </div>
  );
}

/** The drawer's code is fetched when the first figure is asked. */
function Explanation(): ReactElement | null {
  const { target } = useExplainScope();
  const [asked, setAsked] = useState(false);
  if (target !== null && !asked) setAsked(true);
  return asked ? (
    <Suspense fallback={null}>
      <ExplainDrawer />
    </Suspense>
  ) : null;
}

function useTitle(): void {
  const { pathname } = useLocation();
  const { portfolioId, asOf } = useScope();
  const portfolio = usePortfolio(portfolioId, asOf).data;
  const place = PLACES.find(({ path }) => pathname.endsWith(`/${path}`))?.name ?? 'Argosy';
  usePortfolios();
  useEffect(() => {
    document.title = `${place}${portfolio === undefined ? '' : `, ${portfolio.name}`} · Argosy`;
  }, [place, portfolio]);
}
