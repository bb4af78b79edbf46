import { useEffect, useEffectEvent, useRef } from 'react';
import { parseRoute } from '../../state/route.ts';
import { useSession } from '../../state/session-context.ts';
import { isDockKey } from '../../terminal/dock-key.ts';

/** The keys that work on every page. Dialogs and menus keep their keys to themselves, so none of these act under them. */
export function useFrameKeys(toggleNavigation: () => void): void {
  const { dialogs, dock, settings } = useSession();
  const before = useRef<Element | null>(null);

  /** Into the dock, on the page of a host into its terminal; from there back to where one was, and the dock closes. */
  function toggleDock(): void {
    const { activeElement } = document;
    if (dock.getState().open && activeElement?.closest('[data-region=dock]')) {
      dock.setOpen(false);
      const back = before.current instanceof HTMLElement && before.current.isConnected ? before.current : null;
      (back ?? document.querySelector<HTMLElement>('[data-region=page]'))?.focus();
      return;
    }
    before.current = activeElement;
    const route = parseRoute(location.hash);
    if (route.page === 'host' && !settings.getState().settings.readOnlyMode) {
      dock.ask({ kind: 'terminal', hostId: route.hostId, another: false });
      return;
    }
    dock.setOpen(true);
    dock.takeFocus();
  }

  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented) return;
    const command = event.ctrlKey || event.metaKey;
    if (command && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'k') {
      dialogs.show({ kind: 'palette', text: '' });
    } else if (command && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'b') {
      toggleNavigation();
    } else if (isDockKey(event)) {
      toggleDock();
    } else if (event.key === 'F6') {
      focusNextRegion(event.shiftKey ? -1 : 1);
    } else if (event.key === '?' && !isTyping(event.target)) {
      dialogs.show({ kind: 'keys' });
    } else {
      return;
    }
    event.preventDefault();
  });

  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKeyDown(event);
    addEventListener('keydown', listener);
    return () => removeEventListener('keydown', listener);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null;
}

/** Regions are marked with `data-region`; one that is not shown is left out. The first thing in it gets the focus. */
function focusNextRegion(step: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter(
    (region) => region.offsetParent !== null || region.getClientRects().length > 0,
  );
  const here = regions.findIndex((region) => region.contains(document.activeElement));
  const next = regions.at(here < 0 ? 0 : (here + step) % regions.length);
  const first = ['[data-region-focus]', '[aria-current=page]', 'a[href], button:not(:disabled), input'];
  const targets = first.map((selector) => next?.querySelector<HTMLElement>(selector));
  (targets.find((element) => element) ?? next)?.focus();
}
