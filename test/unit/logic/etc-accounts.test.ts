import { describe, expect, it } from 'vitest';
import { missingAccounts } from '../../../shared/logic/etc-accounts.ts';
import { compareEtc } from '../../../shared/logic/etc-merge.ts';
import { tree } from './etc-trees.ts';

/** Names in three versions of a file, and what that comes to. */
function missing(path: string, base: string, local: string | null, target: string) {
  const nodes = (text: string | null) => tree(text === null ? {} : { [path]: text });
  const entries = compareEtc({
    base: nodes(base),
    local: nodes(local),
    target: nodes(target),
    view: 'staged',
    backend: 'ostree',
    isTransient: false,
    rules: { hidden: [] },
  });
  return missingAccounts([{ path, base, local, target }], entries);
}

describe('accounts of the new image', () => {
  it('are missing where a local account keeps the file', () => {
    expect(missing('passwd', 'root\n', 'root\nnora\n', 'root\nlab-app\nchrony\n')).toEqual({
      users: ['chrony', 'lab-app'],
      groups: [],
      because: ['passwd'],
    });
    expect(missing('gshadow', 'root\n', 'root\nnora\n', 'root\nlab-app\n')).toEqual({
      users: [],
      groups: ['lab-app'],
      because: ['gshadow'],
    });
  });

  it('come where the file follows the image, and are not missed where they are here already', () => {
    const none = { users: [], groups: [], because: [] };
    expect(missing('passwd', 'root\n', 'root\n', 'root\nlab-app\n')).toEqual(none);
    expect(missing('passwd', 'root\n', 'lab-app\nroot\n', 'root\nlab-app\n')).toEqual(none);
  });

  it('are all missing where the file was deleted here', () => {
    expect(missing('subuid', 'root\n', null, 'root\nlab-app\n').users).toEqual(['lab-app', 'root']);
  });

  it('are names: neither comments nor what NIS adds', () => {
    expect(missing('group', 'a\n', 'b\n', 'b\n# c\n+\n-d\n\nnew:x:1:\n').groups).toEqual(['new']);
  });
});
