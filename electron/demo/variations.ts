import { hostSpec, type HostSpec } from './host-spec.ts';
import { createRandom, type Random } from './random.ts';
import { images, type ImageName } from './releases.ts';
import { story } from './story.ts';

const sites = [
  { group: 'Berlin', suffix: '.ber' },
  { group: 'Frankfurt', suffix: '.fra' },
  { group: 'Hamburg', suffix: '.ham' },
  { group: 'Edge', suffix: '' },
] as const;

/** The first `count` hosts of a demo: the story, then hosts that follow from `seed` and their number, mostly healthy. */
export function demoHostSpecs(count: number, seed: string): readonly HostSpec[] {
  const specs = story.slice(0, count);
  for (let number = specs.length; number < count; number += 1) specs.push(variation(number, seed));
  return specs;
}

/** In every fleet beyond the story one host has an update whose bound image cannot be pulled: it fails, and is staged all the same. */
const BOUND_IMAGE_HOST = 32;

function variation(number: number, seed: string): HostSpec {
  const random = createRandom(`${seed} host ${String(number)}`);
  const site = random.pick(sites);
  const image = site.group === 'Edge' ? 'edge' : random.pick<ImageName>(['web', 'web', 'web', 'db', 'base']);
  const role = image === 'base' ? 'infra' : image;
  // Numbers of the story stay below 100, so that these names never meet them.
  const name = `${image === 'base' ? 'app' : image}-${String(number + 100).padStart(4, '0')}${site.suffix}`;
  const fleet = random.chance(0.9) ? 'prod' : 'stage';
  const { releases } = images[image];
  const chosenAge = random.chance(0.7) ? 0 : random.int(1, releases.length - 2);
  const age = number === BOUND_IMAGE_HOST ? 1 : chosenAge;
  const booted = releases[age] ?? releases[0];
  const older = releases[age + 1] ?? null;

  return hostSpec({
    name,
    group: site.group,
    tags: image === 'edge' ? [fleet, 'edge'] : [fleet, role],
    image,
    booted: booted.version,
    rollback: older?.version ?? null,
    backend: image === 'edge' && random.chance(0.4) ? 'composefs' : 'ostree',
    greenboot: image === 'edge' ? 'green' : 'absent',
    uptimeDays: random.int(1, Math.max(1, booted.builtDaysAgo)),
    signature: random.chance(0.2) ? 'containerPolicy' : null,
    autoUpdate: random.chance(0.1) ? 'masked' : 'off',
    ...(number === BOUND_IMAGE_HOST
      ? { cachedUpdate: releases[0].version, upgrade: 'bound-image' }
      : trouble(random, age > 0 ? releases[0].version : null)),
  });
}

/** What is not as usual with a host: an update that waits where there is one, and now and then something worse. */
function trouble(random: Random, newest: string | null): Partial<HostSpec> {
  const roll = random.next();
  if (roll < 0.01) return { link: 'closed' };
  if (roll < 0.015) return { sudo: 'refused' };
  if (roll < 0.03)
    return { failedUnits: [random.pick(['chronyd.service', 'acme-agent.service', 'logrotate.service'])] };
  if (roll < 0.035) return { rollbackQueued: true };
  if (newest === null) return {};
  if (roll < 0.3) return { staged: newest };
  if (roll < 0.34) return { staged: newest, downloadOnly: true };
  if (roll < 0.38) return { cachedUpdate: newest, upgrade: 'registry-auth' };
  if (roll < 0.42) return { cachedUpdate: newest, upgrade: 'bound-image' };
  if (roll < 0.7) return { cachedUpdate: newest };
  // Not looked for yet: a check finds it.
  return {};
}
