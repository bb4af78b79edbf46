import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { describe } from '../../../shared/errors/describe.ts';
import type { Failure } from '../../../shared/errors/failure.ts';
import { BerthError } from '../../../shared/errors/failure.ts';
import type { Prompt, PromptAnswer } from '../../../shared/model/prompt.ts';
import type { SshFiles } from '../../../electron/core/default-paths.ts';
import { silentLog } from '../../../electron/core/log/file-log.ts';
import { createPromptBroker, type PromptBroker } from '../../../electron/core/prompts/prompt-broker.ts';
import { createKnownHosts, type KnownHosts } from '../../../electron/core/ssh/known-hosts.ts';
import { createPlainRouter } from '../../../electron/core/ssh/plain-router.ts';
import type { SshChannel, SshConnection, SshTarget, SshTransport } from '../../../electron/core/ssh/ssh-connection.ts';
import { openTransports, type TransportsOptions } from '../../../electron/core/ssh/open-transports.ts';
import type { TestSshd } from '../../support/sshd.ts';

/** A transport with its own known_hosts files, and a user who answers by `answers`. */
export interface SshClient {
  readonly folder: string;
  readonly berthFile: string;
  readonly userFile: string;
  readonly transport: SshTransport;
  readonly knownHosts: KnownHosts;
  readonly prompts: PromptBroker;
  /** Every question so far. */
  readonly asked: Prompt[];
  dispose(): Promise<void>;
}

export type Answers = (prompt: Prompt) => PromptAnswer | null;

/** Says yes to every host key, and nothing else. */
export const trustHostKeys: Answers = (prompt) =>
  prompt.kind === 'host-key' ? { kind: 'accept-host-key', saveTo: 'berth' } : null;

/** Trusts host keys, and answers the questions of one kind with these secrets. */
export const answerWith =
  (kind: Prompt['kind'], ...values: string[]): Answers =>
  (prompt) =>
    prompt.kind === kind ? { kind: 'secrets', values } : trustHostKeys(prompt);

const noSshFiles: SshFiles = { userKnownHosts: '', systemKnownHosts: [], defaultKeyFiles: [], agentSocket: null };

export async function createSshClient(
  answers: Answers = trustHostKeys,
  sshFiles: Partial<SshFiles> = {},
  options: Partial<TransportsOptions> = {},
): Promise<SshClient> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-client-'));
  const berthFile = join(folder, 'known_hosts');
  const userFile = join(folder, 'user', '.ssh', 'known_hosts');
  const prompts = createPromptBroker();
  const asked: Prompt[] = [];
  prompts.onChange(() => {
    for (const prompt of prompts.list()) {
      if (asked.some(({ id }) => id === prompt.id)) continue;
      asked.push(prompt);
      const answer = answers(prompt);
      if (answer) queueMicrotask(() => prompts.answer(prompt.id, answer));
    }
  });
  const knownHosts = createKnownHosts({ berthFile, userFile, systemFiles: [] });
  const ssh = { ...noSshFiles, userKnownHosts: userFile, ...sshFiles };
  const transport = openTransports({
    ...{ prompts, knownHosts, berthKnownHosts: berthFile, ssh, log: silentLog },
    router: createPlainRouter(ssh, userInfo().username),
    ...options,
  });
  return {
    folder,
    berthFile,
    userFile,
    transport,
    knownHosts,
    prompts,
    asked,
    async dispose() {
      prompts.dispose();
      await transport.dispose();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function targetOf(sshd: TestSshd, overrides: Partial<SshTarget> = {}): SshTarget {
  const { port, user, keyFile } = sshd;
  return { hostId: 'host', name: 'box', address: '127.0.0.1', port, user, keyFile, transport: 'auto', ...overrides };
}

export const never = new AbortController().signal;

/** The failure that a promise rejects with, all its words filled in; anything else fails the test. */
export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error: unknown = await promise.then(
    () => new Error('It did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof BerthError)) throw error;
  const { text, remedy } = describe(error.failure);
  expect(`${text} ${remedy}`).not.toMatch(/\{\w+\}/);
  return error.failure;
}

/** Runs a command and resolves with its stdout. */
export async function output(connection: SshConnection, command: string): Promise<string> {
  return readAll(await connection.exec(command));
}

export async function readAll(channel: SshChannel): Promise<string> {
  let text = '';
  channel.stdin.end();
  channel.stderr.resume();
  channel.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await channel.exit;
  return text;
}
