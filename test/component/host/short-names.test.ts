import { expect, test } from 'vitest';
import { cardReference, kernelRelease } from '../../../renderer/features/host/short-names.ts';

test.each([
  ['quay.io/acme/web:stable', 'quay.io/acme/web:stable'],
  ['registry.acme.example/base/rhel10:prod', '…/base/rhel10:prod'],
  ['quay.io/acme/edge-os:stable', '…/acme/edge-os:stable'],
  ['fedora:fedora/x86_64/coreos/stable', '…/x86_64/coreos/stable'],
  ['no-folder-and-much-too-long-for-any-card:latest', 'no-folder-and-much-too-long-for-any-card:latest'],
  ['', ''],
])('a reference keeps its end: %s', (reference, shown) => {
  expect(cardReference(reference)).toBe(shown);
});

test('a kernel goes without the architecture of the host, and only without that', () => {
  expect(kernelRelease('6.12.0-124.8.1.el10_1.x86_64', 'x86_64')).toBe('6.12.0-124.8.1.el10_1');
  expect(kernelRelease('6.12.0-124.8.1.el10_1.x86_64', 'aarch64')).toBe('6.12.0-124.8.1.el10_1.x86_64');
  expect(kernelRelease('6.12.0', null)).toBe('6.12.0');
});
