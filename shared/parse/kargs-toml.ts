/** How Rust, and so bootc's kargs.d, calls the machines that `uname -m` names otherwise. */
const RUST_ARCHITECTURES: Readonly<Record<string, string>> = { ppc64le: 'powerpc64', i686: 'x86', armv7l: 'arm' };

// Strings of TOML, and brackets and commas between them; comments were taken away before.
const STRING = String.raw`"(?:[^"\\\n]|\\.)*"|'[^'\n]*'`;
const LIST = String.raw`\[((?:${STRING}|[\s,])*)\]`;

/**
 * The arguments that a file of kargs.d asks for on this machine: of TOML only what these files are made of, two lists of strings. Empty where the
 * file is for other machines (`architecture` as `uname -m` tells it) or is not understood.
 */
export function parseKargsToml(text: string, architecture: string): string[] {
  const plain = withoutComments(text.slice(0, 65_536));
  const machines = list(plain, 'match-architectures');
  const names = [architecture, RUST_ARCHITECTURES[architecture]];
  if (machines && !machines.some((machine) => names.includes(machine))) return [];
  return (list(plain, 'kargs') ?? []).slice(0, 200);
}

function list(text: string, key: string): string[] | null {
  const body = new RegExp(String.raw`^[ \t]*${key}[ \t]*=[ \t]*${LIST}`, 'm').exec(text)?.[1];
  if (body === undefined) return null;
  return (body.match(new RegExp(STRING, 'g')) ?? []).map((item) =>
    item.startsWith("'") ? item.slice(1, -1) : item.slice(1, -1).replace(/\\(["\\])/g, '$1'),
  );
}

function withoutComments(text: string): string {
  return text.replace(new RegExp(`(${STRING})|#[^\n]*`, 'g'), (_, kept: string | undefined) => kept ?? '');
}
