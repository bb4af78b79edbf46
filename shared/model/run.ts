import * as z from 'zod';
import { Failure } from './failure.ts';
import { hostLimits } from './host-limits.ts';
import { runLimits } from './run-limits.ts';

/** What is asked: one command line for `sh -c`, on each of these hosts, as the login user or as root. `typedNames`: production hosts, typed by hand. */
export const RunRequest = z.object({
  command: z.string().max(runLimits.command),
  hostIds: z.array(z.string().max(64)).min(1).max(runLimits.hosts),
  asRoot: z.boolean(),
  atOnce: z.int().min(1).max(runLimits.atOnce),
  timeoutSeconds: z.int().min(1).max(runLimits.seconds),
  typedNames: z.array(z.string().max(hostLimits.name)).max(runLimits.hosts).default([]),
});
export type RunRequest = z.infer<typeof RunRequest>;

/**
 * Where a run is on a host. `ended`: the command told its exit code (a signal counts as 128 and its number, as a shell has it); `stopped` by a
 * person, `timed-out`: it was ended, and `exitCode` is what that led to, if it was heard; `failed`: it could not be run, or the connection was
 * lost, `failure` says why; `skipped`: stopped before its turn, nothing was asked of the host.
 */
export const RunState = z.enum(['waiting', 'running', 'ended', 'stopped', 'timed-out', 'failed', 'skipped']);
export type RunState = z.infer<typeof RunState>;

/** One host of a run. `hash` tells one output from another, over all bytes of both streams, kept or not. `line`: the first of the output. Times epoch ms. */
export const RunHost = z.object({
  hostId: z.string(),
  hostName: z.string(),
  state: RunState,
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  exitCode: z.int().nullable(),
  failure: Failure.nullable(),
  hash: z.string().nullable(),
  line: z.string(),
  bytes: z.number(),
});
export type RunHost = z.infer<typeof RunHost>;

/** One command on some hosts. No operation: it ends with its connection and with Berth, and its output is kept for as long as this Berth runs. */
export const Run = z.object({
  id: z.string().regex(/^[0-9a-f]{12}$/),
  command: z.string(),
  asRoot: z.boolean(),
  startedBy: z.string(),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  atOnce: z.int(),
  timeoutSeconds: z.int(),
  isStopped: z.boolean(),
  hosts: z.array(RunHost),
});
export type Run = z.infer<typeof Run>;

/** What a command printed to one stream: `text` its beginning, all of it where `cut` (bytes) is 0, else `tail` its end. */
export const RunText = z.object({ text: z.string(), cut: z.number(), tail: z.string() });
export type RunText = z.infer<typeof RunText>;

/** The output of one host. */
export const RunOutput = z.object({ hostId: z.string(), stdout: RunText, stderr: RunText });
export type RunOutput = z.infer<typeof RunOutput>;

/** A line of `runs.jsonl`: that a command was run, where, and how it ended; what looked like a secret in it is masked. Never any output. */
export const RunRecord = z.object({
  id: z.string(),
  command: z.string(),
  asRoot: z.boolean(),
  startedBy: z.string(),
  startedAt: z.number(),
  /** Null: written when it began. */
  endedAt: z.number().nullable(),
  hosts: z.array(z.object({ hostId: z.string(), hostName: z.string(), state: RunState, exitCode: z.int().nullable() })),
});
export type RunRecord = z.infer<typeof RunRecord>;
