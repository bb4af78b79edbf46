import { hostSpec, type HostSpec } from './host-spec.ts';
import { rhel9 } from './releases.ts';

const berlin = (name: string, role: string, rest: Partial<HostSpec>) =>
  hostSpec({ name, group: 'Berlin', tags: [role, 'prod'], ...rest });
const frankfurt = (name: string, role: string, rest: Partial<HostSpec>) =>
  hostSpec({ name, group: 'Frankfurt', tags: [role, 'prod'], ...rest });
const edge = (name: string, rest: Partial<HostSpec>) =>
  hostSpec({
    name,
    group: 'Edge',
    tags: ['edge'],
    image: 'edge',
    greenboot: 'green',
    booted: '42.20260801.0',
    rollback: '42.20260701.0',
    uptimeDays: 12,
    ...rest,
  });
const other = (name: string, role: string, rest: Partial<HostSpec>) =>
  hostSpec({ name, group: 'Other', tags: [role, 'prod'], ...rest });
const lab = (name: string, role: string, rest: Partial<HostSpec>) =>
  hostSpec({ name, group: 'Lab', tags: role === '' ? ['lab'] : [role, 'lab'], ...rest });

/** The 24 hosts that every demo begins with: each state that Berth can show happens to one of them. */
export const story: readonly HostSpec[] = [
  berlin('web-01.ber', 'web', { image: 'web', booted: '2.15.0', rollback: '2.14.0', uptimeDays: 2 }),
  berlin('web-03.ber', 'web', {
    image: 'web',
    booted: '2.14.0',
    staged: '2.15.0',
    rollback: '2.13.2',
    pinned: '2.11.4',
    cachedUpdate: '2.15.0',
    greenboot: 'green',
    preflight: 'people',
    note: 'Pinned 2.11.4: last known good before the storage driver change.',
  }),
  frankfurt('web-05.fra', 'web', { image: 'web', booted: '2.14.0', rollback: '2.13.2', cachedUpdate: '2.15.0' }),
  berlin('db-01.ber', 'db', { image: 'db', booted: '7.4.1', rollback: '7.4.0', uptimeDays: 8 }),
  berlin('db-02.ber', 'db', {
    image: 'db',
    booted: '7.4.0',
    rollback: '7.3.6',
    cachedUpdate: '7.4.1',
    upgrade: 'registry-auth',
    uptimeDays: 36,
    note: 'The registry password of this host has expired.',
  }),
  edge('edge-berlin-01', { backend: 'composefs', staged: '42.20260815.0' }),
  edge('edge-kiel-01', { staged: '42.20260815.0', link: 'closed', note: 'Behind a DSL line that is down at times.' }),
  berlin('web-02.ber', 'web', {
    image: 'web',
    booted: '2.15.0',
    rollback: '2.14.0',
    uptimeDays: 2,
    autoUpdate: 'masked',
  }),
  berlin('web-04.ber', 'web', {
    image: 'web',
    booted: '2.14.0',
    staged: '2.15.0',
    rollback: '2.13.2',
    cachedUpdate: '2.15.0',
    failedUnits: ['ostree-boot-complete.service'],
    nextBoot: 'etc-blocker',
    uptimeDays: 1,
    note: 'A local file under /etc stands where the new image has a directory.',
  }),
  frankfurt('web-07.fra', 'web', {
    image: 'web',
    booted: '2.14.0',
    staged: '2.14.2',
    rollback: '2.13.2',
    cachedUpdate: '2.14.2',
    preflight: 'tight-boot',
  }),
  frankfurt('db-03.fra', 'db', {
    image: 'db',
    booted: '7.4.1',
    rollback: '7.4.0',
    rollbackQueued: true,
    failedUnits: ['acme-replica.service'],
    nextBoot: 'failed-units',
    uptimeDays: 8,
  }),
  edge('edge-berlin-02', {
    rollback: '42.20260815.0',
    cachedUpdate: '42.20260815.0',
    greenboot: 'fallback',
    nextBoot: 'greenboot-red',
    uptimeDays: 3,
  }),
  edge('edge-kiel-02', { booted: '42.20260815.0', rollback: '42.20260801.0', link: 'slow', uptimeDays: 4 }),
  edge('edge-rostock-01', { staged: '42.20260815.0', downloadOnly: true, cachedUpdate: '42.20260815.0' }),
  berlin('mon-01.ber', 'infra', {
    image: 'base',
    booted: '10.1.20260728',
    layered: ['htop', 'tcpdump'],
    uptimeDays: 22,
  }),
  frankfurt('proxy-01.fra', 'infra', {
    image: 'base',
    booted: '10.1.20260812',
    rollback: '10.1.20260728',
    sudo: 'refused',
  }),
  other('fcos-build-01', 'ci', {
    kind: 'rpm-ostree',
    image: 'coreos',
    booted: '42.20260803.3.0',
    rollback: '42.20260719.3.1',
    autoUpdate: 'zincati',
  }),
  other('legacy-app-02', 'app', {
    kind: 'packages',
    os: rhel9,
    autoUpdate: 'absent',
    failedUnits: ['acme-import.service', 'kdump.service'],
    uptimeDays: 412,
    note: 'Waits for its move to image mode.',
  }),
  lab('web-lab-01', 'web', {
    image: 'web',
    booted: '2.15.0',
    rollback: '2.14.2',
    signature: 'containerPolicy',
    usrOverlay: true,
    uptimeDays: 1,
  }),
  lab('web-lab-02', 'web', {
    image: 'web',
    booted: '2.13.2',
    rollback: '2.11.4',
    cachedUpdate: '2.15.0',
    upgrade: 'registry-unreachable',
    autoUpdate: 'reboots',
    uptimeDays: 44,
  }),
  lab('edge-lab-01', '', {
    image: 'edge',
    backend: 'composefs',
    booted: '42.20260815.0',
    rollback: '42.20260801.0',
    greenboot: 'green',
    nextBoot: 'never-back',
    uptimeDays: 5,
    note: 'Its firmware waits for a key press at some boots.',
  }),
  lab('rhel-lab-01', '', {
    image: 'base',
    booted: '10.1.20260812',
    rollback: '10.1.20260728',
    statusBlocked: true,
    uptimeDays: 7,
  }),
  lab('vm-lab-07', '', {
    image: 'base',
    booted: '10.1.20260728',
    hostKey: 'changed',
    note: 'Was it reinstalled? Its host key is another one.',
  }),
  lab('vm-lab-08', '', {
    kind: 'ostree',
    image: 'iot',
    booted: '42.20260810.0',
    rollback: '42.20260713.0',
    hostKey: 'unknown',
    autoUpdate: 'absent',
  }),
];
