import { failure } from '../errors/failure.ts';
import { createAnsibleInventory } from './ansible-inventory.ts';
import type { Listing } from './host-list.ts';
import { splitWords } from './ssh-config-lines.ts';
import { cleanText } from './text.ts';

interface Section {
  readonly kind: 'hosts' | 'children' | 'vars' | 'unknown';
  readonly group: string;
}

/** Reads an inventory of Ansible in its INI format: `[group]`, `[group:children]`, `[group:vars]`, ranges, variables of hosts. */
export function parseAnsibleIni(text: string): Listing {
  const inventory = createAnsibleInventory();
  let section: Section = { kind: 'hosts', group: 'ungrouped' };
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = index + 1;
    const words = raw.trim();
    if (words === '' || /^[#;]/.test(words)) continue;
    const notUnderstood = () => {
      inventory.note(line, failure('source.not-understood', { detail: cleanText(words, 200) }));
    };
    const heading = /^\[([^\]:]+)(?::(\w+))?\]\s*(?:#.*)?$/.exec(words);
    if (heading) {
      const [, group = '', kind = 'hosts'] = heading;
      const isKnown = kind === 'hosts' || kind === 'children' || kind === 'vars';
      section = { kind: isKnown ? kind : 'unknown', group: group.trim() };
      if (!isKnown) notUnderstood();
      continue;
    }
    switch (section.kind) {
      case 'children':
        inventory.addChild(section.group, words.replace(/\s+#.*$/s, ''));
        break;
      case 'vars': {
        const [, name, value = ''] = /^([^=\s]+)\s*=\s*(.*)$/s.exec(words) ?? [];
        if (name === undefined) notUnderstood();
        else inventory.addVariables(section.group, { [name]: unquoted(value) });
        break;
      }
      case 'hosts': {
        const [pattern, ...rest] = splitWords(words) ?? [];
        if (pattern === undefined || rest.some((word) => !word.includes('='))) notUnderstood();
        else inventory.addHosts(section.group, pattern, Object.fromEntries(rest.map(variable)), line);
        break;
      }
      case 'unknown':
    }
  }
  return inventory.listing();
}

function variable(word: string): readonly [string, string] {
  const equals = word.indexOf('=');
  return [word.slice(0, equals), word.slice(equals + 1)];
}

/** Ansible reads values of groups as Python's literals: quotes around the whole value are not a part of it. */
function unquoted(value: string): string {
  return /^(["'])(.*)\1$/s.exec(value)?.[2] ?? value;
}
