import { expect, it } from 'vitest';
import { timelineOf } from '../../../shared/logic/forensics-timeline.ts';
import { boot, events, good, judged, NEW, OLD } from './forensics-journal.ts';

const textsOf = (story: Parameters<typeof judged>[0]) =>
  timelineOf(judged(story).boots).map(({ text, tone }) => (tone === 'plain' ? text : `${tone}: ${text}`));

it('tells what happened, the newest first', () => {
  const { applied, down, fallback, green, red, rollback, staged, up } = events;
  expect(
    textsOf({
      boots: [
        good(OLD, staged(), applied()),
        boot(NEW, red, down),
        boot(OLD, fallback, green, up),
        boot(OLD, up, rollback(), staged()),
        boot(OLD, up),
      ],
    }),
  ).toEqual([
    'Booted a deployment that is not known',
    'danger: Staged update lost',
    'warn: The journal ends without a shutdown',
    'Staged quay.io/acme/os:stable (session-c1.scope)',
    'Rolled back (session-c1.scope)',
    'Booted a deployment that is not known',
    'warn: The journal ends without a shutdown',
    'Took the queued rollback back (greenboot-rpm-ostree-grub2-check-fallback.service)',
    'warn: Greenboot brought the previous deployment back',
    'Booted a deployment that is not known',
    'danger: Greenboot: unhealthy, 10-app.sh failed',
    'Booted a deployment that is not known',
    'ok: Update applied',
    'Staged quay.io/acme/os:stable (session-c1.scope)',
    'Booted a deployment that is not known',
  ]);
});
