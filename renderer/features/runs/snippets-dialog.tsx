import './runs.css';
import { useState, type ReactNode } from 'react';
import { readSnippet } from '../../../shared/logic/snippet.ts';
import { runLimits, snippetLimits } from '../../../shared/model/run-limits.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { TextField } from '../../components/field.tsx';
import { Icon } from '../../components/icon.tsx';
import { failureText } from '../../state/failure-of.ts';
import { useSnippets } from './use-snippets.ts';

interface Draft {
  readonly id: string | null;
  readonly name: string;
  readonly about: string;
  readonly command: string;
}

const EMPTY: Draft = { id: null, name: '', about: '', command: '' };

/** The commands that are kept under a name: looked at, written, removed. */
export function SnippetsDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { snippets, problem, save, remove } = useSnippets();
  const [draft, setDraft] = useState<Draft | null>(null);
  return (
    <Dialog
      title={draft === null ? 'Snippets' : draft.id === null ? 'New snippet' : 'Edit snippet'}
      width={640}
      onClose={draft === null ? onClose : () => setDraft(null)}
      footer={
        draft === null ? (
          <>
            <Button variant="primary" size="normal" onClick={onClose}>
              Close
            </Button>
            <Button size="normal" icon="plus" onClick={() => setDraft(EMPTY)}>
              New snippet
            </Button>
          </>
        ) : (
          <DraftFooter
            draft={draft}
            onSave={() => void save(draft).then((isKept) => isKept && setDraft(null))}
            onCancel={() => setDraft(null)}
          />
        )
      }
    >
      {problem !== null && (
        <p className="b-field__error" role="alert">
          <Icon name="exclamation-circle" tone="danger" />
          <span>{problem}</span>
        </p>
      )}
      {draft !== null ? (
        <DraftFields draft={draft} onChange={setDraft} />
      ) : snippets.length === 0 ? (
        <p className="b-subtle">
          None yet. A snippet is a command that is kept under a name; <code>{'{{word}}'}</code> in it is a parameter.
        </p>
      ) : (
        <ul className="snippets">
          {snippets.map((snippet) => (
            <li key={snippet.id}>
              <span className="b-strong b-cut">{snippet.name}</span>
              <span className="b-mono b-cut" title={snippet.command}>
                {snippet.command}
              </span>
              <IconButton icon="edit" label={`Edit ${snippet.name}`} onClick={() => setDraft(snippet)} />
              <IconButton icon="trash" label={`Remove ${snippet.name}`} onClick={() => void remove(snippet.id)} />
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}

function DraftFields({
  draft,
  onChange,
}: {
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
}): ReactNode {
  const read = readSnippet(draft.command);
  const found = read.ok ? read.value.parameters.join(', ') : '';
  return (
    <div className="run-form">
      <TextField
        label="Name"
        autoFocus
        value={draft.name}
        maxLength={snippetLimits.name}
        onChange={(name) => onChange({ ...draft, name })}
      />
      <TextField
        label="Command"
        mono
        rows={4}
        value={draft.command}
        maxLength={runLimits.command}
        error={read.ok ? undefined : failureText(read.failure)}
        hint={
          found === ''
            ? '{{word}} is a parameter. Its value becomes one quoted word, so write it outside of quotes.'
            : `Parameters: ${found}. Each value becomes one quoted word; one that is handed on to another shell is a script there.`
        }
        onChange={(command) => onChange({ ...draft, command })}
      />
      <TextField
        label="What it is for"
        value={draft.about}
        maxLength={snippetLimits.about}
        onChange={(about) => onChange({ ...draft, about })}
      />
    </div>
  );
}

function DraftFooter({
  draft,
  onSave,
  onCancel,
}: {
  readonly draft: Draft;
  readonly onSave: () => void;
  readonly onCancel: () => void;
}): ReactNode {
  const because =
    draft.name.trim() === ''
      ? 'A name is missing.'
      : draft.command.trim() === ''
        ? 'A command is missing.'
        : readSnippet(draft.command).ok
          ? undefined
          : 'A parameter stands where it cannot be quoted.';
  return (
    <>
      <Button variant="primary" size="normal" disabledBecause={because} onClick={onSave}>
        Save
      </Button>
      <Button variant="link" size="normal" onClick={onCancel}>
        Cancel
      </Button>
    </>
  );
}
