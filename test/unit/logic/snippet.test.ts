import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillSnippet, readSnippet, valueFailure } from '../../../shared/logic/snippet.ts';

function read(command: string) {
  const read = readSnippet(command);
  if (!read.ok) throw new Error(`${read.failure.code} ${JSON.stringify(read.failure.params)}`);
  return read.value;
}
function refusal(command: string) {
  const read = readSnippet(command);
  return read.ok ? null : read.failure.params['where'];
}
function filled(command: string, values: Record<string, string>): string {
  const result = fillSnippet(read(command), values);
  if (!result.ok) throw new Error(result.failure.code);
  return result.value;
}

describe('parameters of snippets', () => {
  it('are found once each, in their order; other braces are text', () => {
    expect(read('cp {{from}} {{to}}; ls {{from}}').parameters).toEqual(['from', 'to']);
    expect(read(`podman ps --format '{{.Names}} {{json .}}' {{ x }} \${a}`).parameters).toEqual([]);
  });

  it.each([
    ['echo "{{x}}"', 'quotes'],
    ["echo '{{x}}'", 'quotes'],
    ["echo $'{{x}}'", '$’…’'],
    ['echo `ls {{x}}`', 'backquotes'],
    ['true # {{x}}', 'a comment'],
    ['# one\n# {{x}}', 'a comment'],
    ['echo \\\n# {{x}}', 'a comment'],
    [`echo \${a:-{{x}}}`, `\${…}`],
    [`echo \${a:-'} {{x}} '}`, `\${…} with more in it`],
    ['echo $((1 + {{x}}))', '$((…))'],
    ['(( a = {{x}} ))', '$((…))'],
    ['echo \\{{x}}', 'a backslash'],
    ['cat <<end\n{{x}}\nend', 'a here-document'],
    ['echo "$(case a in a) echo {{x}};; esac)"', '$(case …'],
    ['echo "$(echo "{{x}}")"', 'quotes'],
  ])('%j is refused, and says why', (command, where) => {
    expect(refusal(command)).toBe(where);
  });

  it.each([
    'echo {{x}}',
    'echo "a"{{x}}',
    "echo it\\'s {{x}}",
    'echo "$(echo {{x}})"',
    'a=$(echo {{x}}); echo "$a"',
    'cat <<<{{x}}',
    'echo a#b {{x}}',
    'echo $# {{x}}',
    'echo --name={{x}}',
    '(echo {{x}})',
    'echo hi # done\necho {{x}}',
  ])('%j takes a value', (command) => {
    expect(refusal(command)).toBeNull();
  });

  it('get each value as one word, whatever it holds, in every shell there is', () => {
    const shells = ['sh', 'bash', 'busybox'].filter((shell) => {
      try {
        execFileSync(shell, shell === 'busybox' ? ['sh', '-c', ':'] : ['-c', ':']);
        return true;
      } catch {
        return false;
      }
    });
    const value = `a 'b' "c" $(id) \`id\` \\ $HOME * ; & | > ! {{y}} é`;
    const command = filled('printf "%s|" "$(printf %s {{x}})" --{{x}}; # it\'s\nprintf "%s|" {{x}} -- {{x}}', {
      x: value,
    });
    for (const shell of shells) {
      const told = execFileSync(shell, [...(shell === 'busybox' ? ['sh'] : []), '-c', command], { encoding: 'utf8' });
      expect(told).toBe(`${value}|--${value}|${value}|--|${value}|`);
    }
  });

  it('never let a value be more than a word', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (value) => {
        const template = read('cmd --x={{x}}');
        if (valueFailure(template, 'x', value)) return;
        const command = filled('cmd --x={{x}}', { x: value });
        expect(command.slice('cmd --x='.length)).toMatch(/^'[^']*'(?:\\''[^']*')*$/);
      }),
    );
  });

  it('refuse values that would be options or lines, and none at all', () => {
    expect(valueFailure(read('rm {{x}}'), 'x', '-rf')?.code).toBe('snippet.value-option');
    expect(valueFailure(read('a; rm -- {{x}}'), 'x', '-rf')).toBeNull();
    expect(valueFailure(read('rm -- a; ls {{x}}'), 'x', '-rf')?.code).toBe('snippet.value-option');
    expect(valueFailure(read('ls --name={{x}}'), 'x', '-rf')).toBeNull();
    expect(valueFailure(read('rm {{x}}'), 'x', 'a\nb')?.code).toBe('input.control-characters');
    expect(fillSnippet(read('rm {{x}}'), {})).toMatchObject({ ok: false, failure: { code: 'snippet.value-missing' } });
    expect(filled('rm {{x}}', { x: '' })).toBe("rm ''");
    expect(fillSnippet(read('rm {{constructor}}'), {})).toMatchObject({ ok: false });
  });
});
