import { expect, test } from 'vitest';
import { imageLabels } from '../../../renderer/features/fleet/image-labels.ts';

const web = 'quay.io/acme/web:stable';
const rhel = 'registry.acme.example:5000/base/rhel10:prod';
const branch = 'fedora:fedora/x86_64/coreos/stable';

test('an image is called by its last part, or its last two, where that is enough', () => {
  const label = imageLabels([web, rhel, branch]);
  expect([web, rhel, branch].map(label)).toEqual(['web:stable', 'rhel10:prod', 'coreos/stable']);
  expect([web, rhel].map(imageLabels([web, rhel], 2))).toEqual(['acme/web:stable', 'base/rhel10:prod']);
});

test('two images with the same name keep what tells them apart', () => {
  const other = 'quay.io/other/web:stable';
  expect([web, other].map(imageLabels([web, other]))).toEqual(['acme/web:stable', 'other/web:stable']);
});

test('how rpm-ostree fetches an image is not part of its name, and makes no second image', () => {
  const layered = `ostree-unverified-registry:${rhel}`;
  const signed = 'ostree-image-signed:docker://quay.io/acme/web:stable';
  expect([rhel, layered, signed].map(imageLabels([rhel, layered, signed]))).toEqual([
    'rhel10:prod',
    'rhel10:prod',
    'web:stable',
  ]);
});
