import { useState, type SubmitEvent, type ReactNode } from 'react';
import { sourceLimits, type SourcePlace } from '../../../shared/model/source.ts';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/field.tsx';

const kinds = {
  'ssh-config': 'ssh configuration',
  ansible: 'Ansible inventory',
  list: 'List of hosts',
  command: 'Command',
} as const;

/** Where to import from. The ssh configuration is read at once, a file or a command when it is told. */
export function PlaceForm({
  initial,
  onRead,
}: {
  readonly initial: SourcePlace['kind'];
  /** Null: another kind was chosen, and it is not told yet where. */
  readonly onRead: (place: SourcePlace | null) => void;
}): ReactNode {
  const [kind, setKind] = useState(initial);
  const [text, setText] = useState('');
  const place = placeOf(kind, text);

  function choose(next: SourcePlace['kind']): void {
    setKind(next);
    setText('');
    onRead(placeOf(next, ''));
  }

  return (
    <form
      className="place"
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault();
        if (place) onRead(place);
      }}
    >
      <fieldset className="place__kinds">
        <legend className="b-hidden">Import from</legend>
        {(Object.entries(kinds) as [SourcePlace['kind'], string][]).map(([each, word]) => (
          <label key={each}>
            <input type="radio" name="source-kind" checked={each === kind} onChange={() => choose(each)} />
            <span>{word}</span>
          </label>
        ))}
      </fieldset>
      {kind === 'ssh-config' && (
        <p className="b-subtle b-small">
          <span className="b-mono">~/.ssh/config</span>, <span className="b-mono">/etc/ssh/ssh_config</span> and what
          they include.
        </p>
      )}
      {(kind === 'ansible' || kind === 'list') && (
        <div className="place__line">
          <TextField
            key={kind}
            label="File"
            mono
            autoFocus
            maxLength={4096}
            placeholder={kind === 'ansible' ? '~/ansible/hosts.yml' : '~/hosts.txt'}
            hint={
              kind === 'ansible'
                ? 'INI or YAML. Its groups become groups; ansible_host, ansible_port and ansible_user are read.'
                : 'One address a line, such as admin@box:2222, or JSON.'
            }
            value={text}
            onChange={setText}
          />
          <Button type="submit" disabledBecause={place ? undefined : 'Name a file first.'}>
            Read the file
          </Button>
        </div>
      )}
      {kind === 'command' && (
        <div className="place__line">
          <TextField
            label="Command, one word a line"
            mono
            rows={3}
            autoFocus
            hint="No shell is involved. It runs on this computer, now and whenever you read the source again, and prints JSON: Ansible’s --list, or a list of hosts."
            value={text}
            onChange={setText}
          />
          <Button type="submit" disabledBecause={place ? undefined : 'Name a command first.'}>
            Run it
          </Button>
        </div>
      )}
    </form>
  );
}

/** Null while it is not told where. */
function placeOf(kind: SourcePlace['kind'], text: string): SourcePlace | null {
  if (kind === 'ssh-config') return { kind };
  if (kind === 'command') {
    const words = text
      .split('\n')
      .map((word) => word.replace(/\r$/, ''))
      .filter((word) => word !== '');
    return words.length > 0 && words.length <= sourceLimits.words ? { kind, words } : null;
  }
  const file = text.trim();
  return file === '' ? null : { kind, file };
}
