import { failure, type Failure, type FailureCode } from '../errors/failure.ts';
import type { ImageReference } from '../model/image.ts';
import type { VerbTool } from '../model/operation.ts';
import { cleanText, lastLine } from '../parse/text.ts';

/** How much of stderr is looked at, in characters: bootc's error is one line, a failing child adds at most 1024 bytes. */
export const STDERR_TAIL = 8192;

/** The longest detail that is kept of an error, in characters. */
const MAX_DETAIL = 400;

/** A class of failure: what its text has in it, and the code. The first that fits decides, so the narrow come first. */
type Rule = readonly [pattern: RegExp, code: FailureCode];

/** bootc's own errors (reference 2.1, 2.2, 4.3). */
const BOOTC_RULES: readonly Rule[] = [
  // The bound image may have failed for any of the reasons below: what counts is that the update is staged all the same.
  [/(?<=Pulling bound images: ).*/i, 'operation.bound-image'],
  [/contains local rpm-ostree modifications/i, 'operation.layered'],
  [/must be executed as the root user|requires (?:full )?root privileges/i, 'operation.needs-root'],
  [/read-only block device/i, 'operation.read-only'],
  [/No image source specified/i, 'operation.not-tracked'],
  [/not booted via bootc|requires a booted host system/i, 'operation.not-bootc-managed'],
  [/Image has architecture .*/i, 'operation.architecture'],
  [/does not have ostree\.bootable label/i, 'operation.not-bootable'],
  [/containers-policy\.json specifies.*|Source image rejected.*|rejected by policy.*/i, 'operation.policy'],
  [/Insufficient free space.*|min-free-space.*|No space left on device.*/i, 'operation.space'],
  [/Merge conflicts found in etc/i, 'operation.etc-conflict'],
];

/** What skopeo says below bootc (reference 2.2). A limit and a missing TLS look like other classes, so they are asked first. */
const SOURCE_RULES: readonly Rule[] = [
  [/server gave HTTP response to HTTPS client/i, 'operation.registry-insecure'],
  [/toomanyrequests|\b429\b/i, 'operation.registry-rate-limit'],
  [/x509:/i, 'operation.registry-tls'],
  [
    /no such host|connection refused|connection reset|i\/o timeout|network is unreachable|no route to host|TLS handshake timeout|context deadline exceeded|Client\.Timeout/i,
    'operation.registry-unreachable',
  ],
  [
    /unauthorized|authentication required|invalid username\/password|\b403\b|forbidden|access to the resource is denied/i,
    'operation.registry-auth',
  ],
  [/\b(?:l?stat|open) \S.*: no such file or directory/i, 'operation.source-gone'],
  [/manifest unknown|name unknown|(?:manifest|OpenImage|repository).*\bnot found\b/i, 'operation.image-not-found'],
];

/** What a verb failed of, by its tool: the others say their reason in their last line, with no classes worth telling apart. */
export function classifyFailure(
  tool: VerbTool,
  stderrTail: string,
  exitCode: number,
  reference: ImageReference | null,
): Failure {
  if (tool === 'bootc' || tool === 'rpm-ostree') return classifyBootcFailure(stderrTail, exitCode, reference);
  const detail = cleanText(errorOf(stderrTail.slice(-STDERR_TAIL)), MAX_DETAIL) || 'no error text';
  return failure(exitCode === 137 ? 'operation.killed' : 'operation.failed', { exitCode, detail });
}

/**
 * What a verb of bootc failed of, from its exit code (never 0) and the end of its stderr: the only use that is made of sentences, and only to
 * explain a failure that the exit code has told already. `reference` is the image it was about.
 */
export function classifyBootcFailure(stderrTail: string, exitCode: number, reference: ImageReference | null): Failure {
  const tail = stderrTail.slice(-STDERR_TAIL);
  // 101: a panic that was unwound. From 132 on (128 + signal) SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGSEGV; a panic of a release build aborts.
  if ([101, 132, 134, 135, 136, 139].includes(exitCode)) return failure('operation.crashed', { exitCode });
  if (exitCode === 137) return failure('operation.killed', { exitCode });
  const error = errorOf(tail);
  if (exitCode === 2) return failure('operation.flag-unknown', { exitCode, detail: cleanText(error, MAX_DETAIL) });
  const { code, detail } = find(BOOTC_RULES, error) ?? find(SOURCE_RULES, error) ?? unknownClass(error);
  const params = { exitCode, detail, reference: reference?.image ?? UNTOLD, registry: registryOf(reference) };
  return failure(code, code === 'operation.etc-conflict' ? { ...params, detail: conflicts(tail) || detail } : params);
}

/** The registry of a reference, for texts: `quay.io`. A reference without one means Docker's, as everywhere below bootc. */
export function registryOf(reference: ImageReference | null): string {
  if (!reference) return UNTOLD;
  const [first = '', ...path] = reference.image.split('/');
  return path.length > 0 && (/[.:]/.test(first) || first === 'localhost') ? first : 'docker.io';
}

const UNTOLD = '(unknown)';

function find(rules: readonly Rule[], error: string): { readonly code: FailureCode; readonly detail: string } | null {
  for (const [pattern, code] of rules) {
    const match = pattern.exec(error);
    // A pattern that runs to the end of the line is the detail itself; else the last part of bootc's chain of contexts is.
    if (match) return { code, detail: cleanText(pattern.source.includes('.*') ? match[0] : cause(error), MAX_DETAIL) };
  }
  return null;
}

function unknownClass(error: string): { readonly code: FailureCode; readonly detail: string } {
  return { code: 'operation.failed', detail: cleanText(error, MAX_DETAIL) || 'no error text' };
}

/**
 * The error that bootc ended with, from `error: ` (`ERROR ` before 1.2) to the end, as one line: a failing child adds lines of its own.
 * Without one, the last line.
 */
function errorOf(tail: string): string {
  const clean = stripColours(tail);
  const starts = [...clean.matchAll(/^(?:error: |ERROR )/gm)];
  const last = starts.at(-1);
  const text = last ? clean.slice(last.index + last[0].length) : lastLine(clean);
  return cleanText(text, STDERR_TAIL);
}

/** Contexts come outermost first, so the cause is the last part (reference 2.1); a lone word there says too little. */
function cause(error: string): string {
  const parts = error.split(': ');
  const last = parts.at(-1) ?? '';
  return /\s/.test(last) ? last : parts.slice(-2).join(': ');
}

function conflicts(tail: string): string {
  const reasons = [...stripColours(tail).matchAll(/^\s*Unmergable (.+)$/gm)].map(([, reason = '']) => reason);
  return cleanText(reasons.join('; '), MAX_DETAIL);
}

const COLOURS = new RegExp(`${String.fromCharCode(0x1b)}\\[[0-9;]*m`, 'g');

function stripColours(text: string): string {
  return text.replace(COLOURS, '');
}
