import { runCommand } from '../command.ts';
import type { HostPlace } from './host-place.ts';
import { script } from './scripts.ts';

/** Ends a host as remove-host.sh says: cuts its power; discards it, so that another can be made in its place; removes all of it. */
export async function endHost(place: HostPlace, how: 'cut' | 'discard' | 'remove'): Promise<void> {
  await runCommand(['bash', script('remove-host.sh'), how, place.folder]);
}
