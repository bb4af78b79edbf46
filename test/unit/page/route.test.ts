import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRoute, routeHref, type Route } from '../../../renderer/state/route.ts';

test('a route survives the address, whatever is in its id', () => {
  const id = fc.string({ minLength: 1 });
  const routes = fc.oneof(
    fc.constantFrom<Route>({ page: 'fleet' }, { page: 'operations' }, { page: 'history' }, { page: 'settings' }),
    id.map((hostId): Route => ({ page: 'host', hostId })),
    id.map((hostId): Route => ({ page: 'host', hostId, tab: 'boots' })),
    id.map((operationId): Route => ({ page: 'operation', operationId })),
  );
  fc.assert(
    fc.property(routes, (route) => {
      expect(parseRoute(routeHref(route))).toEqual(route);
    }),
  );
});

test('what is no route is the fleet, and never an error', () => {
  expect(parseRoute('#key=abc')).toEqual({ page: 'fleet' });
  expect(parseRoute('#/host/')).toEqual({ page: 'fleet' });
  expect(parseRoute('#/host/%E0%A4%A')).toEqual({ page: 'host', hostId: '%E0%A4%A' });
  fc.assert(
    fc.property(fc.string(), (hash) => {
      expect(parseRoute(hash).page).toBeTypeOf('string');
    }),
  );
});
