/** The one place for scope. What it shows is in the address, or is the portfolio's own setting. */
import { Menu, TextInput, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { useNavigate, useLocation } from 'react-router';
import { useChangePortfolio, usePortfolio, usePortfolios } from '../api/portfolios';
import { COST_METHODS, type Portfolio } from '../api/types';
import { showDay, today } from '../lib/dates';
import { Icon, Mark } from '../ui/icons';
import { methodName } from '../ui/methods';
import { nextPrivacy, PRIVACY_WORDS, usePrivacy } from '../ui/privacy';
import { useScope } from '../ui/scope';

interface Props {
  readonly onPalette: () => void;
}

export function ContextBar({ onPalette }: Props): ReactElement {
  const { portfolioId } = useScope();
  const portfolios = usePortfolios().data ?? [];
  const current = portfolios.find(({ id }) => id === portfolioId);
  return (
    <header className="context frame">
      <span className="narrow context-mark">
        <Mark width={30} />
      </span>
      <PortfolioMenu portfolios={portfolios} current={current} />
      <AsOfMenu />
      {current !== undefined && <MethodMenu portfolio={current} />}
      {current !== undefined && <CashMenu portfolio={current} />}
      <span className="grow" />
      <PrivacyLabel />
      <button type="button" className="plain find wide" onClick={onPalette}>
        Find or do anything <kbd>Ctrl K</kbd>
      </button>
      <div className="base wide" role="group" aria-label="Shown in">
        <span data-on="true">{current?.currency ?? '–'}</span>
        <button type="button" className="plain" disabled title="Not offered yet">
          BTC
        </button>
      </div>
      <button
        type="button"
        className="plain icon narrow"
        aria-label="Find or do anything"
        onClick={onPalette}
      >
        <Icon name="search" />
      </button>
      <button
        type="button"
        className="plain icon"
        aria-label="Hide amounts (h)"
        title="Hide amounts  h"
        onClick={nextPrivacy}
      >
        <Icon name="eye" />
      </button>
      <SchemeButton />
    </header>
  );
}

function PrivacyLabel(): ReactElement | null {
  const { mode } = usePrivacy();
  return mode === 'off' ? null : (
    <span className="small privacy" role="status">
      {PRIVACY_WORDS[mode]}
    </span>
  );
}

function SchemeButton(): ReactElement {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  return (
    <button
      type="button"
      className="plain icon"
      aria-label="Light or dark"
      title="Light or dark"
      onClick={() => setColorScheme(scheme === 'dark' ? 'light' : 'dark')}
    >
      <Icon name="half" />
    </button>
  );
}

interface ItemProps {
  readonly name: string;
  readonly label?: string;
  readonly value: string;
  readonly className?: string;
  readonly width?: number;
  readonly children: ReactNode;
}

function Item({
  name,
  label = '',
  value,
  className = '',
  width = 240,
  children,
}: ItemProps): ReactElement {
  return (
    <Menu position="bottom-start" width={width} transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <button
          type="button"
          className={`plain context-item ${className}`}
          aria-label={`${name}: ${value}`}
        >
          {label !== '' && <span>{label}</span>}
          <b>{value}</b>
          <Icon name="caret" size={14} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}

interface PortfolioMenuProps {
  readonly portfolios: readonly Portfolio[];
  readonly current: Portfolio | undefined;
}

function PortfolioMenu({ portfolios, current }: PortfolioMenuProps): ReactElement {
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const place = pathname.split('/')[3] ?? 'overview';
  return (
    <Item name="Portfolio" value={current?.name ?? '…'} className="first">
      {portfolios.map(({ id, name, currency }) => (
        <Menu.Item
          key={id}
          onClick={() => void navigate(`/p/${id}/${place}`)}
          rightSection={<span className="quiet small">{currency}</span>}
        >
          {name}
        </Menu.Item>
      ))}
      <Menu.Divider />
      <Menu.Item onClick={() => void navigate('/welcome')}>New portfolio</Menu.Item>
    </Item>
  );
}

function AsOfMenu(): ReactElement {
  const { portfolioId, asOf, change } = useScope();
  const latest = usePortfolio(portfolioId, null, asOf === null).data?.as_of;
  const shown = asOf ?? latest;
  return (
    <Item
      name="As of"
      label="As of"
      value={shown === undefined ? '…' : showDay(shown)}
      className="as-of"
    >
      <div className="menu-form">
        <TextInput
          type="date"
          label="Show everything as it stood on"
          defaultValue={asOf ?? ''}
          max={today()}
          onChange={(event) =>
            change({
              as_of: event.currentTarget.value === '' ? null : event.currentTarget.value,
              from: null,
              to: null,
            })
          }
        />
      </div>
      <Menu.Item onClick={() => change({ as_of: null })}>Latest</Menu.Item>
      <Menu.Item
        onClick={() =>
          change({ as_of: `${Number(today().slice(0, 4)) - 1}-12-31`, from: null, to: null })
        }
      >
        End of last year
      </Menu.Item>
    </Item>
  );
}

function MethodMenu({ portfolio }: { readonly portfolio: Portfolio }): ReactElement {
  const save = useChangePortfolio(portfolio.id);
  return (
    <Item
      name="Cost method"
      label="Cost"
      value={methodName(portfolio.cost_basis_method)}
      className="wide extra"
    >
      <Menu.Label>
        Changes this portfolio’s setting. Gains are reckoned anew; nothing stored changes.
      </Menu.Label>
      {COST_METHODS.map((method) => (
        <Menu.Item
          key={method}
          aria-current={method === portfolio.cost_basis_method}
          onClick={() => save.mutate({ cost_basis_method: method })}
        >
          {method === portfolio.cost_basis_method ? '● ' : '○ '}
          {methodName(method)}
        </Menu.Item>
      ))}
    </Item>
  );
}

function CashMenu({ portfolio }: { readonly portfolio: Portfolio }): ReactElement {
  const save = useChangePortfolio(portfolio.id);
  return (
    <Item
      name="Cash"
      label="Cash"
      value={portfolio.track_cash ? 'included' : 'not tracked'}
      className="wide extra"
    >
      <Menu.Label>Changes this portfolio’s setting; nothing stored changes.</Menu.Label>
      <Menu.Item onClick={() => save.mutate({ track_cash: true })}>
        {portfolio.track_cash ? '● ' : '○ '}included in value
      </Menu.Item>
      <Menu.Item onClick={() => save.mutate({ track_cash: false })}>
        {portfolio.track_cash ? '○ ' : '● '}not tracked
      </Menu.Item>
    </Item>
  );
}
