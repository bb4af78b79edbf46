import { describe, expect, it } from 'vitest';
import { story } from '../../../electron/demo/story.ts';
import { demoHostSpecs } from '../../../electron/demo/variations.ts';
import type { HostSpec } from '../../../electron/demo/host-spec.ts';

const count = (is: (spec: HostSpec) => boolean) => story.filter(is).length;

describe('the story', () => {
  it('has 24 hosts in the groups and tags that the pages count', () => {
    expect(story).toHaveLength(24);
    const groups = new Map<string, number>();
    for (const { group } of story) groups.set(group, (groups.get(group) ?? 0) + 1);
    expect(Object.fromEntries(groups)).toEqual({ Berlin: 7, Frankfurt: 4, Edge: 5, Other: 2, Lab: 6 });
    const tagged = (tag: string) => count(({ tags }) => tags.includes(tag));
    expect({
      prod: tagged('prod'),
      web: tagged('web'),
      edge: tagged('edge'),
      db: tagged('db'),
      lab: tagged('lab'),
    }).toEqual({
      prod: 13,
      web: 8,
      edge: 5,
      db: 3,
      lab: 6,
    });
  });

  it.each<[string, (spec: HostSpec) => boolean]>([
    ['an update found', (s) => s.cachedUpdate !== null && s.staged === null],
    ['a staged update', (s) => s.staged !== null && !s.downloadOnly && s.link === 'fast'],
    ['a download-only stage', (s) => s.downloadOnly],
    ['a queued rollback', (s) => s.rollbackQueued],
    ['a fallback of greenboot', (s) => s.greenboot === 'fallback'],
    ['layered packages', (s) => s.layered.length > 0],
    ['a signature policy', (s) => s.signature === 'containerPolicy'],
    ['an image that nobody checks', (s) => s.kind === 'bootc' && s.signature === null],
    ['the composefs backend', (s) => s.backend === 'composefs'],
    ['rpm-ostree only', (s) => s.kind === 'rpm-ostree'],
    ['ostree only', (s) => s.kind === 'ostree'],
    ['package mode', (s) => s.kind === 'packages'],
    ['no sudo', (s) => s.sudo === 'refused'],
    ['a changed host key', (s) => s.hostKey === 'changed'],
    ['a slow link', (s) => s.link === 'slow'],
    ['a closed port', (s) => s.link === 'closed'],
    ['a blocked status', (s) => s.statusBlocked],
    ['an update that /etc undid', (s) => s.failedUnits.includes('ostree-boot-complete.service')],
    ['a pinned deployment', (s) => s.pinned !== null],
    ['a writable /usr', (s) => s.usrOverlay],
    ['a timer that reboots', (s) => s.autoUpdate === 'reboots'],
    ['a registry that refuses', (s) => s.upgrade === 'registry-auth'],
    ['a registry out of reach', (s) => s.upgrade === 'registry-unreachable'],
  ])('has %s', (_, is) => {
    expect(count(is)).toBeGreaterThan(0);
  });

  it('asks at most one question', () => {
    expect(count(({ hostKey }) => hostKey === 'unknown')).toBe(1);
  });
});

describe('larger fleets', () => {
  it('begin with the story, repeat for the same seed and differ for another', () => {
    const fleet = demoHostSpecs(5000, 'one');
    expect(fleet.slice(0, 24)).toEqual(story);
    expect(demoHostSpecs(5000, 'one')).toEqual(fleet);
    expect(demoHostSpecs(200, 'two')).not.toEqual(fleet.slice(0, 200));
    expect(demoHostSpecs(3, 'one')).toEqual(story.slice(0, 3));
  });

  it('give every host a name of its own, and mostly healthy hosts', () => {
    const fleet = demoHostSpecs(5000, 'one').slice(24);
    expect(new Set(fleet.map(({ name }) => name)).size).toBe(fleet.length);
    const troubled = fleet.filter((s) => s.link !== 'fast' || s.sudo !== 'free' || s.failedUnits.length > 0);
    expect(troubled.length / fleet.length).toBeLessThan(0.1);
    expect(troubled.length).toBeGreaterThan(0);
  });
});
