import { describe, expect, it } from 'vitest';
import { createConsole } from '../../../electron/cli/console.ts';
import { renderTable } from '../../../electron/cli/table.ts';

function streams(isTTY: boolean) {
  const written: string[] = [];
  const stream = (name: string) => ({
    isTTY,
    columns: 20,
    write(text: string) {
      written.push(`${name}:${text}`);
      return true;
    },
  });
  return { written, stdout: stream('out'), stderr: stream('err'), person: null };
}
const ERASE = '\r\u001b[2K';

describe('createConsole', () => {
  it('keeps the progress line below everything else, and takes it away at the end', () => {
    const at = streams(true);
    const terminal = createConsole(at);
    terminal.progress('60 %');
    terminal.out('a line\n');
    terminal.progress('60 %');
    terminal.progress('61 %');
    terminal.progress(null);
    terminal.err('done\n');
    expect(at.written).toEqual([
      `err:${ERASE}60 %`,
      `err:${ERASE}`,
      'out:a line\n',
      'err:60 %',
      `err:${ERASE}61 %`,
      `err:${ERASE}`,
      'err:done\n',
    ]);
  });

  it('cuts the progress line so that it cannot wrap', () => {
    const at = streams(true);
    createConsole(at).progress('x'.repeat(50));
    expect(at.written).toEqual([`err:${ERASE}${'x'.repeat(19)}`]);
  });

  it('shows no progress where stderr is no terminal', () => {
    const at = streams(false);
    createConsole(at).progress('60 %');
    expect(at.written).toEqual([]);
  });
});

describe('renderTable', () => {
  it('puts columns under each other, whatever characters they hold, and leaves no blanks at the end', () => {
    const table = renderTable(
      ['HOST', 'STATE'],
      [
        ['web', 'Up to date'],
        ['größer-als', '–'],
        ['e\u0301', 'x'],
      ],
    );
    expect(table).toBe('HOST        STATE\nweb         Up to date\ngrößer-als  –\ne\u0301           x\n');
  });
  it('needs no rows', () => {
    expect(renderTable(['A', 'B'], [])).toBe('A  B\n');
  });
});
