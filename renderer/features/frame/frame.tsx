import { useState, type ReactNode } from 'react';
import { TopBarMiddle } from '../../components/top-bar.tsx';
import { useRoute, type Route } from '../../state/route.ts';
import { AddressBar } from './address-bar.tsx';
import { LiveRegions } from './live-regions.tsx';
import { Navigation, NavigationColumn } from './navigation.tsx';
import { StatusBar } from './status-bar.tsx';
import { Toasts } from './toasts.tsx';
import { useFrameKeys } from './use-frame-keys.ts';

const addressBar = <AddressBar />;

/** What stays while pages come and go: navigation, status bar, messages, and the keys that work everywhere. */
export function Frame({
  dock,
  children,
}: {
  /** Another feature's, at the foot of every page. */
  readonly dock?: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  const kind = widthKind(useRoute());
  const [rails, setRails] = useState<Readonly<Record<WidthKind, boolean>>>(startsAsRail);
  useFrameKeys(() => setRails((before) => ({ ...before, [kind]: !before[kind] })));
  return (
    <div className={rails[kind] ? 'b-app b-app--rail' : 'b-app'}>
      <Navigation />
      <TopBarMiddle value={addressBar}>{children}</TopBarMiddle>
      {dock}
      <StatusBar />
      <Toasts />
      <LiveRegions />
    </div>
  );
}

/**
 * The frame before the core has answered: the same places with nothing in them yet, so that a window that opens is not empty and nothing
 * moves when the rest comes.
 */
export function FrameOutline(): ReactNode {
  const rail = startsAsRail[widthKind(useRoute())];
  return (
    <div className={rail ? 'b-app b-app--rail' : 'b-app'} aria-busy="true">
      <NavigationColumn isDemo={false} hosts={0} running={0} />
      <main className="b-main">
        <div className="b-topbar" />
      </main>
      <footer className="b-statusbar">Starting</footer>
    </div>
  );
}

/** The width of the navigation is kept for each of these: pages about one thing want the room. */
type WidthKind = 'overview' | 'detail';

const startsAsRail = { overview: false, detail: true } as const;

function widthKind({ page }: Route): WidthKind {
  return page === 'host' || page === 'operation' ? 'detail' : 'overview';
}
