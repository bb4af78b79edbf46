import { expect, it } from 'vitest';
import { treeFolders } from '../../../electron/core/etc/tree-folders.ts';
import type { Failure } from '../../../shared/errors/failure.ts';
import { BerthError } from '../../../shared/errors/failure.ts';
import type { DeploymentSet } from '../../../shared/model/deployment.ts';
import { deployment, set } from '../logic/fixtures.ts';

const [OLD, NEW] = ['a', 'b'].map((digit) => digit.repeat(64)) as [string, string];
const VERITY = 'c'.repeat(128);

function failureOf(of: DeploymentSet, view: Parameters<typeof treeFolders>[1]): Failure | null {
  try {
    treeFolders(of, view);
    return null;
  } catch (error) {
    if (error instanceof BerthError) return error.failure;
    throw error;
  }
}

it('are where ostree and bootc keep the versions of /etc', () => {
  const booted = { ...deployment('1'), id: `${OLD}.0`, stateroot: 'default' };
  const other = { ...deployment('2'), id: `${NEW}.1`, stateroot: 'default' };
  const ostree = set({ booted, staged: other, rollback: other });
  expect(treeFolders(ostree, 'staged')).toMatchObject({
    backend: 'ostree',
    booted: `/ostree/deploy/default/deploy/${OLD}.0`,
    target: `/ostree/deploy/default/deploy/${NEW}.1/usr/etc`,
    versions: { booted: { deployment: `${OLD}.0` }, target: { deployment: `${NEW}.1`, version: '2' } },
  });
  expect(treeFolders(ostree, 'rollback').target).toBe(`/ostree/deploy/default/deploy/${NEW}.1/etc`);
  expect(treeFolders(ostree, 'drift')).toMatchObject({ target: '', versions: { target: null } });
  const composefs = set({ backend: 'composefs', booted: { ...booted, id: VERITY }, staged: { ...other, id: VERITY } });
  expect(treeFolders(composefs, 'staged').target).toBe(`/sysroot/state/deploy/${VERITY}/etc`);
});

it('are refused where a host calls its deployments what leads elsewhere, and where there is nothing to compare with', () => {
  const odd = (id: string, stateroot = 'default') =>
    failureOf(set({ booted: { ...deployment('1'), id, stateroot } }), 'drift')?.code;
  expect(odd(`${OLD}.0`)).toBeUndefined();
  for (const id of ['', '..', `${OLD}.0/../../..`, `${OLD}.0\n`, 'x'.repeat(64)])
    expect(odd(id)).toBe('etc.deployment-unknown');
  for (const root of ['..', 'a/b', '', '-x', 'a\nb']) expect(odd(`${OLD}.0`, root)).toBe('etc.deployment-unknown');
  const alone = set({ booted: { ...deployment('1'), id: `${OLD}.0` }, staged: null, rollback: null });
  expect(failureOf(alone, 'staged')).toMatchObject({ code: 'etc.no-target', params: { what: 'nothing is staged' } });
  expect(failureOf(alone, 'rollback')).toMatchObject({ code: 'etc.no-target' });
  expect(failureOf(set({ booted: null }), 'drift')).toMatchObject({ code: 'operation.state-unknown' });
});
