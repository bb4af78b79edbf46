/** Real image-mode hosts for tests: the face of test/lab. Each host is a test's alone until it is released. */
export { acquireLabHost, acquireLabHosts } from '../lab/hosts/pool.ts';
export type {
  BootcVersion,
  Faults,
  LabHost,
  LabHostOptions,
  Manager,
  RegistryControl,
  RunOptions,
  RunResult,
  Tier,
} from '../lab/hosts/model.ts';
export type { ImageKind, ImageName } from '../lab/images/image-set.ts';
