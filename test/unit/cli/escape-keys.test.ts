import { expect, it } from 'vitest';
import { createEscapeKeys } from '../../../electron/cli/escape-keys.ts';

/** Types pieces one after the other; what goes to the host. */
function typed(...pieces: readonly string[]): { readonly text: string; readonly hasLeft: boolean } {
  const escape = createEscapeKeys();
  let text = '';
  for (const piece of pieces) {
    const { bytes, hasLeft } = escape(Buffer.from(piece));
    text += bytes.toString();
    if (hasLeft) return { text, hasLeft };
  }
  return { text, hasLeft: false };
}

it.each([
  [['~.'], '', true],
  [['ls\r~', '.rest'], 'ls\r', true],
  [['ls ~.'], 'ls ~.', false],
  [['~~.'], '~.', false],
  [['~~', '~.'], '~~.', false],
  [['~x'], '~x', false],
  [['~', '\r~.'], '~\r', true],
])('of %j the host gets %j', (pieces, text, hasLeft) => {
  expect(typed(...pieces)).toEqual({ text, hasLeft });
});
