import { expect, it } from 'vitest';
import { parsePackages } from '../../lab/base/base.ts';
import { labDir } from '../../lab/places.ts';

it('reads the list of packages', () => {
  expect(parsePackages('bash 5.3-4\nlibc6 2.43-7\n')).toEqual({ bash: '5.3-4', libc6: '2.43-7' });
});

it('keeps the lab where the environment says, an empty value says nothing', () => {
  expect(labDir({ BERTH_LAB_DIR: '/srv/lab' })).toBe('/srv/lab');
  expect(labDir({ BERTH_LAB_DIR: '' })).toBe('/var/cache/berth-lab');
  expect(labDir({})).toBe('/var/cache/berth-lab');
});
