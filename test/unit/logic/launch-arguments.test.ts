import { describe, expect, it } from 'vitest';
import { parseLaunchArguments } from '../../../shared/logic/launch-arguments.ts';

const nothing = { dataDir: null, inventoryFile: null, demo: null, unixSocket: null, port: 0 };

describe('parseLaunchArguments', () => {
  it.each([
    [[], {}],
    [['--demo'], { demo: 24 }],
    [['--demo=5000'], { demo: 5000 }],
    [['--data-dir', '/d', '--config=/c=d'], { dataDir: '/d', inventoryFile: '/c=d' }],
    [['--unix-socket', '/s', '--port', '8080'], { unixSocket: '/s', port: 8080 }],
  ])('reads %j', (words, expected) => {
    expect(parseLaunchArguments(words, { strict: true })).toEqual({ ok: true, value: { ...nothing, ...expected } });
  });

  it.each([
    [['--demo=0'], '--demo takes'],
    [['--demo=many'], '--demo takes'],
    [['--data-dir'], '--data-dir needs'],
    [['--data-dir='], '--data-dir needs'],
    [['--port', '70000'], '--port takes'],
    [['--colour'], '“--colour” is not understood'],
  ])('refuses %j', (words, problem) => {
    const result = parseLaunchArguments(words, { strict: true });
    expect(result.ok ? '' : result.problem).toContain(problem);
  });

  it('leaves the switches of Chromium alone when not strict', () => {
    const words = ['.', '--no-sandbox', '--inspect=0', '--demo=3'];
    expect(parseLaunchArguments(words, { strict: false })).toEqual({ ok: true, value: { ...nothing, demo: 3 } });
  });
});
