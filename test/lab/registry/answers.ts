import { readFile, stat } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import type { ImageSet } from '../images/image-set.ts';
import type { RegistryState } from './state.ts';

/** What is said to a request. A file is a download: it can be slow or cut. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly text: string } | { readonly file: string; readonly size: number };
}

export interface Question {
  /** Without the query. */
  readonly path: string;
  /** The header of that name. */
  readonly authorization: string | undefined;
}

/** The one repository that a registry of the lab has. */
const REPOSITORY = 'os';

const API_HEADERS = { 'Docker-Distribution-Api-Version': 'registry/2.0' };
const BINARY = { 'Content-Type': 'application/octet-stream' };

/** Finds the answer, in the words of the reference registry (github.com/distribution/distribution, registry/api/errcode). */
export async function answer(images: ImageSet, state: RegistryState, question: Question): Promise<Answer> {
  const { path } = question;
  if (path.startsWith('/ostree/')) return ostreeAnswer(images, state, path.slice('/ostree/'.length));
  if (!path.startsWith('/v2/')) return { status: 404, headers: {}, body: { text: '404 page not found\n' } };
  if (!mayRead(state, question.authorization)) return unauthorized();
  const [, name = '', kind = '', reference = ''] = /^\/v2\/(.+)\/(manifests|blobs|tags)\/([^/]+)$/.exec(path) ?? [];
  if (path === '/v2/') return { status: 200, headers: { ...API_HEADERS, ...jsonType() }, body: { text: '{}' } };
  if (name !== REPOSITORY) {
    return failure(404, 'NAME_UNKNOWN', 'repository name not known to registry', { name: name || path });
  }
  if (kind === 'tags') return tagList(state);
  return kind === 'blobs' ? blob(images, reference) : manifest(images, state, reference);
}

function mayRead(state: RegistryState, authorization: string | undefined): boolean {
  if (state.fault === 'unauthorized') return false;
  if (state.credentials === null) return true;
  const { user, password } = state.credentials;
  return authorization === `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

function unauthorized(): Answer {
  const detail = [{ Type: 'repository', Class: '', Name: REPOSITORY, Action: 'pull' }];
  const said = failure(401, 'UNAUTHORIZED', 'authentication required', detail);
  return { ...said, headers: { ...said.headers, 'WWW-Authenticate': 'Basic realm="The lab\'s registry"' } };
}

function tagList(state: RegistryState): Answer {
  const text = JSON.stringify({ name: REPOSITORY, tags: Object.keys(state.tags).sort() });
  return { status: 200, headers: { ...API_HEADERS, ...jsonType() }, body: { text } };
}

async function manifest(images: ImageSet, state: RegistryState, reference: string): Promise<Answer> {
  const image = Object.hasOwn(state.tags, reference) ? images.images[state.tags[reference]!] : undefined;
  const wanted = image?.digest ?? reference;
  const known = Object.values(images.images).some(({ digest }) => digest === wanted);
  if (!known || state.fault === 'not-found') {
    const detail = reference.startsWith('sha256:')
      ? `unknown manifest name=${REPOSITORY} revision=${reference}`
      : `unknown tag=${reference}`;
    return failure(404, 'MANIFEST_UNKNOWN', 'manifest unknown', detail);
  }
  const text = await readFile(blobFile(images, wanted), 'utf8');
  const { mediaType } = JSON.parse(text) as { mediaType: string };
  const headers = { ...API_HEADERS, 'Content-Type': mediaType, 'Docker-Content-Digest': wanted, ETag: `"${wanted}"` };
  return { status: 200, headers, body: { text } };
}

async function blob(images: ImageSet, digest: string): Promise<Answer> {
  const found = /^sha256:[0-9a-f]{64}$/.test(digest) ? await fileAnswer(blobFile(images, digest), isLayer) : null;
  if (found === null) return failure(404, 'BLOB_UNKNOWN', 'blob unknown to registry', { digest });
  return { ...found, headers: { ...found.headers, ...API_HEADERS, 'Docker-Content-Digest': digest } };
}

/** ostree's repository as a plain web server has it, but for the refs: they follow the tags. */
async function ostreeAnswer(images: ImageSet, state: RegistryState, path: string): Promise<Answer> {
  if (state.fault === 'unauthorized') return { status: 401, headers: {}, body: { text: 'Unauthorized\n' } };
  const missing: Answer = { status: 404, headers: {}, body: { text: 'Not Found\n' } };
  if (state.fault === 'not-found') return missing;
  const tag = /^refs\/heads\/lab\/(.+)$/.exec(path)?.[1];
  if (tag !== undefined && Object.hasOwn(state.tags, tag)) {
    return { status: 200, headers: BINARY, body: { text: `${images.images[state.tags[tag]!].commit}\n` } };
  }
  const inside = normalize(`/${path}`);
  return (await fileAnswer(join(images.archive, inside), () => inside.startsWith('/objects/'))) ?? missing;
}

/** A layer is a download; a configuration is small and comes at once, as a manifest does. */
function isLayer(size: number): boolean {
  return size >= 16 * 1024;
}

/** A file as a download or, where it is none, as a text at once; null where it does not exist. */
async function fileAnswer(file: string, isDownload: (size: number) => boolean): Promise<Answer | null> {
  const found = await stat(file).catch(() => null);
  if (found?.isFile() !== true) return null;
  const { size } = found;
  const body = isDownload(size) ? { file, size } : { text: await readFile(file, 'utf8') };
  return { status: 200, headers: BINARY, body };
}

function blobFile(images: ImageSet, digest: string): string {
  return join(images.oci, 'blobs/sha256', digest.replace('sha256:', ''));
}

function failure(status: number, code: string, message: string, detail: unknown): Answer {
  const text = `${JSON.stringify({ errors: [{ code, message, detail }] })}\n`;
  return { status, headers: { ...API_HEADERS, ...jsonType() }, body: { text } };
}

function jsonType(): Readonly<Record<string, string>> {
  return { 'Content-Type': 'application/json; charset=utf-8' };
}
