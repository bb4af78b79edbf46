import type { LabHost, LabHostOptions } from './model.ts';

/** A host of the pool, booted. */
export async function acquireLabHost(options: LabHostOptions = {}): Promise<LabHost> {
  const [host] = await acquireLabHosts(1, options);
  return host!;
}

/** Several hosts of one kind. */
export async function acquireLabHosts(count: number, options: LabHostOptions = {}): Promise<readonly LabHost[]> {
  throw new Error(`${count} hosts (${JSON.stringify(options)}): the lab does not boot hosts yet`);
}
