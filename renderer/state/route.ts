import { useSyncExternalStore } from 'react';

/** A tab of a host that one can be sent to; without one it is the first. */
export type HostTab = 'boots' | 'etc' | 'logs' | 'terminal';

const HOST_TABS: readonly string[] = ['boots', 'etc', 'logs', 'terminal'] satisfies readonly HostTab[];

/** A page of Berth. `filter` is that of a journal, as it is typed. Kept in the fragment of the address, so that back, forward and reload do what they should. */
export type Route =
  | { readonly page: 'fleet' }
  | { readonly page: 'host'; readonly hostId: string; readonly tab?: HostTab; readonly filter?: string }
  | { readonly page: 'logs'; readonly hostIds: readonly string[]; readonly filter: string }
  | { readonly page: 'operations' }
  | { readonly page: 'operation'; readonly operationId: string }
  | { readonly page: 'runs' }
  | { readonly page: 'run'; readonly runId: string }
  | { readonly page: 'history' }
  | { readonly page: 'settings' };

/** The fragment of a route: `#/host/3f9c…`, `#/host/3f9c…/boots`. Use it as the `href` of links. */
export function routeHref(route: Route): string {
  if (route.page === 'host') {
    const filter = route.tab === 'logs' && route.filter ? `/${encodeURIComponent(route.filter)}` : '';
    return `#/host/${encodeURIComponent(route.hostId)}${route.tab ? `/${route.tab}` : ''}${filter}`;
  }
  if (route.page === 'logs') {
    const words = [route.hostIds.map(encodeURIComponent).join(','), encodeURIComponent(route.filter)];
    return `#/logs/${words.join('/')}`.replace(/\/+$/, '');
  }
  if (route.page === 'run') return `#/run/${encodeURIComponent(route.runId)}`;
  if (route.page === 'operation') return `#/operation/${encodeURIComponent(route.operationId)}`;
  return `#/${route.page}`;
}

/** The route of a fragment; whatever is not one is the fleet. */
export function parseRoute(hash: string): Route {
  const [page, id, tab, filter] = hash.replace(/^#\/?/, '').split('/');
  switch (page) {
    case 'host':
      if (!id) return { page: 'fleet' };
      return { page, hostId: decode(id), ...(isHostTab(tab) && { tab }), ...(filter && { filter: decode(filter) }) };
    case 'logs':
      return { page, hostIds: (id ?? '').split(',').filter(Boolean).map(decode), filter: decode(tab ?? '') };
    case 'operation':
      return id ? { page, operationId: decode(id) } : { page: 'operations' };
    case 'run':
      return id ? { page, runId: decode(id) } : { page: 'runs' };
    case 'operations':
    case 'runs':
    case 'history':
    case 'settings':
      return { page };
    default:
      return { page: 'fleet' };
  }
}

export function navigate(route: Route): void {
  const href = routeHref(route);
  if (location.hash !== href) location.hash = href;
}

/** The route now; the component renders again when it changes. */
export function useRoute(): Route {
  return parseRoute(useSyncExternalStore(subscribe, () => location.hash));
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

function isHostTab(text: string | undefined): text is HostTab {
  return text !== undefined && HOST_TABS.includes(text);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
