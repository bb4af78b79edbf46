import { createContext, use, type ReactNode } from 'react';
import { Icon } from './icon.tsx';

/** What stands in the middle of every top bar; given by the frame. */
export const TopBarMiddle = createContext<ReactNode>(null);

/** The bar over a page: what it is, the address bar of the frame, and the page's own buttons. */
export function TopBar({
  children,
  actions,
}: {
  readonly children: ReactNode;
  readonly actions?: ReactNode;
}): ReactNode {
  const middle = use(TopBarMiddle);
  return (
    <header className="b-topbar">
      <div className="b-topbar__what">{children}</div>
      {middle}
      {actions}
    </header>
  );
}

/** Where a page is: a link to the page above it, and its own name as the heading. */
export function Crumbs({
  parent,
  href,
  children,
}: {
  readonly parent: string;
  readonly href: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <nav className="b-crumbs" aria-label="Where this is">
      <a className="b-link" href={href}>
        {parent}
      </a>
      <Icon name="angle-right" tone="muted" />
      <span className="b-cut" aria-current="page">
        {children}
      </span>
    </nav>
  );
}
