import { Menu } from '@mantine/core';
import type { ReactElement } from 'react';
import { Link, NavLink, useNavigate } from 'react-router';
import { useSignOut } from '../api/auth';
import { Icon } from '../ui/icons';
import { usePlace } from '../ui/scope';
import { PLACES } from './places';

/** The phone's bar: three places, the plus, and the rest. */
export function BottomBar(): ReactElement {
  const place = usePlace();
  const navigate = useNavigate();
  const signOut = useSignOut();
  const [overview, holdings, transactions, gains] = PLACES;
  const link = (target: typeof overview): ReactElement | null =>
    target === undefined ? null : (
      <NavLink to={place(target.path)}>
        <Icon name={target.icon} size={22} />
        {target.name}
      </NavLink>
    );
  return (
    <nav className="bottom frame narrow" aria-label="Main">
      {link(overview)}
      {link(holdings)}
      <Link
        className="plus"
        to={place('transactions', { add: 'new' })}
        aria-label="Add transaction"
      >
        <span>
          <Icon name="plus" size={20} />
        </span>
      </Link>
      {link(transactions)}
      <Menu position="top-end" width={200}>
        <Menu.Target>
          <button type="button" className="plain">
            <Icon name="more" size={22} />
            More
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {gains !== undefined && (
            <Menu.Item h={44} onClick={() => void navigate(place(gains.path))}>
              {gains.name}
            </Menu.Item>
          )}
          <Menu.Item
            h={44}
            onClick={() => void navigate(place('transactions', { import: 'file' }))}
          >
            Import a file
          </Menu.Item>
          <Menu.Item h={44} onClick={signOut}>
            Sign out
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </nav>
  );
}
