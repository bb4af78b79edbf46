import type { ReactNode } from 'react';
import { plural } from '../../../shared/logic/format.ts';
import { describePlan } from '../../../shared/logic/plan-notes.ts';
import type { VerbRequest } from '../../../shared/model/verb.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { navigate } from '../../state/route.ts';
import { useSession } from '../../state/session-context.ts';
import { ManyPlans } from './many-plans.tsx';
import { OnePlan } from './one-plan.tsx';
import './plan.css';
import { usePlans, type PlanEntry } from './use-plans.ts';

interface PlanDialogProps {
  readonly request: VerbRequest;
  readonly hostIds: readonly string[];
  readonly onClose: () => void;
}

/**
 * What will be run on one or several hosts, what happens and what is lost, before anything does. The focus starts on Cancel. A host
 * that has changed since its plan was made gets a new one, and the dialog stays.
 */
export function PlanDialog({ request, hostIds, onClose }: PlanDialogProps): ReactNode {
  const { toasts } = useSession();
  const { entries, starting, start } = usePlans(request, hostIds);
  const ready = entries.filter((entry) => entry.kind === 'ready');
  const asking = entries.some((entry) => entry.kind === 'asking');
  const single = hostIds.length === 1 ? entries[0] : undefined;

  const confirm = async () => {
    const after = await start();
    const started = after.filter((entry) => entry.kind === 'started');
    const [first] = started;
    if (!first) return;
    if (after.length === 1) {
      onClose();
      navigate({ page: 'operation', operationId: first.operation.id });
      return;
    }
    toasts.add({ tone: 'ok', text: `Started on ${plural(started.length, 'host')}.` });
    if (stillOpen(entries, after)) return;
    onClose();
    navigate({ page: 'operations' });
  };

  return (
    <Dialog
      title={titleOf(request, entries)}
      width={single ? 640 : 760}
      onClose={onClose}
      footer={
        <>
          <Button size="normal" data-autofocus onClick={onClose}>
            Cancel
          </Button>
          <Button
            variant="primary"
            size="normal"
            busy={starting}
            disabledBecause={whyNot(ready.length, asking)}
            onClick={() => {
              if (ready.length > 0 && !asking && !starting) void confirm();
            }}
          >
            {confirmText(request, entries)}
          </Button>
          <span className="b-grow" />
          <span className="b-subtle b-small">Nothing reboots. Esc cancels.</span>
        </>
      }
    >
      <div className="plan">
        {single ? <OnePlan entry={single} /> : <ManyPlans request={request} entries={entries} />}
      </div>
    </Dialog>
  );
}

/** After a start of several: whether somebody must look again, because a host refused now or has a new plan. */
function stillOpen(before: readonly PlanEntry[], after: readonly PlanEntry[]): boolean {
  return after.some((entry, index) => before[index]?.kind === 'ready' && entry.kind !== 'started');
}

function titleOf({ verb }: VerbRequest, entries: readonly PlanEntry[]): string {
  const [first] = entries;
  if (entries.length === 1 && first?.kind === 'ready') return describePlan(first.plan).title;
  const what = verb === 'upgrade' ? 'Upgrade' : 'Check for update';
  return entries.length === 1 ? what : `${what}, ${plural(entries.length, 'host')}`;
}

function confirmText({ verb }: VerbRequest, entries: readonly PlanEntry[]): string {
  const [first] = entries;
  if (entries.length === 1 && first?.kind === 'ready') return describePlan(first.plan).confirm;
  const what = verb === 'upgrade' ? 'Upgrade' : 'Check';
  const ready = entries.filter(({ kind }) => kind === 'ready').length;
  if (entries.length === 1) return what;
  return ready === entries.length
    ? `${what} ${plural(ready, 'host')}`
    : `${what} ${ready} of ${plural(entries.length, 'host')}`;
}

function whyNot(ready: number, asking: boolean): string | undefined {
  if (asking) return 'The plan is being made.';
  return ready === 0 ? 'There is nothing that can be started.' : undefined;
}
