import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { LabHost, RunOptions } from '../../../support/lab.ts';

/** What tests read of `bootc status`; all else is checked by bootc's own schema. */
export interface StatusEntry {
  readonly image: {
    readonly imageDigest: string;
    readonly version: string;
    readonly image: { readonly image: string };
  } | null;
  readonly cachedUpdate: { readonly imageDigest: string } | null;
  readonly ostree: { readonly checksum: string; readonly deploySerial: number };
  readonly downloadOnly?: boolean;
  readonly pinned: boolean;
}

export interface StatusDocument {
  readonly spec: { readonly image: { readonly image: string } | null; readonly bootOrder: string };
  readonly status: {
    readonly staged: StatusEntry | null;
    readonly booted: StatusEntry | null;
    readonly rollback: StatusEntry | null;
    readonly rollbackQueued: boolean;
    readonly type: string | null;
    readonly usrOverlay?: { readonly accessMode: string } | null;
  };
}

const ajv = new Ajv2020({ strict: false, validateFormats: false });

/** A validator of one of bootc's schemas in test/data/bootc. */
export function bootcSchema(name: 'host-v1.schema.json' | 'progress-v0.schema.json'): ValidateFunction {
  return ajv.compile(JSON.parse(readFileSync(`test/data/bootc/${name}`, 'utf8')) as object);
}

const isStatus = bootcSchema('host-v1.schema.json');

/** `bootc status` of a host; an error where bootc fails or its schema does not allow what it says. */
export async function readStatus(host: LabHost, options?: RunOptions): Promise<StatusDocument> {
  const { stdout, stderr, code } = await host.run('sudo -n bootc status --format=json --format-version=1', options);
  if (code !== 0) throw new Error(`bootc status ended with ${code}: ${stderr}`);
  const document: unknown = JSON.parse(stdout);
  if (!isStatus(document)) throw new Error(`not bootc's schema: ${JSON.stringify(isStatus.errors)}\n${stdout}`);
  return document as StatusDocument;
}
