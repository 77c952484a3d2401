import type { ReactElement } from 'react';
import { Link, NavLink } from 'react-router';
import { useMe, useSignOut } from '../api/auth';
import { Mark } from '../ui/icons';
import { usePlace } from '../ui/scope';
import { PLACES } from './places';

export function Sidebar(): ReactElement {
  const place = usePlace();
  const me = useMe();
  const signOut = useSignOut();
  return (
    <aside className="side frame wide" aria-label="Argosy">
      <Link className="brand" to={place('overview')}>
        <Mark /> Argosy
      </Link>
      <nav aria-label="Main">
        {PLACES.map(({ path, name, chord }) => (
          <NavLink key={path} to={place(path)}>
            {name}
            <kbd>{chord}</kbd>
          </NavLink>
        ))}
      </nav>
      <div className="side-foot">
        <div>{me.data?.username}</div>
        <button type="button" className="link small" onClick={signOut}>
          Sign out
        </button>
      </div>
    </aside>
  );
}
