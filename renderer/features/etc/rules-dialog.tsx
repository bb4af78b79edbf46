import { useEffect, useState, type ReactNode } from 'react';
import type { EtcRules } from '../../../shared/model/etc.ts';
import { Button } from '../../components/button.tsx';
import { Choices } from '../../components/choices.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { TextField } from '../../components/field.tsx';
import { Icon } from '../../components/icon.tsx';
import { failureOf, failureText } from '../../state/failure-of.ts';
import { useSession } from '../../state/session-context.ts';
import './etc-dialogs.css';

type Scope = 'defaults' | 'fleet' | 'host';
interface Known {
  readonly defaults: EtcRules;
  readonly fleet: EtcRules | null;
  readonly host: EtcRules | null;
}

/** Patterns, and letters of one, as the contract takes them. */
const MOST_PATTERNS = 500;
const LONGEST = 300;

/** Which paths are expected to differ and so are hidden: Berth's own list, one for the fleet, or one for this host alone. */
export function RulesDialog({
  hostId,
  hostName,
  onChanged,
  onClose,
}: {
  readonly hostId: string;
  readonly hostName: string;
  readonly onChanged: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const { client } = useSession();
  const [known, setKnown] = useState<Known | null>(null);
  const [scope, setScope] = useState<Scope>('defaults');
  const [drafts, setDrafts] = useState<Partial<Record<Scope, string>>>({});
  const [failure, setFailure] = useState<string | null>(null);
  const [saving, setSaving] = useState(false);

  useEffect(() => {
    let current = true;
    client.etc.rules({ hostId }).then(
      (rules) => {
        if (!current) return;
        setKnown(rules);
        setScope(rules.host ? 'host' : rules.fleet ? 'fleet' : 'defaults');
      },
      (error: unknown) => current && setFailure(failureText(failureOf(error))),
    );
    return () => {
      current = false;
    };
  }, [client, hostId]);

  const text = drafts[scope] ?? (known ? textOf(rulesOf(known, scope)) : '');
  const patterns = patternsOf(text);
  const error = patternProblem(patterns);

  const save = async () => {
    if (!known || error !== undefined) return;
    setSaving(true);
    try {
      const rules = { hidden: [...patterns] };
      // What is chosen holds; a list below it would still replace it.
      if (scope !== 'host' && known.host) await client.etc.setRules({ hostId, rules: null });
      if (scope === 'host') await client.etc.setRules({ hostId, rules });
      else await client.etc.setRules({ hostId: null, rules: scope === 'fleet' ? rules : null });
      onChanged();
      onClose();
    } catch (caught) {
      setFailure(failureText(failureOf(caught)));
      setSaving(false);
    }
  };

  return (
    <Dialog
      title="Expected files"
      width={600}
      onClose={onClose}
      footer={
        <>
          <Button variant="primary" size="normal" busy={saving} disabledBecause={error} onClick={() => void save()}>
            Save and compare again
          </Button>
          <Button variant="link" size="normal" onClick={onClose}>
            Cancel
          </Button>
        </>
      }
    >
      <div className="etcdialog">
        <p>Files that differ on every host and say nothing about it are hidden, and not counted as drift.</p>
        <Choices<Scope>
          legend="Which list holds here"
          value={scope}
          options={[
            {
              value: 'defaults',
              text: 'Berth’s own',
              about: known?.fleet
                ? 'The list of the fleet is removed, for every host.'
                : 'Identity, caches, state of daemons.',
            },
            { value: 'fleet', text: 'One for the fleet', about: 'For every host without a list of its own.' },
            { value: 'host', text: `One for ${hostName}`, about: 'Replaces the others for this host.' },
          ]}
          onChange={setScope}
        />
        <TextField
          label="Patterns, one on a line, below /etc"
          mono
          rows={12}
          value={text}
          readOnly={scope === 'defaults'}
          onChange={(value) => scope !== 'defaults' && setDrafts({ ...drafts, [scope]: value })}
          error={error}
          hint={
            scope === 'defaults'
              ? 'This list comes with Berth and cannot be changed. The other two begin with it.'
              : '* is anything but a slash, ** anything; a pattern that ends in / is all below.'
          }
        />
        {failure !== null && (
          <p className="b-field__error" role="alert">
            <Icon name="exclamation-circle" tone="danger" />
            <span>{failure}</span>
          </p>
        )}
      </div>
    </Dialog>
  );
}

/** What a list begins with: itself, else what is above it. */
function rulesOf({ defaults, fleet, host }: Known, scope: Scope): EtcRules {
  if (scope === 'host') return host ?? fleet ?? defaults;
  return scope === 'fleet' ? (fleet ?? defaults) : defaults;
}

function textOf({ hidden }: EtcRules): string {
  return hidden.join('\n');
}

function patternsOf(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.trim().replace(/^\/etc\//, ''));
  return [...new Set(lines.filter((line) => line !== ''))];
}

function patternProblem(patterns: readonly string[]): string | undefined {
  if (patterns.length > MOST_PATTERNS) return `At most ${String(MOST_PATTERNS)} patterns.`;
  const long = patterns.find((pattern) => pattern.length > LONGEST);
  return long === undefined ? undefined : `Too long: ${long.slice(0, 40)}…`;
}
