import { describe, expect, it } from 'vitest';
import { isOwnDownload, isOwnPage, isSafeToOpenOutside, mayBeRequested } from '../../../electron/main/page-address.ts';

describe('isOwnPage', () => {
  it.each(['app://berth/', 'app://berth/index.html', 'app://berth/#/host/1'])('%s is ours', (address) => {
    expect(isOwnPage(address)).toBe(true);
  });

  it.each([
    'app://berth.evil/',
    'app://berth@evil/',
    'app://user@berth/',
    'app://other/',
    'https://berth/',
    'file:///etc/passwd',
    'about:blank',
    'javascript:alert(1)',
    '',
  ])('%s is not', (address) => {
    expect(isOwnPage(address)).toBe(false);
  });
});

describe('isSafeToOpenOutside', () => {
  it('takes https and nothing else', () => {
    expect(isSafeToOpenOutside('https://example.org/a?b#c')).toBe(true);
    for (const address of [
      'http://a/',
      'file:///a',
      'ssh://a',
      'javascript:a',
      'data:,a',
      'app://berth/',
      'x',
      'https://u:p@a/',
    ]) {
      expect(isSafeToOpenOutside(address), address).toBe(false);
    }
  });
});

describe('what a page loads and saves', () => {
  it('is its own', () => {
    expect(mayBeRequested('app://berth/assets/a.js')).toBe(true);
    expect(mayBeRequested('data:image/svg+xml,x')).toBe(true);
    expect(isOwnDownload('blob:app://berth/1-2')).toBe(true);
    expect(mayBeRequested('blob:app://berth/1-2')).toBe(true);
  });

  it('is nothing else', () => {
    for (const address of [
      'https://a/',
      'http://127.0.0.1/',
      'ws://127.0.0.1/',
      'file:///etc/passwd',
      'data:text/html,x',
      'blob:https://a/1',
    ]) {
      expect(mayBeRequested(address), address).toBe(false);
      expect(isOwnDownload(address), address).toBe(false);
    }
  });
});
