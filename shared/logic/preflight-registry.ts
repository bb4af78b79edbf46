import { valueOf } from '../model/fact-value.ts';
import { parseImageName } from '../parse/image-reference.ts';
import type { RegistryAnswer } from '../parse/preflight.ts';
import { fail, over, pass, pulledImage, unknown, warn, type Check, type CheckResult } from './preflight-check.ts';
import type { PreflightContext } from './preflight-check.ts';

/** The registry that a verb pulls from, and the image's path there; null where none is asked. `host` is `name` or `name:port`. */
export function registryOf(
  context: Pick<PreflightContext, 'request' | 'facts'>,
): { readonly host: string; readonly path: string } | null {
  const image = pulledImage(context);
  if (image?.transport !== 'registry') return null;
  const name = parseImageName(image.image);
  return name.ok && name.value.host !== null ? { host: name.value.host, path: name.value.path } : null;
}

const CONFIGURED =
  'registries.conf on the host names mirrors or exceptions, which bootc follows and this check does not.';

/** Whether the host itself gets an answer from the registry. */
export const checkRegistry: Check = (context) => {
  const registry = registryOf(context);
  if (!registry) return null;
  const { host } = registry;
  const command = `curl -sS https://${host}/v2/`;
  return over(context.probe.registry, `Whether ${host} answers to the host is not known.`, command, (answer) => {
    const failed = (text: string, remedy: string) =>
      answer.isConfigured ? warn(text, `${CONFIGURED} ${remedy}`, command) : fail(text, remedy, command);
    if (answer.tool !== 'curl') {
      return answer.isOpen === true
        ? pass(`${host} accepts connections from the host`, command)
        : failed(`${host} cannot be reached from the host.`, 'Check DNS, route and firewall of the host.');
    }
    return ofCurl(host, answer, command, failed);
  });
};

function ofCurl(
  host: string,
  { exitCode, status, plainStatus, hasProxy, isConfigured }: RegistryAnswer,
  command: string,
  failed: (text: string, remedy: string) => CheckResult,
): CheckResult {
  const through = hasProxy ? ' through the proxy of its services' : '';
  switch (exitCode) {
    case 0:
      if (status !== null && (status >= 500 || status === 429)) {
        return warn(
          `${host} answers with HTTP status ${String(status)}.`,
          'It may be overloaded: try again later.',
          command,
        );
      }
      return pass(`${host} answers to the host${through}`, command);
    case 5:
      return failed(
        'The name of the proxy that services use is not known to the host.',
        'Check `systemctl show-environment` on the host.',
      );
    case 6:
      return failed(
        `${host} is not known to the DNS of the host.`,
        'Check the reference, and the resolver of the host.',
      );
    case 7:
      return failed(
        `${host} refuses connections from the host${through}, or there is no way to it.`,
        'Check route and firewall of the host.',
      );
    case 28:
    case 124:
      return failed(
        `${host} does not answer to the host${through} in time.`,
        'Check route, firewall and proxy of the host.',
      );
    case 35:
      return plainStatus === null
        ? failed(`${host} breaks off the TLS handshake.`, 'Check the registry, and proxies in between.')
        : ofPlainRegistry(host, isConfigured, command);
    case 51:
    case 58:
    case 60:
    case 77:
    case 83:
      if (plainStatus !== null) return ofPlainRegistry(host, isConfigured, command);
      return warn(
        `The certificate of ${host} is not trusted by curl on the host.`,
        'If it is not in /etc/containers/certs.d either, the pull fails. Check the clock of the host as well.',
        command,
      );
    default:
      return warn(
        `Asking ${host} ended with exit code ${String(exitCode ?? '?')} of curl.`,
        'Try it on the host.',
        command,
      );
  }
}

function ofPlainRegistry(host: string, isConfigured: boolean, command: string): CheckResult {
  if (isConfigured) return pass(`${host} answers to the host, without TLS; registries.conf has exceptions`, command);
  return warn(
    `${host} answers to the host without TLS only.`,
    'bootc refuses that unless registries.conf on the host says `insecure = true`.',
    command,
  );
}

const AUTH_COMMAND = 'ls /run/ostree/auth.json /etc/ostree/auth.json /usr/lib/ostree/auth.json';

/** The host's own logins: of all files bootc reads the first that exists, and podman's not at all (reference 5.9). */
export const checkCredentials: Check = (context) => {
  const registry = registryOf(context);
  if (!registry) return null;
  const { host, path } = registry;
  const text = `Whether the host has a login for ${host} is not known.`;
  return over(context.probe.auth, text, AUTH_COMMAND, ({ file, isReadable, entries, podman }) => {
    const remedy = `If the registry wants a login: \`sudo podman login --authfile ${file ?? '/etc/ostree/auth.json'} ${host}\`.`;
    if (file !== null && !isReadable)
      return unknown(`${file} is the file that bootc reads, and it takes root to read it.`, null, AUTH_COMMAND);
    const entry = entries.find((name) => isFor(name, host, path));
    if (file !== null && entry !== undefined) return pass(`A login for ${entry} is in ${file}`, `sudo cat ${file}`);
    const where = file === null ? 'There is no login file' : `${file} has no entry for ${host}`;
    // What the host runs came from there without one.
    if (isUsedRegistry(context, host)) return pass(`${where}: bootc pulls without a login, as before`, AUTH_COMMAND);
    if (file === null && podman.length > 0) {
      return warn(
        `${where}, and bootc does not read podman's ${podman.join(', ')}: it pulls without a login.`,
        remedy,
        AUTH_COMMAND,
      );
    }
    return warn(`${where}: bootc pulls without a login.`, remedy, AUTH_COMMAND);
  });
};

/** An entry is for a registry, or for what begins with its path; Docker's own is written as an address. */
function isFor(entry: string, host: string, path: string): boolean {
  const name = entry
    .replace(/^https?:\/\//, '')
    .replace(/\/v[12]\/?$/, '')
    .replace(/\/$/, '');
  const asked = `${host === 'docker.io' ? 'index.docker.io' : host}/${path}`;
  return [asked, `${host}/${path}`].some((full) => full === name || full.startsWith(`${name}/`));
}

function isUsedRegistry({ facts }: PreflightContext, host: string): boolean {
  const set = valueOf(facts.deployments);
  return [set?.booted, set?.staged].some((deployment) => {
    const name =
      deployment?.image?.reference.transport === 'registry' ? parseImageName(deployment.image.reference.image) : null;
    return name?.ok === true && name.value.host === host;
  });
}

/** Whether policy.json lets the image pass, and bootc insists on a signature or not. */
export const checkSignaturePolicy: Check = (context) => {
  const image = pulledImage(context);
  if (!image) return null;
  const insists =
    context.request.verb === 'switch' ? context.request.enforcePolicy : image.signature === 'containerPolicy';
  return over(
    context.probe.policy,
    'The signature policy is not known.',
    'cat /etc/containers/policy.json',
    (policy) => {
      if (!policy) return unknown('The host has no policy.json.', null, 'ls /etc/containers/policy.json');
      const command = `cat ${policy.file}`;
      const type = requirementFor(policy, image.image);
      if (type === 'reject')
        return fail(`${policy.file} refuses this image.`, 'Allow its registry there, with its key.', command);
      if (type === 'insecureAcceptAnything') {
        return insists
          ? fail(
              `bootc insists on the signature policy, and ${policy.file} asks for no signature.`,
              'bootc refuses that: name the key of the registry there.',
              command,
            )
          : pass('No signature is asked for', command);
      }
      return insists
        ? pass(`bootc insists on the signature that ${policy.file} asks for`, command)
        : pass(`${policy.file} asks for a signature`, command);
    },
  );
};

/** The longest name that the image begins with decides. */
function requirementFor(
  policy: { readonly byDefault: string; readonly byName: Readonly<Record<string, string>> },
  image: string,
): string {
  const name = image.replace(/@.*$/, '');
  const scopes = Object.keys(policy.byName)
    .filter((scope) => scope === '' || name === scope || name.startsWith(`${scope}/`) || name.startsWith(`${scope}:`))
    .sort((a, b) => b.length - a.length);
  const [scope] = scopes;
  return scope === undefined ? policy.byDefault : (policy.byName[scope] ?? policy.byDefault);
}
